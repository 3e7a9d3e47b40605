"""Small random changes of a molecule: edits of its SELFIES, edits of its graph, and crossover.

Every function takes the random generator, so the same seed gives the same molecules.

Source:
    SELFIES: M. Krenn et al., Mach. Learn.: Sci. Technol. 1, 045024 (2020); edits of them:
    A. Nigam et al., Chem. Sci. 12, 7079 (2021). A genetic algorithm on graphs: J. H. Jensen,
    Chem. Sci. 10, 3567 (2019). The idea of these is taken, the code is our own.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

Mol = Any  # RDKit publishes no types

MAX_HEAVY_ATOMS = 70

_TOKENS = (
    "[C] [=C] [#C] [N] [=N] [#N] [O] [=O] [S] [F] [Cl] [Branch1] [=Branch1] [Ring1] [Ring2]".split()
)
_VALENCE = {6: 4, 7: 3, 8: 2, 9: 1, 16: 2, 17: 1, 35: 1}

# Groups that fall apart, explode or exist on paper only; the commonest products of blind edits.
_UNSTABLE = (
    "[OX2][OX2]",
    "[#7,#8;!$([#7+])][F,Cl,Br,I]",
    "[SX2][F,Cl,Br,I,O]",
    "*=[#6]=*",
    "[#7]=[#7+]=[#7-]",
    "[NX2]=[OX1]",
    "[NX3][NX3][NX3,OX2]",
    "[NX2]=[NX2][NX2]=[NX2]",
    "[NX3;!$(N=*);!$(N-[#6]=[O,N,S]);!$(N-S=O);!$(N[a])][OX2;!$(O-[#6]=O)]",
    "[CX4]([OX2H])[OX2H,NX3;!$(N-C=O)]",
    "[CX4;!R]([NX3;!$(N-[#6]=[O,N,S]);!$(N[a])])[NX3,OX2;!$(N-[#6]=[O,N,S]);!$(O-C=O)]",
    "[CX4]([Cl,Br,I])[#7,#8,#16X2]",
    "[r3]=[r3]",
    "[r4]=[r4]",
    "[c;r3,r4]",
    "[r3,r4,r5,r6,r7]#[r3,r4,r5,r6,r7]",
    "[#6]=;!:[c]",
    "[CX3]=[CX3][OX2H,NX3H2,SX2H]",
    "[CX3](=[O,S])[F,Cl,Br,I]",
    "[#6,#1][CX3](=[SX1])[#6,#1]",
    "[CX3]=[NX2][OX2][NX3,OX2]",
    "[CX3H1](=O)[CX3H1]=O",
    "[SX2H][SX2]",
    "[SX2][SX2][SX2]",
    "[SX4][SX4]",
    "[S;v4;!$(S=[OX1])]",
    "[S;v6;!$(S(=[OX1])=[OX1,NX2])]",
    "[#5,#14,#15][#9,#17]",
)


def alphabet(smiles: Sequence[str]) -> tuple[str, ...]:
    """SELFIES tokens from which edits draw: everyday ones, and those of these molecules."""
    import selfies

    tokens = set(_TOKENS)
    for one in smiles:
        try:
            tokens |= set(selfies.split_selfies(selfies.encoder(one)))
        except selfies.EncoderError:
            continue  # hypervalent atoms, which SELFIES has no rule for
    return tuple(sorted(t for t in tokens if "+" not in t and "-1" not in t and t != "."))


def edit_selfies(mol: Mol, tokens: Sequence[str], rng: random.Random) -> Mol | None:
    """The molecule with one to three tokens of its SELFIES put in, replaced or left out."""
    import selfies
    from rdkit import Chem

    order = list(range(mol.GetNumAtoms()))
    rng.shuffle(order)  # a molecule has many SELFIES, and each has other neighbours
    smiles = Chem.MolToSmiles(Chem.RenumberAtoms(mol, order), canonical=False)
    try:
        parts = list(selfies.split_selfies(selfies.encoder(smiles)))
    except selfies.EncoderError:
        return None
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(parts))
        kind = rng.random()
        if kind < 0.4:
            parts[at] = rng.choice(tokens)
        elif kind < 0.8:
            parts.insert(at, rng.choice(tokens))
        elif len(parts) > 1:
            del parts[at]
    return parse(selfies.decoder("".join(parts)))


def edit_graph(mol: Mol, rng: random.Random) -> Mol | None:
    """The molecule with one atom or bond added, changed or taken away."""
    from rdkit import Chem

    edited = Chem.RWMol(mol)
    Chem.Kekulize(edited, clearAromaticFlags=True)
    change = rng.choices(_CHANGES, weights=_WEIGHTS)[0]
    if not change(edited, rng):
        return None
    return _sanitized(edited)


def cross(first: Mol, second: Mol, rng: random.Random) -> Mol | None:
    """A part of one molecule joined with a part of another, each cut at a single bond off rings."""
    from rdkit import Chem

    one, other = _half(first, rng), _half(second, rng)
    if one is None or other is None:
        return None
    (left, left_at), (right, right_at) = one, other
    joined = Chem.RWMol(Chem.CombineMols(left, right))
    joined.AddBond(left_at, left.GetNumAtoms() + right_at, Chem.BondType.SINGLE)
    for at in (left_at, left.GetNumAtoms() + right_at):
        atom = joined.GetAtomWithIdx(at)
        # The hydrogen that stood for the cut bond, where hydrogens are written out ([nH]).
        if atom.GetNumExplicitHs():
            atom.SetNumExplicitHs(atom.GetNumExplicitHs() - 1)
    return _sanitized(joined)


def parse(smiles: str) -> Mol | None:
    """RDKit's molecule of a SMILES, or None."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    return mol if mol is not None and mol.GetNumAtoms() else None


def is_plausible(mol: Mol, elements: frozenset[int], largest_ring: int) -> bool:
    """Whether a molecule could stand in a bottle: whole, neutral, closed-shell, no unstable group.

    Args:
        mol: A sanitized molecule.
        elements: Atomic numbers that may occur.
        largest_ring: Size of the largest ring that may occur.
    """
    from rdkit import Chem

    if not 4 <= mol.GetNumHeavyAtoms() <= MAX_HEAVY_ATOMS or len(Chem.GetMolFrags(mol)) > 1:
        return False
    charge = 0
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() not in elements or atom.GetNumRadicalElectrons():
            return False
        own = atom.GetFormalCharge()
        charge += own
        # Charges stand in pairs only, as in a nitro group or an N-oxide.
        if own and not any(n.GetFormalCharge() * own < 0 for n in atom.GetNeighbors()):
            return False
    if charge or any(len(ring) > largest_ring for ring in mol.GetRingInfo().AtomRings()):
        return False
    return not any(mol.HasSubstructMatch(pattern) for pattern in _patterns())


@cache
def _patterns() -> tuple[Mol, ...]:
    from rdkit import Chem

    return tuple(Chem.MolFromSmarts(smarts) for smarts in _UNSTABLE)


def _sanitized(mol: Mol) -> Mol | None:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        made = mol.GetMol()
        if Chem.SanitizeMol(made, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
            return None
        # Through SMILES, so that no trace of the edit is left in the molecule.
        return parse(Chem.MolToSmiles(made))


def _half(mol: Mol, rng: random.Random) -> tuple[Mol, int] | None:
    """One side of a molecule cut at a random single bond off rings, and where it was cut."""
    from rdkit import Chem

    bonds = [
        bond.GetIdx()
        for bond in mol.GetBonds()
        if bond.GetBondType() == Chem.BondType.SINGLE and not bond.IsInRing()
    ]
    if not bonds:
        return None
    bond = mol.GetBondWithIdx(rng.choice(bonds))
    ends = [bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()]
    cut = Chem.RWMol(mol)
    cut.RemoveBond(*ends)
    parts: list[Any] = []
    pieces = Chem.GetMolFrags(cut, asMols=True, sanitizeFrags=False, fragsMolAtomMapping=parts)
    kept = rng.choice(ends)
    for piece, atoms in zip(pieces, parts, strict=True):
        if kept in atoms:
            return piece, list(atoms).index(kept)
    return None


def _free(atom: Any) -> int:
    return int(atom.GetTotalNumHs())


def _add_atom(mol: Mol, rng: random.Random) -> bool:
    from rdkit import Chem

    places = [atom.GetIdx() for atom in mol.GetAtoms() if _free(atom) > 0]
    if not places:
        return False
    at = rng.choice(places)
    number = rng.choices((6, 7, 8, 9, 16, 17), weights=(10, 4, 4, 2, 1, 1))[0]
    order = 1
    if _free(mol.GetAtomWithIdx(at)) > 1 and _VALENCE[number] > 1 and rng.random() < 0.25:
        order = 2
    new = mol.AddAtom(Chem.Atom(number))
    _use_hydrogens(mol.GetAtomWithIdx(at), order)
    mol.AddBond(at, new, {1: Chem.BondType.SINGLE, 2: Chem.BondType.DOUBLE}[order])
    return True


def _add_ring(mol: Mol, rng: random.Random) -> bool:
    """A benzene, pyridine, cyclohexane, piperidine or other common ring on a free place."""
    from rdkit import Chem

    places = [atom.GetIdx() for atom in mol.GetAtoms() if _free(atom) > 0]
    if not places:
        return False
    at = rng.choice(places)
    ring: Mol = parse(
        rng.choice(("c1ccccc1", "c1ccncc1", "C1CCNCC1", "C1COCCN1", "C1CC1", "c1ccoc1"))
    )
    Chem.Kekulize(ring, clearAromaticFlags=True)
    joints = [a.GetIdx() for a in ring.GetAtoms() if a.GetTotalNumHs() > 0]
    first = mol.GetNumAtoms()
    mol.InsertMol(ring)
    _use_hydrogens(mol.GetAtomWithIdx(at), 1)
    mol.AddBond(at, first + rng.choice(joints), Chem.BondType.SINGLE)
    return True


def _insert_atom(mol: Mol, rng: random.Random) -> bool:
    from rdkit import Chem

    bonds = [b for b in mol.GetBonds() if b.GetBondType() == Chem.BondType.SINGLE]
    if not bonds:
        return False
    bond = rng.choice(bonds)
    first, last = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
    mol.RemoveBond(first, last)
    new = mol.AddAtom(Chem.Atom(rng.choices((6, 7, 8, 16), weights=(6, 3, 3, 1))[0]))
    mol.AddBond(first, new, Chem.BondType.SINGLE)
    mol.AddBond(new, last, Chem.BondType.SINGLE)
    return True


def _change_element(mol: Mol, rng: random.Random) -> bool:
    atoms = [a for a in mol.GetAtoms() if not a.GetFormalCharge() and a.GetAtomicNum() in _VALENCE]
    if not atoms:
        return False
    atom = rng.choice(atoms)
    bonds = sum(bond.GetBondTypeAsDouble() for bond in atom.GetBonds())
    fitting = [z for z, v in _VALENCE.items() if v >= bonds and z != atom.GetAtomicNum()]
    if not fitting:
        return False
    atom.SetAtomicNum(rng.choice(fitting))
    atom.SetNoImplicit(False)
    atom.SetNumExplicitHs(0)
    return True


def _change_bond(mol: Mol, rng: random.Random) -> bool:
    from rdkit import Chem

    kinds = {1: Chem.BondType.SINGLE, 2: Chem.BondType.DOUBLE, 3: Chem.BondType.TRIPLE}
    bonds = list(mol.GetBonds())
    if not bonds:
        return False
    bond = rng.choice(bonds)
    order = int(bond.GetBondTypeAsDouble())
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    can_rise = order < 3 and all(_free(atom) > 0 for atom in ends)
    if order > 1 and (not can_rise or rng.random() < 0.5):
        bond.SetBondType(kinds[order - 1])
        return True
    if not can_rise:
        return False
    for atom in ends:
        _use_hydrogens(atom, 1)
    bond.SetBondType(kinds[order + 1])
    return True


def _remove_atom(mol: Mol, rng: random.Random) -> bool:
    """Take away an atom at an end, or one between two, whose neighbours are then joined."""
    from rdkit import Chem

    atoms = [atom for atom in mol.GetAtoms() if atom.GetDegree() <= 2]
    if len(atoms) < 2:
        return False
    atom = rng.choice(atoms)
    near = [n.GetIdx() for n in atom.GetNeighbors()]
    if len(near) == 2 and mol.GetBondBetweenAtoms(*near) is None:
        mol.AddBond(*near, Chem.BondType.SINGLE)
    mol.RemoveAtom(atom.GetIdx())
    return True


def _close_ring(mol: Mol, rng: random.Random) -> bool:
    from rdkit import Chem

    places = [atom.GetIdx() for atom in mol.GetAtoms() if _free(atom) > 0]
    apart = Chem.GetDistanceMatrix(mol)
    pairs = [(i, j) for i in places for j in places if i < j and apart[i][j] in (4, 5)]
    if not pairs:
        return False
    first, last = rng.choice(pairs)
    for at in (first, last):
        _use_hydrogens(mol.GetAtomWithIdx(at), 1)
    mol.AddBond(first, last, Chem.BondType.SINGLE)
    return True


def _open_ring(mol: Mol, rng: random.Random) -> bool:
    from rdkit import Chem

    bonds = [b for b in mol.GetBonds() if b.IsInRing() and b.GetBondType() == Chem.BondType.SINGLE]
    if not bonds:
        return False
    bond = rng.choice(bonds)
    mol.RemoveBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    return True


def _use_hydrogens(atom: Any, n: int) -> None:
    """Give up hydrogens that are written out, for a bond that takes their place."""
    if atom.GetNumExplicitHs():
        atom.SetNumExplicitHs(max(0, atom.GetNumExplicitHs() - n))


_CHANGES: tuple[Callable[[Mol, random.Random], bool], ...] = (
    _add_atom,
    _add_ring,
    _insert_atom,
    _change_element,
    _change_bond,
    _remove_atom,
    _close_ring,
    _open_ring,
)
_WEIGHTS = (20, 8, 12, 18, 12, 18, 6, 4)
