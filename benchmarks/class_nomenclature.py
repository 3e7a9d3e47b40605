"""What the patterns of systematic names find among the compounds of the package chemicals.

    python -m benchmarks.class_nomenclature

Each compound's names (the first one is made by rule, in PubChem's way) are read by the patterns
alone; its structure, as the package gives it, says of which classes it is. About a minute of CPU.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

_SMILES, _FIRST_NAME = 4, 7  # columns of the package's tables of identifiers


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.class_nomenclature", description=__doc__
    )
    parser.parse_args(argv)
    from rdkit import Chem, RDLogger

    from safety.class_nomenclature import systematic_members
    from safety.families import class_hits

    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    members: Counter[str] = Counter()
    by_first: Counter[str] = Counter()
    others: list[tuple[str, str]] = []
    n_compounds = n_names = 0
    for smiles, names in _compounds():
        mol = Chem.MolFromSmiles(smiles)
        if mol is None:
            continue
        n_compounds += 1
        n_names += len(names)
        classes = {rule.id for rule in class_hits(mol)}
        found = [{rule for rule, _, _ in systematic_members(name.lower())} for name in names]
        members.update(classes)
        by_first.update(classes & found[0])
        if not classes and any(found):
            others.append((", ".join(sorted(set().union(*found))), names[0]))
    print(f"{n_compounds:,} compounds, {n_names:,} names\n")
    print("| class | members by structure | found by the first name |\n|---|---:|---:|")
    for rule in sorted(by_first):
        print(f"| {rule} | {members[rule]} | {by_first[rule]} |")
    print(f"\nFound by a name, no member as drawn: {len(others)}")
    for rule, name in others:
        print(f"- {rule}: {name}")
    return 0


def _compounds() -> Iterator[tuple[str, list[str]]]:
    """SMILES and up to seven names of each compound."""
    import chemicals

    for table in sorted((Path(chemicals.__file__).parent / "Identifiers").glob("*.tsv")):
        for line in table.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) > _FIRST_NAME and cells[_SMILES]:
                yield cells[_SMILES], cells[_FIRST_NAME : _FIRST_NAME + 7]


if __name__ == "__main__":
    raise SystemExit(main())
