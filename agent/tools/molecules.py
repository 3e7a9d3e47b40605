"""What can be computed from a molecule's structure, and how alike two molecules are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

from agent.tools.base import tool
from agent.tools.errors import ArgumentError
from agent.tools.molecule_measures import sa_score
from agent.tools.quantity import Quantity
from agent.tools.readings import formula_of, inchikey_of, smiles_of
from agent.tools.resolution import read_molecule, resolve
from agent.tools.vocabulary import DRAWING, VOCABULARY
from ingest.record import Record

__all__ = [
    "Alert",
    "FunctionalGroup",
    "MoleculeComparison",
    "MoleculeDescription",
    "Rule",
    "Stereocentre",
    "compare_molecules",
    "describe_molecule",
]

MAX_HEAVY_ATOMS = 300  # QED, SA score and drawing are for molecules, not for proteins


class Rule(Record):
    """A rule of thumb for drug-likeness, each condition with what was found."""

    name: Annotated[str, VOCABULARY]
    passed: bool
    violations: Annotated[tuple[str, ...], VOCABULARY]
    source: Annotated[str, VOCABULARY]


class Alert(Record):
    """A substructure that a filter set warns of."""

    filter_set: Annotated[Literal["PAINS", "BRENK", "NIH"], VOCABULARY]
    name: Annotated[str, VOCABULARY]


class FunctionalGroup(Record):
    """A functional group and how often it stands in the molecule."""

    name: Annotated[str, VOCABULARY]
    count: int


class Stereocentre(Record):
    """A stereocentre or stereo bond; ``label`` is None where it is not specified."""

    kind: Annotated[Literal["atom", "bond"], VOCABULARY]
    atoms: tuple[int, ...]  # counted from 0, as in the canonical SMILES of the record
    label: Annotated[str | None, VOCABULARY]  # R, S, E or Z


class MoleculeDescription(Record):
    """Numbers, groups and alerts of one molecule."""

    smiles: str
    inchikey: str | None
    formula: str
    charge: int
    n_fragments: int
    molar_mass: Quantity  # average over natural isotopes
    monoisotopic_mass: Quantity  # of the most abundant isotopes
    logp: Quantity
    tpsa: Quantity
    qed: Quantity
    sa_score: Quantity
    hydrogen_bond_donors: Quantity
    hydrogen_bond_acceptors: Quantity
    rotatable_bonds: Quantity
    rings: Quantity
    aromatic_rings: Quantity
    heavy_atoms: Quantity
    fraction_csp3: Quantity
    molar_refractivity: Quantity
    rules: tuple[Rule, ...]
    alerts: tuple[Alert, ...]
    functional_groups: tuple[FunctionalGroup, ...]
    stereocentres: tuple[Stereocentre, ...]
    svg: Annotated[str | None, DRAWING] = None
    warnings: Annotated[tuple[str, ...], VOCABULARY] = ()


class MoleculeComparison(Record):
    """How alike two molecules are."""

    first: str
    second: str
    same_structure: bool
    same_connectivity: bool  # alike but for stereo
    tanimoto_morgan: Quantity
    tanimoto_maccs: Quantity
    common_core: str | None  # SMARTS of the largest common part
    common_atoms: int


@tool(intent="property", requires=("rdkit",))
def describe_molecule(smiles: str, drawing: bool = True) -> MoleculeDescription:
    """Formula, masses, logP, TPSA, QED, SA score, rules, alerts, groups, stereo and a drawing.

    The molar mass is the average over natural isotopes; the monoisotopic mass stands beside it.

    Args:
        smiles: The molecule as a SMILES, an InChI or a name.
        drawing: Draw it, as SVG.
    """
    from rdkit import Chem
    from rdkit.Chem import rdMolDescriptors

    mol = molecule(smiles, argument="smiles")
    # Atoms are counted as in the SMILES that is returned, so that stereocentres can be found there.
    mol = Chem.MolFromSmiles(smiles_of(mol)) or mol
    mass, monoisotopic = (quantity for _, quantity in masses(mol))
    n_fragments = len(Chem.GetMolFrags(mol))
    notes = []
    if n_fragments > 1:
        notes.append(f"{n_fragments} fragments: all numbers are of them together")
    return MoleculeDescription(
        smiles=smiles_of(mol),
        inchikey=inchikey_of(mol) or None,
        formula=formula_of(mol),
        charge=Chem.GetFormalCharge(mol),
        n_fragments=n_fragments,
        molar_mass=mass,
        monoisotopic_mass=monoisotopic,
        logp=crippen_logp(mol),
        tpsa=_computed(rdMolDescriptors.CalcTPSA(mol), "Ertl 2000 (RDKit)", "angstrom**2"),
        qed=_computed(_qed(mol), "Bickerton 2012 (RDKit)"),
        sa_score=_computed(sa_score(mol), "Ertl and Schuffenhauer 2009 (RDKit); 1 easy, 10 hard"),
        hydrogen_bond_donors=_count(rdMolDescriptors.CalcNumHBD(mol)),
        hydrogen_bond_acceptors=_count(rdMolDescriptors.CalcNumHBA(mol)),
        rotatable_bonds=_count(rdMolDescriptors.CalcNumRotatableBonds(mol)),
        rings=_count(rdMolDescriptors.CalcNumRings(mol)),
        aromatic_rings=_count(rdMolDescriptors.CalcNumAromaticRings(mol)),
        heavy_atoms=_count(mol.GetNumHeavyAtoms()),
        fraction_csp3=_computed(rdMolDescriptors.CalcFractionCSP3(mol), "RDKit"),
        molar_refractivity=_computed(
            rdMolDescriptors.CalcCrippenDescriptors(mol)[1], "Crippen (RDKit)", "cm**3/mol"
        ),
        rules=(_lipinski(mol), _veber(mol)),
        alerts=tuple(_alerts(mol)),
        functional_groups=tuple(_groups(mol)),
        stereocentres=tuple(_stereocentres(mol)),
        svg=_svg(mol) if drawing else None,
        warnings=tuple(notes),
    )


@tool(intent="property", requires=("rdkit",))
def compare_molecules(first: str, second: str) -> MoleculeComparison:
    """Similarity of two molecules: fingerprints, connectivity, and their largest common part.

    Args:
        first: A molecule as a SMILES, an InChI or a name.
        second: The other one.
    """
    from rdkit import DataStructs
    from rdkit.Chem import rdFingerprintGenerator, rdFMCS, rdMolDescriptors

    one, other = molecule(first, argument="first"), molecule(second, argument="second")
    keys = inchikey_of(one), inchikey_of(other)
    morgan = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    common = rdFMCS.FindMCS([one, other], timeout=2, ringMatchesRingOnly=True)
    return MoleculeComparison(
        first=smiles_of(one),
        second=smiles_of(other),
        same_structure=smiles_of(one) == smiles_of(other),
        same_connectivity=bool(keys[0]) and keys[0][:14] == keys[1][:14],
        tanimoto_morgan=_computed(
            DataStructs.TanimotoSimilarity(
                morgan.GetFingerprint(one), morgan.GetFingerprint(other)
            ),
            "Morgan, radius 2, 2048 bits (RDKit)",
        ),
        tanimoto_maccs=_computed(
            DataStructs.TanimotoSimilarity(
                rdMolDescriptors.GetMACCSKeysFingerprint(one),
                rdMolDescriptors.GetMACCSKeysFingerprint(other),
            ),
            "MACCS keys (RDKit)",
        ),
        common_core=common.smartsString or None,
        common_atoms=common.numAtoms,
    )


def molecule(text: str, *, argument: str) -> Any:
    """The RDKit molecule of a SMILES, an InChI or a name.

    Raises:
        ArgumentError: It is none of them, names several molecules, or is too large.
    """
    stripped = text.strip()
    if not stripped:
        raise ArgumentError(argument, f"{argument} is empty. Give a SMILES, e.g. CCO")
    try:
        mol = read_molecule(stripped, argument=argument)
    except ArgumentError as unreadable:
        found = resolve(stripped, argument=argument)
        if found.substance is None or found.substance.smiles is None:
            raise ArgumentError(argument, f"{unreadable}, and no molecule has this name") from None
        mol = read_molecule(found.substance.smiles, argument=argument)
    if mol.GetNumHeavyAtoms() > MAX_HEAVY_ATOMS:
        raise ArgumentError(
            argument,
            f"{argument} has {mol.GetNumHeavyAtoms()} heavy atoms; at most "
            f"{MAX_HEAVY_ATOMS} are read",
        )
    if mol.GetNumAtoms() == 0:
        raise ArgumentError(argument, f"{argument} has no atoms. Give a SMILES, e.g. CCO")
    return mol


def masses(mol: Any) -> Iterator[tuple[str, Quantity]]:
    """Average molar mass and monoisotopic mass: CH2Cl2 has 84.933 and 83.953."""
    from rdkit.Chem import rdMolDescriptors

    average = Quantity(
        value=_average_mass(mol),
        unit="g/mol",
        method="computed",
        source="standard atomic weights (RDKit)",
        conditions="average over natural isotopes",
    )
    exact = Quantity(
        value=rdMolDescriptors.CalcExactMolWt(mol),
        unit="dalton",
        method="computed",
        source="isotope masses (RDKit)",
        conditions="most abundant isotopes",
    )
    yield "molar_mass", average
    yield "monoisotopic_mass", exact


def _average_mass(mol: Any) -> float:
    """What RDKit calls MolWt."""
    from rdkit.Chem import Descriptors

    functions: Any = Descriptors  # made at import, so its stubs do not name them
    return float(functions.MolWt(mol))


def _qed(mol: Any) -> float:
    from rdkit.Chem import QED

    functions: Any = QED
    return float(functions.qed(mol))


def crippen_logp(mol: Any) -> Quantity:
    """Octanol-water logP by Crippen's atom contributions."""
    from rdkit.Chem import rdMolDescriptors

    logp, _ = rdMolDescriptors.CalcCrippenDescriptors(mol)
    return _computed(logp, "Wildman and Crippen 1999 (RDKit)")


def _computed(value: float, source: str, unit: str = "1") -> Quantity:
    return Quantity(value=float(value), unit=unit, method="computed", source=source)


def _count(value: int) -> Quantity:
    return _computed(value, "counted (RDKit)")


def _lipinski(mol: Any) -> Rule:
    from rdkit.Chem import rdMolDescriptors

    broken = _broken(
        ("molar mass", _average_mass(mol), 500, " g/mol"),
        ("logP", crippen_logp(mol).value, 5, ""),
        ("hydrogen-bond donors (N-H and O-H)", rdMolDescriptors.CalcNumLipinskiHBD(mol), 5, ""),
        ("hydrogen-bond acceptors (N and O)", rdMolDescriptors.CalcNumLipinskiHBA(mol), 10, ""),
    )
    return Rule(
        name="Lipinski",
        passed=len(broken) <= 1,  # as published, one violation is allowed
        violations=broken,
        source="Lipinski et al., Adv. Drug Deliv. Rev. 23, 3 (1997)",
    )


def _veber(mol: Any) -> Rule:
    from rdkit.Chem import rdMolDescriptors

    broken = _broken(
        ("rotatable bonds", rdMolDescriptors.CalcNumRotatableBonds(mol), 10, ""),
        ("TPSA", rdMolDescriptors.CalcTPSA(mol), 140, " angstrom**2"),
    )
    return Rule(
        name="Veber",
        passed=not broken,
        violations=broken,
        source="Veber et al., J. Med. Chem. 45, 2615 (2002)",
    )


def _broken(*limits: tuple[str, float, float, str]) -> tuple[str, ...]:
    return tuple(
        f"{name} {value:.4g}{unit} > {limit:g}"
        for name, value, limit, unit in limits
        if value > limit
    )


@cache
def _catalog() -> Any:
    from rdkit.Chem import FilterCatalog

    sets = FilterCatalog.FilterCatalogParams.FilterCatalogs
    params = FilterCatalog.FilterCatalogParams()
    for one in (sets.PAINS, sets.BRENK, sets.NIH):
        params.AddCatalog(one)
    return FilterCatalog.FilterCatalog(params)


def _alerts(mol: Any) -> Iterator[Alert]:
    for entry in _catalog().GetMatches(mol):
        given = entry.GetProp("FilterSet").upper()
        yield Alert(
            filter_set="PAINS" if given.startswith("PAINS") else given, name=entry.GetDescription()
        )


# Name -> SMARTS. Each is written so that a group is not counted inside a larger one of the list.
_GROUPS: dict[str, str] = {
    "carboxylic acid": "[CX3](=O)[OX2H1]",
    "carboxylate": "[CX3](=O)[O-]",
    "ester": "[CX3;!$(C(=O)([O,N])[O,N])](=O)[OX2H0][#6;!$(C=O)]",
    "anhydride": "[CX3](=O)[OX2][CX3]=O",
    "carbonate": "[OX2][CX3](=O)[OX2]",
    "carbamate": "[NX3][CX3](=O)[OX2]",
    "urea": "[NX3][CX3](=[OX1])[NX3]",
    "amide": "[NX3;!$(N(C=O)C=O)][CX3;!$(C([N])(=O)[N,O])](=[OX1])",
    "imide": "[CX3](=O)[NX3][CX3]=O",
    "acyl halide": "[CX3](=O)[F,Cl,Br,I]",
    "aldehyde": "[CX3H1](=O)[#6,H]",
    "ketone": "[#6][CX3](=O)[#6]",
    "alcohol": "[OX2H][CX4]",
    "phenol": "[OX2H]c",
    "enol": "[OX2H][CX3]=[CX3]",
    "ether": "[OX2;!$(OC=O);!r3]([#6;!$(C=O)])[#6;!$(C=O)]",
    "epoxide": "[OX2r3]1[#6r3][#6r3]1",
    "peroxide": "[OX2][OX2]",
    "primary amine": "[NX3;H2;!$(N[C,S,P]=[O,S,N]);!$(N[#7,#8,#16])][#6]",
    "secondary amine": "[NX3;H1;!$(N[C,S,P]=[O,S,N]);!$(N[#7,#8,#16]);!$([nH])]([#6])[#6]",
    "tertiary amine": "[NX3;H0;!$(N[C,S,P]=[O,S,N]);!$(N[#7,#8,#16]);!n]([#6])([#6])[#6]",
    "ammonium": "[NX4+]",
    "imine": "[CX3;!$(C(=N)[N,O,S])]=[NX2;!$(N[N,O])]",
    "amidine": "[CX3](=[NX2])[NX3]",
    "nitrile": "[CX2]#[NX1]",
    "isocyanate": "[NX2]=C=O",
    "isothiocyanate": "[NX2]=C=S",
    "azide": "[$([NX2]=[NX2+]=[NX1-]),$([NX2-][NX2+]#[NX1])]",
    "azo": "[#6][NX2]=[NX2][#6]",
    "hydrazine": "[NX3][NX3]",
    "oxime": "[CX3]=[NX2][OX2H]",
    "nitro": "[$([NX3](=O)=O),$([NX3+](=O)[O-])][!#8]",
    "nitrate ester": "[OX2][$([NX3](=O)=O),$([NX3+](=O)[O-])]",
    "thiol": "[SX2H]",
    "sulfide": "[SX2;!a]([#6])[#6]",
    "disulfide": "[SX2][SX2]",
    "sulfoxide": "[$([SX3](=O)([#6])[#6]),$([SX3+]([O-])([#6])[#6])]",
    "sulfone": "[SX4](=O)(=O)([#6])[#6]",
    "sulfonamide": "[SX4](=O)(=O)[NX3]",
    "sulfonic acid": "[SX4](=O)(=O)[OX2H,O-]",
    "thiocarbonyl": "[CX3]=[SX1]",
    "phosphine": "[PX3]([#6])([#6])[#6]",
    "phosphate": "[PX4](=O)([OX2,O-])([OX2,O-])[OX2,O-]",
    "phosphonate": "[PX4](=O)([OX2,O-])([OX2,O-])[#6]",
    "boronic acid": "[BX3]([OX2H])[OX2H]",
    "silane": "[SiX4]([#6])",
    "fluoride": "[#6]F",
    "chloride": "[#6;!$(C=O)]Cl",
    "bromide": "[#6;!$(C=O)]Br",
    "iodide": "[#6;!$(C=O)]I",
    "alkene": "[CX3;!$(C=[!#6])]=[CX3;!$(C=[!#6])]",
    "alkyne": "[CX2]#[CX2]",
    "benzene ring": "c1ccccc1",
    "pyridine ring": "n1ccccc1",
    "furan ring": "o1cccc1",
    "pyrrole ring": "[nX3]1cccc1",
    "thiophene ring": "s1cccc1",
    "imidazole ring": "n1c[nX3]cc1",
}


@cache
def _patterns() -> dict[str, Any]:
    from rdkit import Chem

    return {name: Chem.MolFromSmarts(smarts) for name, smarts in _GROUPS.items()}


def _groups(mol: Any) -> Iterator[FunctionalGroup]:
    for name, pattern in _patterns().items():
        found = len(mol.GetSubstructMatches(pattern))
        if found:
            yield FunctionalGroup(name=name, count=found)


def _stereocentres(mol: Any) -> Iterator[Stereocentre]:
    from rdkit import Chem
    from rdkit.Chem import rdCIPLabeler

    rdCIPLabeler.AssignCIPLabels(mol)
    for place in Chem.FindPotentialStereo(mol):
        if place.type == Chem.StereoType.Atom_Tetrahedral:
            atom = mol.GetAtomWithIdx(place.centeredOn)
            label = atom.GetProp("_CIPCode") if atom.HasProp("_CIPCode") else None
            yield Stereocentre(kind="atom", atoms=(place.centeredOn,), label=label)
        elif place.type == Chem.StereoType.Bond_Double:
            bond = mol.GetBondWithIdx(place.centeredOn)
            label = bond.GetProp("_CIPCode") if bond.HasProp("_CIPCode") else None
            ends = (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
            yield Stereocentre(kind="bond", atoms=ends, label=label)


def _svg(mol: Any) -> str:
    from rdkit.Chem.Draw import rdMolDraw2D

    canvas = rdMolDraw2D.MolDraw2DSVG(320, 240)
    rdMolDraw2D.PrepareAndDrawMolecule(canvas, mol)
    canvas.FinishDrawing()
    return str(canvas.GetDrawingText())
