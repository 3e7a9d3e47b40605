"""Answer a CSV file of questions from the library that `make demo` makes; print a CSV of answers.

python examples/ask_csv.py [FILE]   # a column "question"; others are kept
"""

import csv
import sys
from pathlib import Path

from agent import Session, Settings

file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("questions.csv")
with file.open(newline="", encoding="utf-8") as lines:
    rows = list(csv.DictReader(lines))

with Session.open(settings=Settings.load(data_dir=".demo")) as session:
    for row in rows:
        answer = session.fresh().answer(row["question"])  # no row is a turn of another's
        pages = [f"{one.file} page {one.page}" for one in answer.citations]
        row |= {"status": answer.status, "answer": answer.text, "pages": "; ".join(pages)}

writer = csv.DictWriter(sys.stdout, fieldnames=rows[0], lineterminator="\n")
writer.writeheader()
writer.writerows(rows)
