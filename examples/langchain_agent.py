"""A LangChain agent of your own over elute's tools and papers: the gate goes with the tools.

python examples/langchain_agent.py   # a scripted model; take ChatOpenAI(...) or any other instead
"""

from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import create_retriever_tool

from agent.tools import convert_units, describe_molecule
from ingest import Library


class Scripted(FakeMessagesListChatModel):
    """Says what it was given, whatever it is asked."""

    def bind_tools(self, *_: Any, **__: Any) -> "Scripted":
        """Know of tools, as every chat model must that an agent is made with."""
        return self


def call(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": name}])


energy = call("convert_units", value=0.34, from_unit="eV", to_unit="kJ/mol")
model = Scripted(responses=[call("papers", query="garnet"), energy, AIMessage("Done.")])

with Library.open(data_dir=".demo", create=False) as library:
    papers = create_retriever_tool(library.as_retriever(limit=2), "papers", "The user's papers.")
    tools = [papers, convert_units.as_langchain(), describe_molecule.as_langchain()]
    agent = create_agent(model, tools)
    said = agent.invoke({"messages": [HumanMessage("What do garnets need, in kJ/mol?")]})

for message in said["messages"]:
    print(message.type, "-", str(message.content)[:300])
