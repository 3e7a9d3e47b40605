"""The guard of a tool-calling model: nothing that it says enters the state unjudged.

It stands last in the list of middleware, so that it sees what really comes and goes, and works in
``wrap_model_call``: what it stops or rewrites has been in no state, no event and no checkpoint.
Tools need no guard here: a `Tool` has one way in, and that is screened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from langchain.agents.middleware import (
    AgentMiddleware,
    ModelRequest,
    ModelResponse,
    hook_config,
)
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolCall

from agent.chat import check_whole, speaking_to, usage_of
from agent.errors import ModelError
from agent.settings import ModelSettings
from safety.errors import Refused
from safety.gate import Gate, IntentName
from safety.substance import Decision, Verdict

NO_SUCH_TOOL: Final = "no_such_tool"
"""What a call of a tool that was not offered is called from then on: its name is a model's text."""


class TextWithheld(Refused):
    """The gate stopped a model's words; what the user asked for was allowed."""


class Guard(AgentMiddleware[Any, Any, Any]):
    """Screens what goes to the model and all that comes from it.

    Args:
        gate: What decides.
        settings: Of the model, for its budget.
        offered: Tools that may be called, with what each is asked for.
        release: Checks a final text; gives back what of it may be shown and kept.
        may_call: Whether tools may be called at this point.
    """

    def __init__(
        self,
        gate: Gate,
        settings: ModelSettings,
        *,
        offered: Mapping[str, IntentName],
        release: Callable[[str], str],
        may_call: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__()
        self.tools = []
        self.replies: list[AIMessage] = []  # for the count of tokens; never shown
        self._gate = gate
        self._settings = settings
        self._offered = offered
        self._release = release
        self._may_call = may_call
        self._asked = ""

    def before_agent(self, state: Any, runtime: Any) -> dict[str, Any] | None:  # noqa: ARG002 - LangChain's
        """Screen the last thing a user said, with what was said before.

        Raises:
            Refused: The gate stops it; the model is not called.
        """
        turns = [m.text for m in state["messages"] if isinstance(m, HumanMessage)]
        self._asked = turns[-1] if turns else ""
        _pass(self._gate.check_request(self._asked, conversation=turns[:-1]), Refused)
        return None

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Call the model and let through what may be kept.

        Raises:
            ModelError: The budget is used up, or the reply was cut or broke off.
            Refused: The gate stops a call's arguments (`TextWithheld`: the text).
        """
        self._within_budget()
        if not self._may_call():
            request = request.override(tools=[])
        # LangGraph keeps the error that ends a run: it must be our sentence, not a server's words.
        with speaking_to(self._settings):
            response = handler(request)
        if response.structured_response is not None:
            self._screen_text(response.structured_response)
        kept: list[BaseMessage] = []
        for message in response.result:
            if isinstance(message, AIMessage):
                self.replies.append(message)
                check_whole(message, self._settings)
                kept.append(self._judged(message))
            else:
                kept.append(message)
        return ModelResponse(result=kept, structured_response=response.structured_response)

    def _within_budget(self) -> None:
        used = usage_of(self.replies, self._settings)
        problem = self._settings.spent(used.tokens_in, used.tokens_out)
        if problem is not None:
            raise ModelError(problem, kind="budget")

    def _judged(self, message: AIMessage) -> AIMessage:
        """A new message with what may be kept; reasoning and other extras are left out."""
        calls = [self._screened(call) for call in message.tool_calls]
        # Words beside calls are not shown, and those of a call that does not parse were not read.
        broken = [
            {
                **call,
                "name": call["name"] if call["name"] in self._offered else NO_SUCH_TOOL,
                "args": "",
                "error": "The arguments were no JSON.",
            }
            for call in message.invalid_tool_calls
        ]
        text = ""
        if not calls and not broken and message.text.strip():
            self._screen_text(message.text)
            text = self._release(message.text)
        return AIMessage(content=text, tool_calls=calls, invalid_tool_calls=broken)

    def _screened(self, call: ToolCall) -> ToolCall:
        name = call["name"]
        if name not in self._offered or not self._may_call():
            return {**call, "name": NO_SUCH_TOOL, "args": {}}
        verdict = self._gate.check_arguments(call["args"], tool=name, intent=self._offered[name])
        _pass(verdict, Refused)
        return call

    def _screen_text(self, text: Any) -> None:
        _pass(self._gate.check_answer(text, request=self._asked), TextWithheld)


class RetryBrokenCalls(AgentMiddleware[Any, Any, Any]):
    """Sends the model back where none of its calls could be parsed.

    Without it such a reply ends the run with an empty answer. A limit of model calls bounds it, and
    stands after it in the list: one that stands before would never count.
    """

    @hook_config(can_jump_to=["model"])
    def after_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:  # noqa: ARG002 - LangChain's
        """Back to the model after a reply with nothing but broken calls."""
        last = state["messages"][-1]
        if isinstance(last, AIMessage) and last.invalid_tool_calls and not last.tool_calls:
            return {"jump_to": "model"}
        return None


def offers(tools: Collection[Any], more: Collection[str] = ()) -> dict[str, IntentName]:
    """Names of tools with what each is asked for; those in ``more`` are asked for facts."""
    return {**{tool.name: tool.intent for tool in tools}, **dict.fromkeys(more, "facts")}


def _pass(verdict: Verdict, refused: type[Refused]) -> None:
    if verdict.decision is Decision.BLOCK:
        raise refused(verdict.reason, verdict)
