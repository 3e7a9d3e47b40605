"""The identifier tables of the package ``chemicals``: names, CAS numbers, SMILES, InChIKeys.

Its own search guesses ("2C-H" gives a chlorophenol), so it is not used. Here a name is found only
when it stands in a table, letter by letter, but for case, white space, the sort of a dash, and how
a Greek letter is written. The 76,500 rows stay in their files; an index of hashes says in which
line to look, and the line itself is compared, so a clash of hashes finds nothing wrong.
"""

from __future__ import annotations

import mmap
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import platformdirs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# In the order of trust: hand-checked small tables first, PubChem's bulk last.
_FILES = (
    "chemical identifiers pubchem small.tsv",
    "chemical identifiers example user db.tsv",
    "Inorganic db.tsv",
    "chemical identifiers pubchem large.tsv",
    "Cation db.tsv",
    "Anion db.tsv",
)
_FORMAT = 2  # of the index file; raise when what is hashed changes
_GREEK = {
    unicodedata.lookup(f"GREEK SMALL LETTER {word.upper()}"): word
    for word in "alpha beta gamma delta epsilon zeta eta theta kappa lamda mu nu xi pi rho sigma "
    "tau phi chi psi omega".split()
}
_DOTTED_GREEK = re.compile(
    r"\.(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|"
    r"chi|psi|omega)\.?"
)
_SIGNS = str.maketrans(
    {"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "′": "'", "’": "'", "″": "''"}
    | _GREEK
)


class Row(NamedTuple):
    """One line of a table."""

    cas: str
    formula: str
    smiles: str
    inchi: str
    inchikey: str
    names: tuple[str, ...]  # the systematic name, the common one, then synonyms


def fold(name: str) -> str:
    """The key of a name: case, white space, kinds of dashes and Greek letters do not count."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name).translate(_SIGNS)
    folded = " ".join(name.casefold().split())
    return _DOTTED_GREEK.sub(r"\1", folded) if "." in folded else folded


class Identifiers:
    """Rows by name, CAS number, InChIKey or formula. Made by `identifiers`."""

    def __init__(self, folder: Path) -> None:
        self._maps: list[Any] = []
        for name in _FILES:
            with (folder / name).open("rb") as file:
                self._maps.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        self._hashes, self._places = _load_index(self._maps)

    def by_name(self, name: str) -> list[Row]:
        """Rows that hold this name, the most trusted table first."""
        key = fold(name)
        return [r for r in self._rows(key) if key in map(fold, r.names)] if key else []

    def by_cas(self, cas: str) -> list[Row]:
        """Rows whose own number this is; failing these, rows that list it among their names."""
        rows = self._rows(cas)
        return [r for r in rows if r.cas == cas] or [r for r in rows if cas in r.names]

    def by_inchikey(self, inchikey: str) -> list[Row]:
        """Rows with this full InChIKey."""
        return [row for row in self._rows("=" + inchikey) if row.inchikey == inchikey]

    def by_skeleton(self, block: str) -> list[Row]:
        """Rows with this first block of an InChIKey: the same connectivity, any stereo."""
        return [row for row in self._rows("~" + block) if row.inchikey[:14] == block]

    def by_formula(self, hill: str) -> list[Row]:
        """Rows with this formula, in Hill order."""
        return [row for row in self._rows("#" + hill) if row.formula == hill]

    def __iter__(self) -> Iterator[Row]:
        for held in self._maps:
            at = 0
            while at < len(held):
                end = _line_end(held, at)
                yield _row(held[at:end])
                at = end + 1

    def _rows(self, key: str) -> list[Row]:
        code = self._hashes.dtype.type(crc32(key.encode()))  # a Python int would cast the array
        left = int(self._hashes.searchsorted(code, "left"))
        right = int(self._hashes.searchsorted(code, "right"))
        rows = []
        for place in sorted({int(p) for p in self._places[left:right]}):
            held, at = self._maps[place >> 32], place & 0xFFFFFFFF
            rows.append(_row(held[at : _line_end(held, at)]))
        return rows


@cache
def identifiers() -> Identifiers:
    """The tables of the installed package."""
    spec = find_spec("chemicals")
    assert spec is not None
    assert spec.submodule_search_locations
    return Identifiers(Path(spec.submodule_search_locations[0]) / "Identifiers")


def _row(line: bytes) -> Row:
    cells = line.decode("utf-8").rstrip("\r").split("\t")
    cells += [""] * (9 - len(cells))
    return Row(
        cas=cells[1],
        formula=cells[2],
        smiles=cells[4],
        inchi=f"InChI=1S/{cells[5]}" if cells[5] else "",
        inchikey=cells[6],
        names=tuple(cell for cell in cells[7:] if cell),
    )


def _line_end(held: Any, at: int) -> int:
    end = held.find(b"\n", at)
    return len(held) if end < 0 else int(end)


def _load_index(maps: list[Any]) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    """The index, from the cache folder where it lies; else made anew, in about four seconds."""
    import numpy as np

    sizes = "-".join(str(len(held)) for held in maps)
    stamp = crc32(f"{_FORMAT} {version('chemicals')} {sizes}".encode())
    path = platformdirs.user_cache_path("elute", appauthor=False) / f"identifiers-{stamp:08x}.npz"
    try:
        with np.load(path, allow_pickle=False) as held:
            return held["hashes"], held["places"]
    except (OSError, ValueError, KeyError, EOFError):
        pass  # not made yet, or damaged: make it
    hashes, places = _build_index(maps)
    _keep(path, hashes, places)
    return hashes, places


def _keep(path: Path, hashes: NDArray[np.uint32], places: NDArray[np.uint64]) -> None:
    """Write the index for the next process; a cache folder that cannot be written is no matter."""
    import os

    import numpy as np

    partial = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.savez(file, hashes=hashes, places=places)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)


def _build_index(maps: list[Any]) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    from array import array

    import numpy as np

    hashes, places = array("I"), array("Q")
    for number, held in enumerate(maps):
        at = 0
        for line in held[:].split(b"\n"):
            if line:
                cells = line.decode("utf-8").rstrip("\r").split("\t")
                keys = {fold(cell) for cell in cells[7:]}
                keys |= {cells[1], f"#{cells[2]}", f"={cells[6]}", f"~{cells[6][:14]}"}
                place = number << 32 | at
                for key in keys:
                    hashes.append(crc32(key.encode()))
                    places.append(place)
            at += len(line) + 1
    codes = np.frombuffer(hashes, dtype=np.uint32)
    order = np.argsort(codes, kind="stable")
    return codes[order], np.frombuffer(places, dtype=np.uint64)[order]
