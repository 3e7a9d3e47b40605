"""Ask a library that search_papers.py has filled; print the answer and what it rests on.

python examples/ask_papers.py [QUESTION]
"""

import sys

from agent import Session, Settings

question = sys.argv[1] if len(sys.argv) > 1 else "What is the band gap of MAPbI3?"

with Session.open("examples", settings=Settings.load(data_dir=".demo")) as session:
    answer = session.answer(question)

print(answer.status, "-", answer.text)
for citation in answer.citations:
    print(citation, "in", citation.file, "quote:", citation.quote)
