"""Reading a name, number or notation as a substance, or as nothing.

The order: a notation that proves itself (InChI, InChIKey, CAS number with its check digit), a
common name of our own table, an exact name of the tables, a formula, a SMILES, a systematic name
through OPSIN. Nothing is guessed: a name that differs by a letter is not found.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Any, Literal

from agent.tools.common_names import CommonName, common_names
from agent.tools.errors import ArgumentError
from agent.tools.formula import ATOMIC_NUMBERS, FormulaError, parse_formula, suggest_formula
from agent.tools.identifiers import Row, fold, identifiers
from agent.tools.name_words import fits_name, polymer_reading
from agent.tools.readings import (
    Substance,
    distinct,
    from_row,
    inchikey_of,
    main_name,
    of_mol,
    smiles_of,
)
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

Notation = Literal["auto", "name", "cas", "smiles", "inchi", "inchikey", "formula"]

OWN = "elute's table of common names"
MAX_CHARS = 2_000
MAX_READINGS = 12

_CAS = re.compile(r"(\d{2,7})-(\d\d)-(\d)")
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
_SMILES_ONLY = re.compile(r"[\[\]=#@/\\]|[cno]\d|\(=|^[A-Za-z]+\d.*\d")


class Resolution(Record):
    """What a query names. ``substance`` is set when there is one reading, or one by its main name.

    With "ambiguous" all readings are there and none is chosen; "not_found" is an answer too.
    """

    query: str
    status: Annotated[Literal["found", "ambiguous", "not_found"], VOCABULARY]
    substance: Substance | None = None
    readings: tuple[Substance, ...] = ()
    n_readings: int = 0  # readings may be cut to MAX_READINGS
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


def resolve(query: str, *, notation: Notation = "auto", argument: str = "query") -> Resolution:
    """The substances that ``query`` names.

    Raises:
        ArgumentError: It is empty or too long, or not what ``notation`` says.
    """
    text = query.strip()
    if not text:
        raise ArgumentError(argument, f"{argument} is empty. Give a name, CAS number or SMILES")
    if len(text) > MAX_CHARS:
        raise ArgumentError(
            argument, f"{argument} has {len(text):,} characters; at most {MAX_CHARS:,} are read"
        )
    readers = {
        "cas": _read_cas,
        "inchi": _read_inchi,
        "inchikey": _read_inchikey,
        "smiles": _read_smiles,
        "formula": _read_formula,
        "name": _read_name,
    }
    chosen = _notation_of(text) if notation == "auto" else notation
    if chosen != "auto":
        return readers[chosen](text, argument)
    if text in ATOMIC_NUMBERS and len(text) == 2:
        return _read_formula(text, argument)  # "Co" is cobalt, though a name's case does not count
    found = _read_name(text, argument)
    if found.status == "not_found":
        return _read_written(text, argument, found)
    if found.substance is not None and re.fullmatch(r"C\d*H\d+[A-Z0-9a-z]*", text):
        # The tables list "C2H6O" among ethanol's names; ether has the formula too.
        return _read_formula(text, argument)
    return found


def single(query: str, *, argument: str) -> Substance:
    """The one substance that ``query`` names, for a tool that needs one.

    Raises:
        ArgumentError: It names none, or several.
    """
    found = resolve(query, argument=argument)
    if found.substance is not None:
        return found.substance
    if found.status == "not_found":
        hint = found.warnings[0] if found.warnings else "Give a CAS number or a SMILES"
        raise ArgumentError(argument, f"{argument}: nothing is known as {query!r}. {hint}")
    shown = ", ".join(
        f"{one.name} ({one.cas or one.inchikey or one.formula})" for one in found.readings[:6]
    )
    raise ArgumentError(
        argument, f"{argument}: {query!r} may be {shown}. Give the CAS number of the one meant"
    )


def _notation_of(text: str) -> Notation:
    if text.startswith("InChI="):
        return "inchi"
    if _INCHIKEY.fullmatch(text):
        return "inchikey"
    if _CAS.fullmatch(text):
        return "cas"
    return "auto"


def _result(query: str, readings: list[Substance], *warnings: str) -> Resolution:
    shown = tuple(readings[:MAX_READINGS])
    status: Literal["found", "ambiguous", "not_found"] = (
        "not_found" if not readings else "found" if len(readings) == 1 else "ambiguous"
    )
    return Resolution(
        query=query,
        status=status,
        substance=readings[0] if len(readings) == 1 else None,
        readings=shown,
        n_readings=len(readings),
        warnings=warnings,
    )


# Notations that prove themselves ------------------------------------------------------------------


def _read_cas(text: str, argument: str) -> Resolution:
    match = _CAS.fullmatch(text)
    if match is None:
        raise ArgumentError(argument, f"{argument}: {text!r} is not a CAS number, e.g. 67-64-1")
    digits = (match[1] + match[2])[::-1]
    if sum(i * int(d) for i, d in enumerate(digits, start=1)) % 10 != int(match[3]):
        raise ArgumentError(
            argument, f"{argument}: {text!r} is no CAS number: its check digit is wrong. Check it"
        )
    return _result(text, distinct(identifiers().by_cas(text), "cas"))


def _read_inchikey(text: str, argument: str) -> Resolution:
    if not _INCHIKEY.fullmatch(text):
        raise ArgumentError(
            argument, f"{argument}: {text!r} is not an InChIKey, e.g. CSCPPACGZOOCGX-UHFFFAOYSA-N"
        )
    return _result(text, distinct(identifiers().by_inchikey(text), "inchikey"))


def _read_inchi(text: str, argument: str) -> Resolution:
    return _result(text, [_from_structure(text, argument, "inchi")])


def _read_smiles(text: str, argument: str) -> Resolution:
    reading = _from_structure(text, argument, "smiles")
    return _result(text, [reading])


def _from_structure(text: str, argument: str, read_as: Literal["smiles", "inchi"]) -> Substance:
    """The substance that a structure is: its row in the tables, else the structure with a name."""
    mol = read_molecule(text, argument=argument)
    key = inchikey_of(mol)
    for row in identifiers().by_inchikey(key):
        return from_row(row, read_as)
    known = identifiers().by_skeleton(key[:14]) if key else []
    note = None
    if known:
        row = known[0]
        note = f"the tables hold this connectivity with other stereo: {main_name(row)} ({row.cas})"
    name, source = _systematic_name(mol)
    return of_mol(mol, name=name, read_as=read_as, source=source, note=note)


def read_molecule(text: str, *, argument: str) -> Any:
    """An RDKit molecule, read as the gate reads it (`safety.molecule`), as written.

    Raises:
        ArgumentError: ``text`` is not a structure.
    """
    from safety.errors import StructureError
    from safety.molecule import read_structure

    if "\n" not in text and len(text.split()) != 1:
        # RDKit reads the first word alone, so "CO poisoning" would be methanol.
        raise ArgumentError(argument, f"{argument}: a structure is one word, e.g. CCO")
    try:
        return read_structure(text).mol
    except StructureError as error:
        raise ArgumentError(argument, f"{argument}: {error}") from error


def _systematic_name(mol: Any) -> tuple[str, str]:
    """A systematic name for a structure, and who gave it."""
    smiles = smiles_of(mol)
    try:
        import openclatura

        name = openclatura.name_smiles(smiles)
    except Exception:  # a naming program of many rules; a structure without a name is still one
        name = None
    if not name:
        return smiles, "the structure as given"
    return str(name), "the structure as given; name by openclatura"


# Names --------------------------------------------------------------------------------------------


def _read_name(text: str, argument: str) -> Resolution:
    own = common_names(text)
    if own:
        readings = [one for entry in own for one in _from_common(entry, text)]
        return _result(text, readings)
    # Two letters are a formula or nothing: the tables call talc "in" and an acid "nah".
    held = identifiers().by_name(text) if len(text.strip()) > 2 else []
    rows = [row for row in held if fits_name(text, row)]
    if polymer := polymer_reading(text, rows):
        return _result(text, [polymer])
    readings = distinct(rows, "name")
    if len(readings) > 1 and (first := _meant(text, rows, readings)):
        rest = [one for one in readings if one is not first]
        found = _result(text, [first, *rest])
        return found.model_copy(update={"status": "found", "substance": first})
    if readings:
        return _result(text, readings)
    return _read_systematic(text, argument)


def _meant(name: str, rows: list[Row], readings: list[Substance]) -> Substance | None:
    """The reading that is called so itself, where the others only list the name among many."""
    key = fold(name)
    for place in (1, 0):  # the common name before the systematic one, which holds oddities
        keys = {row.inchikey for row in rows if key in map(fold, row.names[place : place + 1])}
        if len(keys) == 1:
            return next((one for one in readings if one.inchikey in keys), None)
    return None


def _from_common(entry: CommonName, query: str) -> list[Substance]:
    if entry.kind == "cas":
        return [from_row(row, "name") for row in identifiers().by_cas(entry.value)[:1]]
    if entry.kind == "smiles":
        from rdkit import Chem

        mol = Chem.MolFromSmiles(entry.value)
        cas = re.search(r"CAS ([\d-]+)", entry.basis)
        return [
            of_mol(
                mol, name=entry.preferred, read_as="name", source=OWN, cas=cas[1] if cas else None
            )
        ]
    if entry.kind == "formula":
        return [_composition(entry.value, name=entry.preferred, read_as="name", query=query)]
    note = {
        "polymer": "a polymer has no single structure; the formula is that of its repeat unit",
        "material": "a mixture, material or class, which has no single structure",
    }[entry.kind]
    if entry.kind == "polymer" and not entry.value:
        note = "a polymer has no single structure"
    return [
        Substance(
            name=entry.preferred,
            kind="polymer" if entry.kind == "polymer" else "material",
            formula=entry.value or None,
            read_as="name",
            source=OWN,
            note=note,
        )
    ]


def _read_systematic(text: str, argument: str) -> Resolution:
    """A systematic name through OPSIN, where Java and the extra [names] are there."""
    from agent.tools.base import missing

    # OPSIN reads some trivial names as something else ("hexen"); a locant makes a name systematic.
    if not re.search(r"\d[,'-]|-\d|\(\w*\d?[RSEZ]\)", text):
        return _result(text, [])
    absent = missing("py2opsin", "java", what="reading systematic names")
    if absent is not None:
        return _result(text, [], f"{absent}, and a systematic name may be found")
    smiles = _opsin(text)
    if not smiles:
        return _result(text, [])
    mol = read_molecule(smiles, argument=argument)
    rows = identifiers().by_inchikey(inchikey_of(mol))
    if rows:
        return _result(text, [from_row(rows[0], "name")])
    return _result(text, [of_mol(mol, name=text, read_as="name", source="OPSIN")])


def _opsin(name: str) -> str:
    import tempfile
    import warnings
    from pathlib import Path

    import py2opsin

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # OPSIN's word on a name that it cannot read
        smiles = py2opsin.py2opsin([name], tmp_fpath=str(Path(folder) / "names.txt"))
    return str(smiles[0]) if smiles else ""


# Formulae and SMILES ------------------------------------------------------------------------------


def _read_written(text: str, argument: str, not_found: Resolution) -> Resolution:
    """A text that is no name: a formula or a SMILES, when it can hardly be anything else."""
    meant = suggest_formula(text) if re.fullmatch(r"[A-Za-z0-9().]+", text) else None
    if meant is not None:
        return _result(text, [], f"Did you mean {meant!r}, with the letter O for the digit 0?")
    if _is_formula(text):
        return _read_formula(text, argument)
    if " " in text or not re.search(r"[BCNOPSFIcnos\[]", text):
        return not_found
    mol = _quiet_mol(text)
    if mol is None:
        return not_found
    if _SMILES_ONLY.search(text) or "CC" in text or re.search(r"[()\-.]", text):
        return _read_smiles(text, argument)
    return _result(
        text, [], f"It could be read as a SMILES; if it is one, give notation='smiles' with {text}"
    )


def _quiet_mol(text: str) -> Any:
    from safety.errors import StructureError
    from safety.molecule import read_smiles

    try:
        mol = read_smiles(text).mol
    except StructureError:
        return None
    return None if any(atom.GetAtomicNum() == 0 for atom in mol.GetAtoms()) else mol


def _is_formula(text: str) -> bool:
    try:
        amounts = parse_formula(text)
    except FormulaError:
        return False
    symbols = re.findall(r"[A-Z][a-z]?", text)
    if any(a == b for a, b in pairwise(symbols)):
        return False  # CCO is a SMILES
    if any(sign in text for sign in "=#@[]/\\"):
        return _quiet_mol(text) is None
    if any(len(symbol) == 2 for symbol in amounts):
        # Two-letter symbols make words too ("Hf", "Coin" is none): fine when all of it is read.
        return _quiet_mol(text) is None or any(c.isdigit() for c in text) or len(amounts) > 1
    if any(char.isdigit() for char in text):
        return _quiet_mol(text) is None
    return bool(identifiers().by_formula(_hill(amounts)))


def _read_formula(text: str, argument: str) -> Resolution:
    try:
        amounts = parse_formula(text)
    except FormulaError as error:
        raise ArgumentError(argument, f"{argument}: {error}") from error
    hill = _hill(amounts)
    readings = distinct(identifiers().by_formula(hill), "formula")
    if not readings:
        readings = [_composition(text, name=text, read_as="formula", query=text)]
    return _result(text, readings)


def _composition(
    formula: str, *, name: str, read_as: Literal["name", "formula"], query: str
) -> Substance:
    """A solid by its formula; with the tables' row where one has this name and this formula."""
    hill = _hill(parse_formula(formula))
    for row in identifiers().by_name(query):
        if row.formula == hill:
            return from_row(row, read_as, name)
    return Substance(
        name=name,
        kind="composition",
        formula=hill,
        read_as=read_as,
        source=OWN if read_as == "name" else "the formula",
        note="a formula alone says nothing of the structure",
    )


def _hill(amounts: dict[str, float]) -> str:
    """The formula in Hill order: C, H, then the alphabet; the alphabet alone without C."""
    order = sorted(amounts, key=lambda s: ((s != "C", s != "H") if "C" in amounts else (), s))
    return "".join(s + ("" if amounts[s] == 1 else f"{amounts[s]:g}") for s in order)
