"""What substance a name, number or notation names."""

from __future__ import annotations

from agent.tools.base import require, tool
from agent.tools.readings import Substance, formula_of
from agent.tools.resolution import Notation, Resolution, read_molecule, resolve

__all__ = ["Resolution", "Substance", "resolve_substance"]


@tool(intent="facts", requires=("rdkit", "chemicals"), optional=("py2opsin", "java", "pubchempy"))
def resolve_substance(query: str, notation: Notation = "auto", online: bool = False) -> Resolution:
    """Names, CAS number, SMILES, InChIKey and formula of the substance that a text names.

    Reads a name, CAS number, SMILES, InChI, InChIKey or formula. Works offline from exact names;
    an ambiguous name returns all its readings, and "not_found" is an answer, never a guess.

    Args:
        query: The name, number or notation, e.g. "THF", "67-64-1", "CC(C)=O" or "CsPbI3".
        notation: What ``query`` is; "auto" finds out.
        online: Ask PubChem too when nothing is found here; the query leaves this machine.
    """
    found = resolve(query, notation=notation)
    if found.status == "not_found" and online:
        return _ask_pubchem(query.strip())
    return found


def _ask_pubchem(query: str) -> Resolution:
    require("pubchempy", what="asking PubChem")
    import pubchempy

    from agent.tools.errors import ToolError

    try:
        compounds = pubchempy.get_compounds(query, "name")
    except (pubchempy.PubChemPyError, OSError) as error:
        raise ToolError(
            f"PubChem could not be asked: {error}. Try again, or online=false"
        ) from None
    readings = tuple(_from_pubchem(one) for one in compounds[:12])
    return Resolution(
        query=query,
        status=("not_found", "found")[len(readings)] if len(readings) < 2 else "ambiguous",
        substance=readings[0] if len(readings) == 1 else None,
        readings=readings,
        n_readings=len(compounds),
        warnings=("This answer came from PubChem, which was sent the query.",),
    )


def _from_pubchem(compound: object) -> Substance:
    """A compound of PubChem, its structure read by ourselves."""
    from rdkit import Chem

    inchi = str(getattr(compound, "inchi", ""))
    mol = read_molecule(inchi, argument="query")
    names = [getattr(compound, "iupac_name", None), *(getattr(compound, "synonyms", ()) or ())]
    shown = tuple(str(name) for name in names if name)
    return Substance(
        name=shown[1] if len(shown) > 1 else shown[0] if shown else inchi,
        kind="molecule",
        smiles=str(Chem.MolToSmiles(mol)),
        inchi=inchi,
        inchikey=str(Chem.MolToInchiKey(mol)),  # type: ignore[no-untyped-call]
        formula=formula_of(mol),
        names=shown[:12],
        read_as="name",
        source=f"PubChem CID {getattr(compound, 'cid', '?')}",
    )
