"""Ask the library that `make demo` makes; print the answer and what it rests on.

python examples/ask_papers.py [QUESTION]
"""

import sys

from agent import Session, Settings

question = sys.argv[1] if len(sys.argv) > 1 else "What is the band gap of MAPbI3?"

with Session.open(settings=Settings.load(data_dir=".demo")) as session:
    answer = session.answer(question)

print(answer.status, "-", answer.text)
for citation in answer.citations:
    print(citation, "in", citation.file, "quote:", citation.quote)
