"""Read a folder of papers into a library (the one that `make demo` makes) and search it.

python examples/search_papers.py [FOLDER] [QUESTION]
"""

import sys
from pathlib import Path

from ingest import FileDone, Library

folder = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "papers"
question = sys.argv[2] if len(sys.argv) > 2 else "Which sulfide conducts lithium best?"

with Library.open(data_dir=".demo") as library:
    for event in library.add(folder):
        if isinstance(event, FileDone):
            print(event.outcome, event.key, event.path)
    for passage in library.search(question, limit=3):
        print(passage.rank, passage.paper.key, "page", passage.page, passage.chunk.text[:80])
