"""paper-qa on a folder of PDFs, without a model: runs in an environment of its own.

``python paperqa_child.py FOLDER QUESTIONS.json``; needs nothing of elute. Prints one JSON object:
its chunks with the pages it names for them, the ten chunks that its own sparse embedding finds for
each question, and what that cost.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

FOUND = 10


async def read_and_ask(folder: Path, questions: dict[str, str]) -> dict[str, Any]:
    from paperqa import Docs, Settings
    from paperqa.llms import SparseEmbeddingModel

    settings = Settings()
    settings.parsing.use_doc_details = False  # would ask the network
    settings.parsing.multimodal = False  # would have a model describe each picture
    embedding = SparseEmbeddingModel()
    docs = Docs()
    began = time.process_time()
    for path in sorted(folder.glob("*.pdf")):
        # Named beforehand, since without a model it cannot read a citation.
        await docs.aadd(
            path,
            citation=path.name,
            docname=path.name,
            dockey=path.name,
            settings=settings,
            embedding_model=embedding,
        )
    ingest_s = time.process_time() - began
    rows = {text.name + text.text: row for row, text in enumerate(docs.texts)}
    first = next(iter(questions.values()))
    await docs.retrieve_texts(first, k=FOUND, settings=settings, embedding_model=embedding)  # warm
    found, seconds = {}, {}
    for name, question in questions.items():
        began = time.process_time()
        texts = await docs.retrieve_texts(
            question, k=FOUND, settings=settings, embedding_model=embedding
        )
        seconds[name] = time.process_time() - began
        found[name] = [rows[text.name + text.text] for text in texts]
    return {
        "version": metadata.version("paper-qa"),
        "ingest_s": ingest_s,
        "seconds": seconds,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "chunks": [
            {"file": text.doc.docname, "pages": pages(text.name), "text": text.text}
            for text in docs.texts
        ],
        "found": found,
    }


def pages(name: str) -> list[int]:
    """``a.pdf pages 3-5`` as [3, 4, 5]."""
    match = re.search(r"pages? (\d+)(?:-(\d+))?$", name)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 1)
    return list(range(first, last + 1))


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(json.dumps(asyncio.run(read_and_ask(Path(sys.argv[1]), asked))))
