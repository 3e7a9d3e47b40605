"""A molecule's picture: what RDKit draws of a SMILES."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

MAX_CHARS: Final = 2_000


@lru_cache(maxsize=256)
def molecule_picture(smiles: str) -> str | None:
    """SVG of the molecule; None where it is no SMILES or too large to be drawn."""
    from rdkit import Chem, rdBase
    from rdkit.Chem.Draw import rdMolDraw2D

    if len(smiles) > MAX_CHARS:
        return None
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or molecule.GetNumAtoms() == 0:
        return None
    drawer = rdMolDraw2D.MolDraw2DSVG(360, 260)
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, molecule)
    drawer.FinishDrawing()
    svg: str = drawer.GetDrawingText()
    return svg.split("?>", 1)[-1].strip()
