"""Requests become plans: what they name, how they are read, and which steps follow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.entities import read_entities
from agent.intents import IntentClassifier, IntentsError, packaged_utterances, utterances
from agent.plan import Plan, Reading
from agent.planner import RulesPlanner
from agent.tools import registry
from ingest import Library

ROUTING = Path(__file__).parents[1] / "data" / "routing.jsonl"
RIGHT, WITHIN_TWO = 0.80, 0.95
RIGHT_BY_LETTERS, WITHIN_TWO_BY_LETTERS = 0.74, 0.90


@pytest.fixture(scope="session")
def planner(examples: Library, tmp_path_factory: pytest.TempPathFactory) -> RulesPlanner:
    cache = tmp_path_factory.mktemp("intents")
    return RulesPlanner.open(embedder=examples.embedder, cache=cache)


def shares(classifier: IntentClassifier) -> tuple[float, float]:
    rows = [json.loads(line) for line in ROUTING.read_text("utf-8").splitlines()]
    right = within = 0
    for row in rows:
        read = [reading for reading, _ in classifier.read(read_entities(row["request"]))]
        right += read[0] == row["reading"]
        within += row["reading"] in read[:2]
    return right / len(rows), within / len(rows)


def test_requests_of_other_people_are_read_right(planner: RulesPlanner) -> None:
    right, within_two = shares(planner._classifier)

    assert right >= RIGHT
    assert within_two >= WITHIN_TWO


def test_requests_are_still_read_without_an_embedder() -> None:
    right, within_two = shares(IntentClassifier(packaged_utterances()))

    assert right >= RIGHT_BY_LETTERS
    assert within_two >= WITHIN_TWO_BY_LETTERS


def test_every_reading_has_twenty_utterances_and_none_is_a_row_of_the_frozen_set() -> None:
    said = packaged_utterances()
    frozen = {
        json.loads(line)["request"].casefold().strip(" ?.!")
        for line in ROUTING.read_text("utf-8").splitlines()
    }

    assert set(said) == set(Reading)
    assert all(len(set(lines)) >= 20 for lines in said.values())
    assert not {one.casefold().strip(" ?.!") for lines in said.values() for one in lines} & frozen


@pytest.mark.parametrize(
    ("request_", "masked"),
    [
        ("boiling point of acetone", "boiling point of SUBSTANCE"),
        ("logP of CC(=O)Oc1ccccc1C(=O)O", "logp of SMILES"),
        ("is 64-17-5 regulated", "is CASNUMBER regulated"),
        ("is 64-17-6 regulated", "is 64-17-6 regulated"),  # its check digit is wrong
        ("a CIF with SOAP for In and I in PCP", "a cif with soap for in and i in pcp"),
        ("SMILES of aspirin", "smiles of SUBSTANCE"),
        ("how many K is 25 °C", "how many UNIT is VALUE"),
        ("1500 cm-1 in meV", "VALUE in UNIT"),
        ("balance Fe + O2 -> Fe2O3", "balance EQUATION"),
        ("gap of CsPbI3 and GaAs", "gap of FORMULA and FORMULA"),
        ("density of water", "density of SUBSTANCE"),
        ("lead on tin films in water", "lead on tin films in water"),
        ("methylammonium lead iodide films", "SUBSTANCE films"),
        ("new compounds in the Li-P-S system", "new compounds in the FORMULA system"),
        ("target impact of the design focus", "target impact of the design focus"),
    ],
)
def test_what_a_request_names_is_found_and_words_are_left(request_: str, masked: str) -> None:
    assert read_entities(request_).masked == masked


def steps_of(plan: Plan) -> list[tuple[str, dict[str, object]]]:
    return [(step.tool, step.arguments) for step in plan.steps]


def test_a_choice_of_force_field_by_a_measure_is_read_as_a_property(planner: RulesPlanner) -> None:
    request = "which force field has the lowest conservation deviation"

    planned, papers = planner.plan(request), planner.plan_as(request, Reading.LITERATURE)

    assert planned.reading is Reading.PROPERTY
    assert [step.tool for step in planned.steps] == ["compare_force_fields"]
    assert [step.tool for step in papers.steps] == ["ask_papers"]


def test_a_property_is_looked_up_by_its_name(planner: RulesPlanner) -> None:
    plan = planner.plan("boiling point of acetone")

    assert plan.reading is Reading.PROPERTY
    assert steps_of(plan) == [
        ("lookup_properties", {"substance": "acetone", "properties": ["boiling_point"]})
    ]


def test_a_name_becomes_a_structure_before_its_descriptor(planner: RulesPlanner) -> None:
    plan = planner.plan("TPSA of ibuprofen")

    assert steps_of(plan) == [
        ("resolve_substance", {"query": "ibuprofen"}),
        ("describe_molecule", {"smiles": "$1.substance.smiles", "drawing": False}),
    ]


@pytest.mark.parametrize(
    ("request_", "arguments"),
    [
        ("generate crystals of Ti O S", {"composition": "Ti O S"}),
        (
            "generate 5 crystal structures of LiFePO4",
            {"composition": "LiFePO4", "n": 5},
        ),
        (
            "generate crystals of Ti, O and S with 8 atoms",
            {"composition": "Ti O S", "n_atoms": 8},
        ),
    ],
)
def test_crystals_of_a_composition_or_of_elements_are_planned(
    planner: RulesPlanner, request_: str, arguments: dict[str, object]
) -> None:
    plan = planner.plan(request_)

    assert [step.tool for step in plan.steps] == ["generate_crystals"]
    assert plan.steps[0].arguments == arguments


def test_generated_molecules_are_checked_and_featurized(planner: RulesPlanner) -> None:
    plan = planner.plan("generate 20 new molecules like c1ccccc1O and compute their fingerprints")

    assert plan.reading is Reading.GENERATE
    assert [step.tool for step in plan.steps] == [
        "generate_molecules",
        "describe_molecule",
        "featurize",
    ]
    assert plan.steps[0].arguments == {"n": 20, "seeds": ["c1ccccc1O"]}


def test_papers_are_found_before_they_are_compared(planner: RulesPlanner) -> None:
    plan = planner.plan("do the studies agree on the activation energy of the garnet")

    assert plan.reading is Reading.LITERATURE
    assert [step.tool for step in plan.steps] == ["search_papers", "ask_papers"]


def test_mass_becomes_amount_by_the_molar_mass(planner: RulesPlanner) -> None:
    plan = planner.plan("how many mmol are 5 g of caffeine")

    assert [step.tool for step in plan.steps] == ["lookup_properties", "convert_units"]
    assert plan.steps[1].arguments["molar_mass"] == "$1.properties.0.values.0.value"


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        ("convert 5 eV", "unit"),
        ("is it a controlled substance", "substance"),
        ("train a random forest on my table", "CSV"),
        ("generate new crystal structures", "composition"),
    ],
)
def test_a_missing_slot_is_named_and_nothing_is_planned(
    planner: RulesPlanner, request_: str, word: str
) -> None:
    plan = planner.plan(request_)

    assert plan.steps == ()
    assert plan.missing is not None
    assert word in plan.missing


@pytest.mark.parametrize("reading", list(Reading))
def test_every_planned_tool_is_there_and_takes_the_arguments(
    planner: RulesPlanner, reading: Reading
) -> None:
    things = {"SUBSTANCE": "toluene", "FORMULA": "Fe2O3", "SMILES": "CCOc1ccccc1", "UNIT": "kPa"}
    for said in packaged_utterances()[reading][:25]:
        for placeholder, thing in {**things, "VALUE": "5 bar"}.items():
            said = said.replace(placeholder, thing)
        for step in planner.plan(said).steps:
            fields = registry.find(step.tool).arguments_model.model_fields
            assert set(step.arguments) <= set(fields), said


def test_a_plan_survives_json(planner: RulesPlanner) -> None:
    plan = planner.plan("convert 5 eV to kJ/mol")

    assert Plan.model_validate_json(plan.model_dump_json()) == plan
    assert plan.confidence + sum(a.confidence for a in plan.alternatives) + 0.05 >= 0.99


def test_a_users_own_utterance_is_learned(tmp_path: Path) -> None:
    own = tmp_path / "intents.yaml"
    own.write_text("readings:\n  screen:\n    - zumbiq frobnicate SUBSTANCE\n", encoding="utf-8")

    found = IntentClassifier(utterances(own)).read(read_entities("zumbiq frobnicate toluene"))

    assert found[0][0] is Reading.SCREEN


@pytest.mark.parametrize("text", ["readings: [", "readings: 5", "readings: {nonsense: [a]}"])
def test_a_broken_file_of_utterances_is_named(tmp_path: Path, text: str) -> None:
    own = tmp_path / "intents.yaml"
    own.write_text(text, encoding="utf-8")

    with pytest.raises(IntentsError, match=r"intents\.yaml"):
        utterances(own)


def test_the_fit_to_the_utterances_is_kept_and_a_damaged_file_is_made_again(
    examples: Library, tmp_path: Path
) -> None:
    said = {Reading.HELP: ("help me",), Reading.SCREEN: ("is SUBSTANCE banned",)}
    IntentClassifier(said, embedder=examples.embedder, cache=tmp_path)
    (kept,) = tmp_path.glob("intents-*.npz")
    whole = kept.read_bytes()
    kept.write_bytes(b"damaged")

    IntentClassifier(said, embedder=examples.embedder, cache=tmp_path)

    assert kept.read_bytes() == whole
