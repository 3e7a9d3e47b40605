"""The tools' page: choose a tool, fill its form, see its result and the trace of the call."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import streamlit as st

from agent.tools import registry
from agent.tools.registry import ToolFailure
from ui.render import verbatim_markdown
from ui.rooms.answers import draw_call
from ui.rooms.crystal import draw_crystal
from ui.rooms.forms import Field, FormError, ask_field, fields, value_of
from ui.rooms.house import House, open_house
from ui.rooms.refusal import draw_refusal
from ui.rooms.results import draw_result, plain_result

VIEWER: Final = "View a crystal (CIF)"
MAX_CIF_MB: Final = 1
EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "resolve_substance": {"query": "acetone"},
    "lookup_properties": {"substance": "acetone", "properties": ["boiling_point", "logp"]},
    "describe_molecule": {"smiles": "CC(=O)Oc1ccccc1C(=O)O"},
    "compare_molecules": {"first": "ibuprofen", "second": "naproxen"},
    "check_composition": {"composition": "Fe2O3"},
    "featurize": {"inputs": ["Fe2O3", "TiO2"]},
    "compare_elements": {"elements": ["Fe", "Co", "Ni", "Cu", "Zn"]},
    "generate_crystals": {"composition": "NaCl", "n": 2, "ranking": "rules"},
    "generate_molecules": {"n": 6, "seeds": ["c1ccccc1O"], "time_budget_s": 20},
    "plot": {"y": [[1, 4, 9, 16], [1, 2, 3, 4]], "labels": ["squares", "numbers"]},
    "convert_units": {"value": 0.26, "from_unit": "eV", "to_unit": "kJ/mol"},
    "balance_equation": {"equation": "Fe + O2 -> Fe2O3"},
    "search_papers": {"query": "activation energy", "limit": 5},
    "ask_papers": {"question": "Which sulfide conducts lithium best?"},
    "screen_substance": {"substance": "acetone"},
}


def page() -> None:
    """Draw the page."""
    house = open_house()
    st.title("Tools")
    names = [VIEWER, *registry.names()]
    asked = st.query_params.get("tool")
    index = names.index(asked) if asked in names else 1
    name = st.selectbox("Tool", names, index=index, key="tool-name", format_func=_title)
    if name != asked:
        st.query_params["tool"] = name
    if name == VIEWER:
        _draw_viewer()
        return
    try:
        tool = registry.find(name)
    except Exception as error:  # a stranger's plug-in
        st.error(verbatim_markdown(str(error)))
        return
    st.markdown(verbatim_markdown(" ".join(tool.description.split())))
    problem = tool.why_not()
    if problem:
        st.warning(verbatim_markdown(problem))
        return
    _draw_form(name, fields(tool.schema()["parameters"]), house)


def _draw_form(name: str, asked: list[Field], house: House) -> None:
    example = EXAMPLES.get(name, {})
    with st.form(f"form-{name}", border=True):
        entered = {}
        first = [field for field in asked if field.required or field.name in example]
        rest = [field for field in asked if field not in first]
        for field in first:
            entered[field.name] = ask_field(field, f"{name}-{field.name}", example.get(field.name))
        if rest:
            with st.expander("More settings"):
                for field in rest:
                    entered[field.name] = ask_field(field, f"{name}-{field.name}")
        sent = st.form_submit_button("Run", type="primary", icon=":material/play_arrow:")
    if sent:
        st.session_state["tool-result"] = (name, _run(name, asked, entered, house))
    kept = st.session_state.get("tool-result")
    if kept and kept[0] == name:
        _draw_reply(kept[1])


def _run(name: str, asked: list[Field], entered: dict[str, Any], house: House) -> Any:
    """The tool's reply, or the sentence that says what is wrong with the form."""
    try:
        arguments = {
            field.name: value
            for field in asked
            if (value := value_of(field, entered[field.name], workspace())) is not None
        }
    except FormError as error:
        return str(error)
    missing = [field.label for field in asked if field.required and field.name not in arguments]
    if missing:
        return f"Fill in: {', '.join(label.removesuffix(' *') for label in missing)}."
    parameters = registry.find(name).schema()["parameters"].get("properties", {})
    if "library" in parameters:
        arguments["library"] = house.name
    with st.spinner(f"Running {name} ...", show_time=True):
        return registry.reply(name, arguments)


def _draw_reply(reply: Any) -> None:
    if isinstance(reply, str):
        st.warning(verbatim_markdown(reply))
        return
    if isinstance(reply, ToolFailure):
        if reply.kind == "refused":
            draw_refusal(reply.verdict, reply.message)
        else:
            st.warning(verbatim_markdown(reply.message))
        return
    result = plain_result(reply)
    with st.container(key="tool-output"):
        draw_result(result, key="tool")
    with st.expander("The call", icon=":material/account_tree:"):
        draw_call(result)


def _draw_viewer() -> None:
    st.markdown("The unit cell of any CIF, to be turned. The file stays on this machine.")
    given = st.file_uploader("A CIF", type=["cif"], max_upload_size=MAX_CIF_MB, key="cif-file")
    pasted = "" if given else st.text_area("Or paste its text", key="cif-text", max_chars=500_000)
    text = given.getvalue().decode("utf-8", "replace") if given else pasted
    if text.strip():
        draw_crystal(text, key="viewer")


def workspace() -> Path:
    """This visitor's folder for files that tools write; it goes with the visitor's session."""
    if "workspace" not in st.session_state:
        st.session_state["workspace"] = tempfile.TemporaryDirectory(prefix="elute-")
    return Path(st.session_state["workspace"].name)


def _title(name: str) -> str:
    return name if name == VIEWER else name.replace("_", " ").capitalize()
