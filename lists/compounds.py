"""Second sources at build time: the tables of `chemicals`, `medchem`, and OPSIN.

None of them is needed to screen. `chemicals` is asked for exact CAS numbers and exact names only:
its own search guesses.
"""

from __future__ import annotations

import csv
import importlib.util
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

rdBase.DisableLog("rdApp.*")

_FILES = (
    "chemical identifiers pubchem large.tsv",
    "chemical identifiers pubchem small.tsv",
    "Inorganic db.tsv",
)


_PLAIN_NAME = re.compile(r"[^,;/&{}=\[\]|]{4,60}")


@dataclass(frozen=True)
class Compound:
    """One row of the tables of `chemicals`."""

    cas: str
    smiles: str
    inchikey: str
    names: tuple[str, ...]
    """IUPAC name, common name, then all other synonyms."""


def folder_of(package: str) -> Path:
    """Where a package is installed, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the build needs the package {package!r}: uv pip install {package}")
    return Path(spec.origin).parent


class Compounds:
    """The tables of `chemicals` by CAS, InChIKey, connectivity and exact name."""

    def __init__(self, rows: Iterable[Compound] | None = None) -> None:
        self.rows = list(_read_chemicals() if rows is None else rows)
        self.by_cas = {row.cas: row for row in self.rows}
        self.by_skeleton: dict[str, list[Compound]] = defaultdict(list)
        self.by_name: dict[str, list[Compound]] = defaultdict(list)
        for row in self.rows:
            self.by_skeleton[row.inchikey[:14]].append(row)
            for name in {n.lower() for n in row.names}:
                self.by_name[name].append(row)

    @cached_property
    def salts(self) -> dict[str, list[tuple[Compound, str]]]:
        """Connectivity of the one organic part of a salt to the salts and that part's InChIKey."""
        found: dict[str, list[tuple[Compound, str]]] = defaultdict(list)
        for row in self.rows:
            if "." in row.smiles and (parent := organic_parent(row.smiles)):
                found[parent[:14]].append((row, parent))
        return found


def organic_parent(smiles: str) -> str | None:
    """InChIKey of the single carbon skeleton of a salt, neutral; None if there is not just one."""
    parts = {p for p in smiles.split(".") if p}
    organic = []
    for part in parts:
        mol = Chem.MolFromSmiles(part)
        if mol is None:
            return None
        carbons = sum(a.GetAtomicNum() == 6 for a in mol.GetAtoms())
        if carbons > 6 or (carbons > 2 and any(a.GetAtomicNum() == 7 for a in mol.GetAtoms())):
            organic.append(mol)
    if len(organic) != 1:
        return None
    neutral = rdMolStandardize.Uncharger().uncharge(organic[0])
    return str(Chem.MolToInchiKey(neutral)) or None  # type: ignore[no-untyped-call]


def _read_chemicals() -> Iterable[Compound]:
    folder = folder_of("chemicals") / "Identifiers"
    seen: set[str] = set()
    for file in _FILES:
        for line in (folder / file).read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) < 9 or not cells[6] or cells[1] in seen:
                continue
            seen.add(cells[1])
            names = tuple(dict.fromkeys(n.strip() for n in cells[7:] if n.strip()))
            yield Compound(cells[1], cells[4], cells[6], names)


def read_medchem() -> dict[str, str]:
    """Scheduled names of `medchem`, folded, to SMILES."""
    file = folder_of("medchem") / "data" / "chemical_groups.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            folded(row["name"]): row["smiles"]
            for row in csv.DictReader(lines)
            if row["hierarchy"].startswith("narcotics.")
        }


def read_medicines() -> dict[str, tuple[str, ...]]:
    """Names of medicines, folded, to their other names, by `drug-named-entity-recognition`.

    Names that several medicines bear, inverted ones and notes are left out.
    """
    from drug_named_entity_recognition.drugs_finder import drug_canonical_to_data

    others = {
        name: [s for s in about.get("synonyms", ()) if _PLAIN_NAME.fullmatch(s)]
        for name, about in drug_canonical_to_data.items()
        if _PLAIN_NAME.fullmatch(name) and " and " not in name
    }
    bearers = Counter(folded(s) for names in others.values() for s in set(names))
    return {
        folded(name): tuple(s for s in names if bearers[folded(s)] == 1)
        for name, names in others.items()
    }


def read_leads() -> list[tuple[str, str]]:
    """Names and SMILES of `medchem` that no schedule names but a class rule may hit."""
    file = folder_of("medchem") / "data" / "chemical_groups.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            (row["name"].strip(" )"), row["smiles"])
            for row in csv.DictReader(lines)
            if row["hierarchy"].startswith("narcotics.pihkal")
        ]


def read_opsin(names: list[str]) -> dict[str, str]:
    """Systematic names to SMILES, for those that OPSIN can read."""
    from py2opsin import py2opsin

    answers = py2opsin(names, output_format="SMILES")
    return {name: smiles for name, smiles in zip(names, answers, strict=True) if smiles}


def folded(name: str) -> str:
    """A name without case, spaces and marks."""
    return re.sub(r"[\W_]+", "", name.lower())


@dataclass(frozen=True)
class Drawn:
    """A structure with its keys."""

    smiles: str
    inchikey: str
    formula: str

    @property
    def skeleton(self) -> str:
        """Connectivity without stereo."""
        return self.inchikey[:14]

    @property
    def n_stereo(self) -> int:
        """Assigned stereocentres and double bonds."""
        return len(re.findall(r"@@?", self.smiles)) + self.smiles.count("/")


def draw(smiles: str) -> Drawn | None:
    """A SMILES as canonical SMILES, InChIKey and formula; None if it cannot be read."""
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        return None
    key = Chem.MolToInchiKey(mol)  # type: ignore[no-untyped-call]
    if not key:
        return None
    return Drawn(Chem.MolToSmiles(mol), str(key), CalcMolFormula(mol))
