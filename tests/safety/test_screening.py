from __future__ import annotations

import sys
from pathlib import Path

import pytest

import safety
from safety import screen, screen_many
from safety.errors import ListMissing
from safety.lists import ListSet, load_lists
from safety.screening import MAX_CANDIDATES, MAX_CHARS, Screener
from safety.substance import Decision, Level

HEROIN = "CC(=O)O[C@H]1C=C[C@H]2[C@H]3CC4=C5[C@]2([C@H]1OC5=C(C=C4)OC(C)=O)CCN3C"
THC = "CCCCCc1cc(O)c2c(c1)OC(C)(C)[C@@H]1CCC(C)=C[C@@H]21"


@pytest.fixture(scope="module")
def lists() -> ListSet:
    return load_lists(Path("no such folder"))


def test_this_is_our_own_package_and_not_the_scanner_of_the_same_name() -> None:
    # PyPI's `safety` ships a top-level package too and overwrites ours without a word.
    assert safety.__file__ is not None
    assert (
        Path(safety.__file__).resolve()
        == Path(__file__).resolve().parents[2] / "safety/__init__.py"
    )


@pytest.mark.parametrize(
    "text",
    [
        "heroin",
        "diacetylmorphine",
        "561-27-3",
        HEROIN,
        "GVGLGOZIDCSQPN-PVHGPHFFSA-N",
        "mustard gas",
        "bis(2-chloroethyl) sulfide",
        "505-60-2",
        "ClCCSCCCl",
        "InChI=1S/C4H8Cl2S/c5-1-3-7-4-2-6/h1-4H2",
        "tetrahydrocannabinol",
        "THC",
        "delta-9-tetrahydrocannabinol",
        THC,
        "OCCCC(=O)O",
        "O=C(O)CCCO",
        "[O-]C(=O)CCCO.[Na+]",
        "4-hydroxybutanoic acid",
        "InChI=1S/C4H8O3/c5-3-1-2-4(6)7/h5H,1-3H2,(H,6,7)",
        ">>OCCCC(=O)O",
    ],
)
def test_the_four_cases_that_a_published_agent_met_are_blocked(text: str) -> None:
    assert screen(text).decision is Decision.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "hеroin",  # Cyrillic е
        "her\u200boin",
        "ｈｅｒｏｉｎ",
        "h e r o i n",
        "HEROIN",
        "How would heroin be prepared?",
        "aGVyb2luIHBsZWFzZQ==",
        "nioreh",
        "urebva",
        HEROIN + " cmpd-17",
        "CCO." + HEROIN,
        HEROIN.replace("CCN3C", "CC[NH+]3C") + ".[Cl-]",
    ],
)
def test_a_blocked_substance_is_blocked_however_it_is_written(text: str) -> None:
    assert screen(text).decision is Decision.BLOCK


@pytest.mark.parametrize("text", ["h3r01n", "methampehtamine", "methamphetamne"])
def test_a_doubtful_spelling_warns(text: str) -> None:
    assert screen(text).decision is Decision.WARN


def test_the_other_enantiomer_warns_and_missing_stereo_keeps_the_level(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(
        "name,smiles,level\nhouse secret,CCCCCC[C@H](F)CCCC#N,block\n", encoding="utf-8"
    )
    screener = Screener(load_lists(tmp_path))

    assert screener.screen("CCCCCC[C@H](F)CCCC#N").decision is Decision.BLOCK
    assert screener.screen("CCCCCCC(F)CCCC#N").decision is Decision.BLOCK
    assert screener.screen("CCCCCC[C@@H](F)CCCC#N").decision is Decision.WARN


def test_another_tautomer_warns() -> None:
    tautomer = screen("OC(=C)Cc1ccc2OCOc2c1")

    assert {h.how for h in tautomer.hits} == {"tautomer"}
    assert tautomer.decision is Decision.WARN


def test_a_legal_enantiomer_is_exempt_by_its_full_key() -> None:
    # Dextromethorphan and the listed levomethorphan differ in stereo alone.
    dextro = "COc1ccc2c(c1)[C@]13CCCC[C@@H]1[C@H](C2)N(C)CC3"

    assert screen(dextro).decision is Decision.ALLOW
    assert screen("dextromethorphan").decision is Decision.ALLOW


@pytest.mark.parametrize(
    "text",
    [
        "aspirin",
        "CC(=O)Oc1ccccc1C(=O)O",
        "[2H]C(Cl)(Cl)Cl",
        "[2H]C([2H])([2H])S(=O)C([2H])([2H])[2H]",
        "O([2H])[2H]",
        "CCN(CC)CC",
        "NCCO",
        "Nc1ccccc1N",
        "OC(=O)CC(O)C",
        "[Na+].[I-]",
        "CC[N+](CC)(CC)CC.[I-]",
        "[Al+3].[OH-].[OH-].[OH-]",
        "NC(N)=O",
        "caffeine",
        "Fisher LSD",
        "the speed of light",
        "crack propagation in steel",
        "MAPbI3",
        "morphing",
        "VX-765",
        "How is vanillin prepared industrially?",
    ],
)
def test_ordinary_things_pass(text: str) -> None:
    assert screen(text).decision is Decision.ALLOW


@pytest.mark.parametrize("text", ["[NH4+].[O-][N+](=O)[O-]", "N.O[N+](=O)[O-]", "ammonium nitrate"])
def test_an_ionic_inorganic_matches_as_a_whole_salt(text: str) -> None:
    assert screen(text).decision is Decision.WARN


def test_a_part_of_an_ionic_inorganic_is_not_the_salt() -> None:
    assert not any("ammonium nitrate" in h.name for h in screen("[NH4+].[Cl-]").hits)


def test_a_member_of_a_class_is_blocked_by_structure_and_by_stem() -> None:
    heptanoyl = screen("CCCCCCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1")
    named = screen("para-bromofentanyl")

    assert heptanoyl.decision is named.decision is Decision.BLOCK
    assert any(h.how == "class" for h in heptanoyl.hits)


def test_a_verdict_says_list_edition_citation_and_how() -> None:
    (hit, *_) = screen("heroin").hits

    assert (hit.list, hit.schedule, hit.how, hit.score) == ("us-csa", "Schedule I", "name", 1.0)
    assert "1308.11" in hit.citation
    assert hit.edition


def test_what_cannot_be_read_is_told() -> None:
    verdict = screen("C1CC(=O)NC(")

    assert verdict.decision is Decision.WARN
    assert verdict.unread


def test_more_candidates_than_are_read_are_told() -> None:
    verdict = screen(" ".join(f"{'C' * n}(=O)O" for n in range(3, MAX_CANDIDATES + 10)))

    assert verdict.decision is Decision.WARN
    assert any("more than" in part for part in verdict.unread)


def test_a_text_that_is_too_long_is_not_called_safe() -> None:
    assert screen("a" * (MAX_CHARS + 1)).decision is Decision.WARN


def test_a_name_far_into_a_long_text_is_found() -> None:
    assert (
        screen("ordinary words " * 3000 + "heroin" + " and more" * 500).decision is Decision.BLOCK
    )


@pytest.mark.parametrize("thing", [None, 5, b"heroin", ["heroin"]])
def test_what_is_no_text_is_a_warning_and_no_exception(thing: object) -> None:
    assert screen(thing).decision is Decision.WARN  # type: ignore[arg-type]


def test_without_its_lists_nothing_is_called_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    import safety.screening as screening

    def missing() -> ListSet:
        raise ListMissing("the packaged list 'us-csa' is missing")

    monkeypatch.setattr(screening, "_made", None)
    monkeypatch.setattr(screening, "_failure", None)
    monkeypatch.setattr(screening, "load_lists", missing)

    verdict = screen("water")

    assert verdict.decision is Decision.WARN
    assert "missing" in verdict.reason


def test_an_exception_inside_is_a_warning(monkeypatch: pytest.MonkeyPatch, lists: ListSet) -> None:
    screener = Screener(lists)

    def broken(*_: object) -> None:
        raise RuntimeError("ring information is not initialised")

    monkeypatch.setattr("safety.families.class_hits", broken)

    assert screener.screen("CCCCCCO").decision is Decision.WARN


def test_many_texts_are_screened_in_their_order() -> None:
    decisions = [v.decision for v in screen_many(["water", "heroin", "CCO"])]

    assert decisions == [Decision.ALLOW, Decision.BLOCK, Decision.ALLOW]


def test_a_resolver_adds_findings_and_clears_none(lists: ListSet) -> None:
    smiles = "CCCCCCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1"
    name = "N-phenyl-N-[1-(2-phenylethyl)piperidin-4-yl]nonanamide"

    with_resolver = Screener(lists, resolver=lambda n: smiles if n == name else None)
    clearing = Screener(lists, resolver=lambda _: "O")

    assert with_resolver.screen(name).decision is Decision.BLOCK
    assert clearing.screen("heroin").decision is Decision.BLOCK


def test_lists_are_summed_up_with_their_editions() -> None:
    summaries = safety.list_summaries()

    assert {"us-csa", "cwc", "atf"} <= {s.id for s in summaries}
    assert all(s.n_covered <= s.n_regulation for s in summaries)


def test_a_deleted_row_and_a_deleted_rule_are_missed(
    lists: ListSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    # If a row or a rule could vanish unseen, nothing here would prove that it is used.
    rows = [(info, row) for info, row in lists._rows if "mescaline" not in str(row).lower()]
    without = Screener(ListSet(lists.infos, rows, (), lists.innocent_names))
    member = "CCCCCCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1"

    assert Screener(lists).screen("mescaline").decision is Decision.BLOCK
    assert without.screen("mescaline").decision is not Decision.BLOCK
    assert any(h.how == "class" for h in Screener(lists).screen(member).hits)
    monkeypatch.setattr("safety.families.class_hits", lambda _: [])
    assert not any(h.how == "class" for h in Screener(lists).screen(member).hits)


def test_a_users_list_tightens_and_never_loosens(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(
        "name,smiles,level\nhouse secret,CCCCCCCCCCCCCCCCCC#N,block\nheroin,,log\n",
        encoding="utf-8",
    )

    screener = Screener(load_lists(tmp_path))

    assert screener.screen("N#CCCCCCCCCCCCCCCCCC").decision is Decision.BLOCK
    assert screener.screen("heroin").decision is Decision.BLOCK


def test_a_logged_substance_is_told_and_passes() -> None:
    verdict = screen("hydrochloric acid")

    assert all(h.level is Level.LOG for h in verdict.hits if h.list == "us-chemicals")


def test_importing_the_gate_loads_no_model_and_no_store() -> None:
    import subprocess

    code = (
        "import sys, safety; safety.screen('heroin'); "
        "bad = {'langchain', 'chromadb', 'openai', 'torch', 'streamlit'} & set(sys.modules); "
        "sys.exit(1 if bad else 0)"
    )
    root = Path(__file__).resolve().parents[2]

    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@pytest.mark.parametrize(
    "word", ["mean", "deep", "spa", "reaches", "adding", "tubes", "rules", "slots", "purest"]
)
def test_a_word_of_every_day_is_no_substance(word: str) -> None:
    assert screen(word).decision is Decision.ALLOW
    assert screen(word.capitalize()).decision is Decision.ALLOW
