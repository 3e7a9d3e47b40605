import math
import random

import pytest
from rdkit import Chem
from rdkit.Chem import QED, Crippen

from agent.tools.errors import ArgumentError, ToolFailed
from agent.tools.generation import GeneratedMolecules, generate_molecules, search_molecules
from agent.tools.molecule_edits import cross, edit_graph, edit_selfies, is_plausible, parse
from agent.tools.molecule_measures import fingerprint, internal_diversity, sa_score
from agent.tools.molecule_search import Search, may_be_given
from agent.tools.objective import Objective, Target
from agent.tools.reference_molecules import ORGANIC, random_molecules
from safety.errors import Refused
from safety.screening import screen_many
from safety.substance import Decision, Hit, Level, Verdict

# Medicines that no list names, and solvents: aspirin, ibuprofen, paracetamol, lidocaine, ...
SEEDS = [
    "CC(=O)Oc1ccccc1C(=O)O",
    "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
    "CC(=O)Nc1ccc(O)cc1",
    "CCN(CC)CC(=O)Nc1c(C)cccc1C",
    "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
    "CCOC(=O)c1ccc(N)cc1",
    "c1ccc2[nH]ccc2c1",
    "OC(=O)c1ccccc1O",
]


def allow(texts):
    return [Verdict(decision=Decision.ALLOW) for _ in texts]


def hit(how, level):
    return Hit(
        name="x", list="l", edition="2025-01-01", schedule="s", jurisdiction="j", citation="c",
        how=how, score=1.0, level=level,
    )  # fmt: skip


def search(**changes):
    arguments = {
        "n": 20,
        "seeds": SEEDS,
        "targets": (),
        "scaffold": None,
        "method": "both",
        "max_sa": 5.0,
        "seed": 0,
        "max_tries": 3000,
        "time_budget_s": 300.0,
        "screen": allow,
    }
    return search_molecules(**(arguments | changes))


def test_molecules_are_new_different_and_readable():
    made = search(n=200)

    smiles = [m.smiles for m in made.molecules]
    assert len(smiles) == len(set(smiles)) == 200
    assert all(Chem.MolToSmiles(Chem.MolFromSmiles(s)) == s for s in smiles)
    assert not set(smiles) & {Chem.CanonSmiles(s) for s in SEEDS}
    assert made.report.unique == made.report.novel == 1.0
    assert 0.5 < made.report.valid <= 1.0


def test_many_seeds_give_a_diverse_set():
    seeds = random_molecules(200, seed=1)

    made = search(n=300, seeds=seeds)

    # MOSES' definitions: S. Polykovskiy et al. (2020); the bars are those of docs/tools_numeric.md.
    assert made.report.unique >= 0.98
    assert made.report.novel >= 0.95
    assert made.report.internal_diversity >= 0.85


@pytest.mark.parametrize("method", ["both", "selfies", "graph"])
def test_the_same_seed_gives_the_same_molecules(method):
    one = search(method=method, seed=3)
    again = search(method=method, seed=3)
    other = search(method=method, seed=4)

    assert one == again
    assert one.molecules != other.molecules


def test_a_result_survives_json():
    made = search(n=3, targets=[Target(property="logp", value=4.0)], max_tries=100)

    assert GeneratedMolecules.model_validate_json(made.model_dump_json()) == made


# -- the screen in the loop ----------------------------------------------------------------------


def test_what_the_screen_blocks_is_never_given_nor_built_upon():
    shown = []

    def no_fluorine(texts):
        shown.extend(texts)
        return [
            Verdict(decision=Decision.BLOCK, hits=(hit("structure", Level.BLOCK),))
            if "F" in text
            else Verdict(decision=Decision.ALLOW)
            for text in texts
        ]

    made = search(n=100, screen=no_fluorine)

    assert made.report.n_withheld > 0
    assert not any("F" in m.smiles for m in made.molecules)
    assert {m.smiles for m in made.molecules} <= set(shown)


def test_with_targets_too_nothing_is_given_that_was_not_screened():
    allowed = set()

    def no_chlorine(texts):
        allowed.update(text for text in texts if "Cl" not in text)
        return [
            Verdict(decision=Decision.BLOCK if "Cl" in text else Decision.ALLOW) for text in texts
        ]

    # Chlorine is the shortest way to this logP, so the search would take it.
    made = search(
        n=5, targets=[Target(property="logp", value=6.0)], screen=no_chlorine, max_tries=600
    )

    assert made.report.n_withheld > 0
    assert {m.smiles for m in made.molecules} <= allowed


def test_a_screen_that_breaks_ends_the_search():
    def broken(texts):
        raise RuntimeError("no list")

    with pytest.raises(RuntimeError, match="no list"):
        search(screen=broken)


def test_a_screen_that_forgets_a_molecule_ends_the_search():
    with pytest.raises(ValueError, match="shorter"):
        search(screen=lambda texts: allow(texts[1:]))


def test_seeds_that_may_not_be_used_are_not_started_from():
    def no_carboxyl(texts):
        return [
            Verdict(decision=Decision.BLOCK if t == "O=C(O)c1ccccc1O" else Decision.ALLOW)
            for t in texts
        ]

    some = search(screen=no_carboxyl)

    assert some.n_seeds == len(SEEDS) - 1
    with pytest.raises(ToolFailed, match="none of the start"):
        search(seeds=["OC(=O)c1ccccc1O"], screen=no_carboxyl)


@pytest.mark.parametrize(
    ("verdict", "given"),
    [
        (Verdict(decision=Decision.ALLOW), True),
        (Verdict(decision=Decision.BLOCK, hits=(hit("structure", Level.BLOCK),)), False),
        (Verdict(decision=Decision.WARN, hits=(hit("structure", Level.WARN),)), False),
        (Verdict(decision=Decision.WARN, hits=(hit("similar", Level.WARN),)), True),
        (
            Verdict(
                decision=Decision.WARN,
                hits=(hit("similar", Level.WARN), hit("class", Level.WARN)),
            ),
            False,
        ),
        (Verdict(decision=Decision.WARN, unread=("C",)), False),
        (Verdict(decision=Decision.ALLOW, unread=("C",)), False),
    ],
)
def test_only_what_no_list_names_may_be_given_unasked(verdict, given):
    assert may_be_given(verdict) is given


def test_what_resembles_a_listed_substance_is_marked():
    def all_alike(texts):
        return [Verdict(decision=Decision.WARN, hits=(hit("similar", Level.WARN),)) for _ in texts]

    made = search(n=3, screen=all_alike)

    assert all(m.like_listed for m in made.molecules)
    assert any("like_listed" in note for note in made.report.notes)


def test_the_tools_own_arguments_offer_no_way_to_choose_the_screen():
    assert "screen" not in generate_molecules.arguments_model.model_fields
    assert generate_molecules.intent == "structure"
    assert generate_molecules.generative


# -- targets -------------------------------------------------------------------------------------


def test_a_target_far_from_the_seeds_is_reached_and_beats_random_molecules():
    target = Target(property="logp", value=8.0)

    made = search(n=5, targets=[target], max_tries=2000)

    found = [Crippen.MolLogP(Chem.MolFromSmiles(m.smiles)) for m in made.molecules]
    assert found == pytest.approx([8.0] * 5, abs=0.3)
    assert made.report.beats_random is True
    assert made.report.best < made.report.best_of_random
    assert made.report.n_random == 1000
    assert made.report.best < made.report.best_of_seeds


def test_scores_are_of_the_molecules_given_and_best_first():
    target = Target(property="qed", value=0.8)

    made = search(n=5, targets=[target], max_tries=500)

    scores = [m.score for m in made.molecules]
    assert scores == sorted(scores)
    for molecule in made.molecules:
        qed = QED.qed(Chem.MolFromSmiles(molecule.smiles))
        assert molecule.score == pytest.approx(abs(qed - 0.8), abs=1e-6)
        assert molecule.terms[0].value == pytest.approx(qed, abs=1e-6)


def test_a_search_that_random_picks_beat_says_so():
    # Twenty tries from one seed cannot keep up with a thousand known molecules.
    made = search(
        n=1, seeds=["CCCCCCCCO"], targets=[Target(property="qed", value=0.9)], max_tries=20
    )

    assert made.report.beats_random is False
    assert any("did not beat the best of 1000 random" in note for note in made.report.notes)


def test_the_reference_of_a_similarity_is_not_given_back():
    aspirin = "CC(=O)Oc1ccccc1C(=O)O"
    target = Target(property="similarity", value=1.0, reference=aspirin)

    made = search(n=5, seeds=SEEDS[1:], targets=[target], max_tries=800)

    assert Chem.CanonSmiles(aspirin) not in {m.smiles for m in made.molecules}
    assert made.molecules[0].score < made.report.best_of_seeds


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Target(property="beauty", value=1.0), "no property is called 'beauty'"),
        (Target(property="similarity", value=1.0), "needs a reference"),
        (Target(property="similarity", value=1.0, reference="C1CC"), "not a SMILES"),
        (Target(property="qed", value=1.0, reference="CCO"), "takes no reference"),
    ],
)
def test_a_target_that_cannot_be_measured_is_refused(target, said):
    with pytest.raises(ArgumentError, match=said):
        search(targets=[target])


# -- scaffold, limits ----------------------------------------------------------------------------


def test_a_scaffold_is_kept_in_every_molecule():
    indole = Chem.MolFromSmiles("c1ccc2[nH]ccc2c1")

    made = search(seeds=None, scaffold="c1ccc2[nH]ccc2c1", n=30)

    assert len(made.molecules) == 30
    assert all(Chem.MolFromSmiles(m.smiles).HasSubstructMatch(indole) for m in made.molecules)
    assert made.report.beats_random is None


def test_molecules_are_no_harder_to_make_than_asked():
    made = search(n=50, max_sa=2.5)

    assert all(
        sa_score(Chem.MolFromSmiles(m.smiles)) == pytest.approx(m.sa_score) for m in made.molecules
    )
    assert max(m.sa_score for m in made.molecules) <= 2.5


def test_the_best_so_far_is_given_when_time_is_up():
    ticks = iter(range(10_000))
    mols = [parse(s) for s in SEEDS]
    objective = Objective(targets=(Target(property="a", value=1.0),))
    run = Search(
        seeds=mols,
        objective=objective,
        measures={"a": lambda mol: mol.GetNumAtoms()},
        screen=allow,
        n=5,
        rng=random.Random(0),
        time_budget_s=150.0,
        clock=lambda: float(next(ticks)),
    )

    run.run()

    assert run.stopped == "time"
    assert run.found
    assert run.n_tries < 160


def test_a_search_that_ends_early_says_how_many_it_found():
    made = search(n=500, max_tries=100)

    assert len(made.molecules) < 500
    assert made.report.stopped == "tries"
    assert any("of 500 molecules were found" in note for note in made.report.notes)


@pytest.mark.parametrize(
    "arguments",
    [
        {"n": 0},
        {"seeds": []},
        {"seeds": ["C1CC"]},
        {"scaffold": "nothing here"},
        {"time_budget_s": 0.0},
        {"max_tries": 0},
    ],
)
def test_bad_input_is_answered_with_the_argument(arguments):
    with pytest.raises(ArgumentError) as error:
        search(**arguments)

    assert next(iter(arguments)) in str(error.value)


def test_without_seeds_it_starts_from_known_molecules():
    made = search(seeds=None, n=5)

    assert made.n_seeds == 200
    assert any("PubChem" in source for source in made.sources)


# -- edits and measures --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_edits_give_sanitized_molecules_or_none(seed):
    rng = random.Random(seed)
    mols = [parse(s) for s in SEEDS]
    made = []
    for _ in range(60):
        mol = rng.choice(mols)
        made += [
            edit_graph(mol, rng),
            cross(mol, rng.choice(mols), rng),
            edit_selfies(mol, ["[C]", "[=O]", "[N]", "[Ring1]"], rng),
        ]

    found = [mol for mol in made if mol is not None]
    assert len(found) > 60
    for mol in found:
        assert Chem.SanitizeMol(Chem.Mol(mol)) == Chem.SanitizeFlags.SANITIZE_NONE
        assert parse(Chem.MolToSmiles(mol)) is not None


def test_edits_leave_their_parents_as_they_were():
    rng = random.Random(0)
    parent = parse(SEEDS[0])
    before = Chem.MolToSmiles(parent)

    for _ in range(50):
        edit_graph(parent, rng)
        cross(parent, parent, rng)
        edit_selfies(parent, ["[C]"], rng)

    assert Chem.MolToSmiles(parent) == before


def test_a_child_has_a_part_of_both_parents():
    rng = random.Random(1)
    bromide, chloride = parse("BrCCCCCC"), parse("ClCCCCCC")

    children = [cross(bromide, chloride, rng) for _ in range(40)]

    smiles = {Chem.MolToSmiles(c) for c in children if c is not None}
    assert any("Br" in s and "Cl" in s for s in smiles)


@pytest.mark.parametrize(
    "smiles",
    [
        "COOC",
        "CN(C)Cl",
        "CC=C=O",
        "C1=CC1",
        "CC(O)(O)C",
        "C[N+](C)(C)C",
        "CC.CC",
        "C[CH2]",
        "CC(=O)Cl",
    ],
)
def test_what_would_fall_apart_is_not_plausible(smiles):
    mol = Chem.MolFromSmiles(smiles)
    assert not is_plausible(mol, ORGANIC, 8)


@pytest.mark.parametrize(
    "smiles", [*SEEDS, "C[N+](=O)[O-]", "CS(=O)(=O)c1ccccc1", "CS(C)=O", "O=C(NC1CC1)c1ccncc1"]
)
def test_molecules_of_the_shelf_are_plausible(smiles):
    assert is_plausible(Chem.MolFromSmiles(smiles), ORGANIC, 8)


def test_internal_diversity_is_that_of_moses():
    prints = [fingerprint(Chem.MolFromSmiles(s)) for s in SEEDS]

    from rdkit import DataStructs

    pairs = [DataStructs.TanimotoSimilarity(a, b) for a in prints for b in prints]
    assert internal_diversity(prints) == pytest.approx(1 - sum(pairs) / len(pairs))
    assert internal_diversity([prints[0]] * 3) == pytest.approx(0.0)
    assert math.isnan(internal_diversity([]))


def test_synthetic_accessibility_orders_easy_and_hard():
    easy, hard = sa_score(parse("CCO")), sa_score(parse("C1CC2C3CC4CC(C13)C24"))

    assert 1.0 <= easy < 3.0 < hard <= 10.0


# -- behind the gate itself ----------------------------------------------------------------------

HEROIN = "CC(=O)O[C@H]1C=C[C@H]2[C@H]3Cc4ccc(OC(C)=O)c5O[C@@H]1[C@]2(CCN3C)c45"


@pytest.mark.parametrize(
    "arguments",
    [
        {"seeds": [*SEEDS, HEROIN]},
        {"scaffold": HEROIN},
        {"targets": [{"property": "similarity", "value": 1.0, "reference": HEROIN}]},
    ],
)
def test_nothing_is_designed_near_a_listed_substance(arguments):
    with pytest.raises(Refused) as refusal:
        generate_molecules(n=2, max_tries=10, **arguments)

    assert refusal.value.verdict.decision is Decision.BLOCK
    assert HEROIN not in str(refusal.value)


def test_what_the_tool_gives_stands_on_no_list():
    result = generate_molecules.run(n=60, seed=5)

    again = screen_many([m.smiles for m in result.output.molecules])
    assert len(again) == 60
    assert all(may_be_given(verdict) for verdict in again)
    assert result.verdict.decision is not Decision.BLOCK
