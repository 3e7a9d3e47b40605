"""One reading of a name or notation as a record, from a row of the tables or from a structure."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from agent.tools.identifiers import Row
from agent.tools.vocabulary import VOCABULARY
from ingest.record import Record

TABLES = "chemicals' identifier tables"

Kind = Literal["molecule", "composition", "polymer", "material"]
ReadAs = Literal["name", "cas", "smiles", "inchi", "inchikey", "formula"]


class Substance(Record):
    """One reading: what it is, and which table says so."""

    name: str
    kind: Annotated[Kind, VOCABULARY]
    cas: str | None = None
    smiles: str | None = None  # canonical, as RDKit writes it; None where there is no one structure
    inchi: Annotated[str | None, VOCABULARY] = None  # of the same structure
    inchikey: str | None = None
    formula: str | None = None  # Hill order; of the repeat unit for a polymer
    names: Annotated[tuple[str, ...], VOCABULARY] = ()  # synonyms in the tables
    read_as: Annotated[ReadAs, VOCABULARY]
    source: Annotated[str, VOCABULARY]
    note: Annotated[str | None, VOCABULARY] = None


def distinct(rows: list[Row], read_as: ReadAs) -> list[Substance]:
    """One reading a structure, in the order of the tables."""
    found: dict[str, Substance] = {}
    for row in rows:
        found.setdefault(row.inchikey or row.cas, from_row(row, read_as))
        if len(found) > 50:
            break
    return list(found.values())


def main_name(row: Row) -> str:
    """The name a person would use: the table's common name, unless that is a number."""
    for name in (*row.names[1:2], *row.names[:1], *row.names[2:]):
        if re.search(r"[A-Za-z]{2}", name):
            return name
    return row.names[0] if row.names else row.cas


def from_row(row: Row, read_as: ReadAs, name: str | None = None) -> Substance:
    """The reading of a row, with its structure where that is what its InChIKey says."""
    mol = _checked_mol(row)
    note = (
        f"the table's SMILES {row.smiles!r} does not fit its InChIKey and is left out"
        if mol is None
        else _stereo_note(mol)
    )
    names = tuple(dict.fromkeys(n for n in row.names if re.search(r"[A-Za-z]{2}", n)))
    return Substance(
        name=name or main_name(row),
        kind="molecule",
        cas=row.cas,
        smiles=None if mol is None else smiles_of(mol),
        inchi=row.inchi or None,
        inchikey=row.inchikey or None,
        formula=(row.formula or None) if mol is None else formula_of(mol),
        names=names[:12],
        read_as=read_as,
        source=TABLES,
        note=note,
    )


def _checked_mol(row: Row) -> Any:
    """The row's structure, where it is what the row's InChIKey says; else None."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(row.smiles) if row.smiles else None
        if mol is not None and inchikey_of(mol) == row.inchikey:
            return mol
        mol = Chem.MolFromInchi(row.inchi) if row.inchi else None  # type: ignore[no-untyped-call]
        return mol if mol is not None and inchikey_of(mol) == row.inchikey else None


def _stereo_note(mol: Any) -> str | None:
    from rdkit import Chem

    if not any(atom.GetAtomicNum() == 6 for atom in mol.GetAtoms()):
        return None
    n_open = sum(
        1
        for place in Chem.FindPotentialStereo(mol)
        if place.specified == Chem.StereoSpecified.Unspecified
    )
    if not n_open:
        return None
    return f"the stereo of {n_open} centre{'s' if n_open > 1 else ''} or bond is not specified"


def smiles_of(mol: Any) -> str:
    """Canonical SMILES of an RDKit molecule."""
    from rdkit import Chem

    return str(Chem.MolToSmiles(mol))


def inchikey_of(mol: Any) -> str:
    """Standard InChIKey of an RDKit molecule; empty where there is none."""
    from rdkit import Chem

    return str(Chem.MolToInchiKey(mol))  # type: ignore[no-untyped-call]


def formula_of(mol: Any) -> str:
    """Hill formula with deuterium as D."""
    from rdkit.Chem.rdMolDescriptors import CalcMolFormula

    return str(CalcMolFormula(mol, separateIsotopes=True, abbreviateHIsotopes=True))


def of_mol(
    mol: Any,
    *,
    name: str,
    read_as: ReadAs,
    source: str,
    cas: str | None = None,
    note: str | None = None,
) -> Substance:
    """The reading of a structure that stands in no table."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        inchi = str(Chem.MolToInchi(mol))  # type: ignore[no-untyped-call]
        key = inchikey_of(mol)
    return Substance(
        name=name,
        kind="molecule",
        cas=cas,
        smiles=smiles_of(mol),
        inchi=inchi or None,
        inchikey=key or None,
        formula=formula_of(mol),
        names=(),
        read_as=read_as,
        source=source,
        note=note or _stereo_note(mol),
    )
