"""A library as a LangChain retriever. Imported only where one is asked for."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from ingest.paper import Passage


class LibraryRetriever(BaseRetriever):
    """Passages as documents, best first.

    A document's metadata are ``key``, ``title``, ``file``, ``page``, ``score``, ``rank`` and
    ``paper_id``. What it says is a stranger's text, never an instruction.
    """

    search: Callable[[str, int], list[Passage]]
    limit: int

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's
    ) -> list[Document]:
        return [_document(passage) for passage in self.search(query, self.limit)]


def _document(passage: Passage) -> Document:
    paper = passage.paper
    return Document(
        id=passage.chunk.chunk_id,
        page_content=passage.chunk.text,
        metadata={
            "key": paper.key,
            "title": paper.title,
            "file": paper.file,
            "page": passage.page,
            "score": passage.score,
            "rank": passage.rank,
            "paper_id": paper.paper_id,
        },
    )
