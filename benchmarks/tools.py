"""Lab tools: what the resolver gets right, how long look-ups take, what importing costs.

python -m benchmarks tools
python -m benchmarks.tools [--names 500] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

# 100 names as people write them that the tables of `chemicals` do not hold as written (or hold for
# something else), with the InChIKey that is right, or "" where no one structure is. Keys are
# PubChem's.
COMMON = """
THF WYURNTSHIVDZCO-UHFFFAOYSA-N|DCM YMWUJEATGCHHMB-UHFFFAOYSA-N
ACN -|IPA KFZMGEQAYNKOFK-UHFFFAOYSA-N
MEK ZWEHNKRNPOVVGH-UHFFFAOYSA-N|MIBK NTIZESTWPVYFNL-UHFFFAOYSA-N
ODCB RFFLAFLAYFXFSW-UHFFFAOYSA-N|TMEDA KWYHDKDOAIKMQN-UHFFFAOYSA-N|LDA ZCSHNCUQKCANBX-UHFFFAOYSA-N
NaH -|LiAlH4 -|PPh3 RIOQSEWOXXDEQQ-UHFFFAOYSA-N|BPO OMPJBNCRMGITSC-UHFFFAOYSA-N
TEMPO QYTDEUPAUMOIOP-UHFFFAOYSA-N|HOBt ASOKPJOREAFHNY-UHFFFAOYSA-N|DMA -|DME -|TEA -|EDC -
nicotine SNICXCGAKADSCV-JTQLQIEISA-N|loperamide RDOIQAHITMMDAJ-UHFFFAOYSA-N|atropine RKUNBYITZUJHSG-
DMSO-d6 IAZDPXIOMUYVGZ-WFGJKAKNSA-N|CDCl3 HEDRZPFGACZZDS-MICDWDOJSA-N
CD3OD OKKJLVBELUTLKV-MZCSYVLQSA-N|THF-d8 WYURNTSHIVDZCO-SVYQBANQSA-N
D2O XLYOFNOQVPJJNP-ZSJDYOACSA-N|CD2Cl2 YMWUJEATGCHHMB-DICFDUPASA-N
PEDOT ""|PEDOT:PSS ""|P3HT ""|PTAA ""|PMMA ""|PS ""|PE ""|PP ""|PET ""|PVC ""|PVDF ""|PTFE ""
Teflon ""|PEG ""|PEO ""|PVP ""|PVA ""|PAN ""|PDMS ""|Nafion ""|nylon ""|Kevlar ""|cellulose ""
polystyrene ""|polyethylene ""|graphene ""|graphite ""|diamond ""|CNT ""|graphene oxide ""
CsPbI3 ""|CsPbBr3 ""|MAPbI3 ""|FAPbI3 ""|LiCoO2 ""|LiFePO4 ""|NMC811 ""|LLZO ""|LGPS ""|Na3SbS4 ""
LiPF6 AXPLOJNSKRXQPA-UHFFFAOYSA-N|LiTFSI QSZMZKBZAYQGRS-UHFFFAOYSA-N
FEC SBLRHMKNNHXPHG-UHFFFAOYSA-N|EMC JBTWLSYIZRCDFO-UHFFFAOYSA-N|EC KMTRUDSVKNLOMY-UHFFFAOYSA-N
DMC IEJIGPNLZYLLBP-UHFFFAOYSA-N|formamidinium iodide QHJPGANWSLEMTI-UHFFFAOYSA-N
Al2O3 ""|Fe2O3 -|Fe3O4 ""|BaTiO3 ""|SrTiO3 ""|YSZ ""|ITO ""|PZT ""|CIGS ""|CZTS ""|Bi2Te3 ""
YBCO ""|MOF-5 ""|ZIF-8 ""|HKUST-1 ""|UiO-66 ""|zeolite ""|perovskite ""|petroleum ether ""
hexanes ""
sodium oxybate XYGBKMMCQDZQOZ-UHFFFAOYSA-M|butylone CGKQZIULZRXRRJ-UHFFFAOYSA-N
SOAP ""|CIF ""|MOF ""|COF ""|DNA ""|steel ""|air ""
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables of docs/tools.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tools", description=__doc__)
    parser.add_argument("--names", type=int, default=500, help="how many random names")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    import_cost()
    random_names(options.names, options.seed)
    common_names()
    latencies()
    return 0


def import_cost() -> None:
    code = (
        "import time; t = time.process_time(); import agent.tools;"
        "print(time.process_time() - t);"
        "t = time.process_time(); from agent.tools import registry; list(registry.tools());"
        "print(time.process_time() - t)"
    )
    runs = [
        [float(x) for x in subprocess.check_output([sys.executable, "-c", code]).split()]
        for _ in range(5)
    ]
    package, all_tools = (min(column) for column in zip(*runs, strict=True))
    print(f"import agent.tools: {package:.3f} CPU s; all tools' modules: {all_tools:.3f} CPU s")


def random_names(n_names: int, seed: int) -> None:
    from agent.tools.identifiers import identifiers
    from agent.tools.resolution import resolve

    chosen = random.Random(seed)
    rows = chosen.sample(list(identifiers()), n_names)
    any_reading = first = 0
    for row in rows:
        name = chosen.choice(row.names)
        found = resolve(name)
        keys = [one.inchikey for one in found.readings]
        any_reading += row.inchikey in keys
        first += found.substance is not None and found.substance.inchikey == row.inchikey
        if row.inchikey not in keys:
            print(
                f"  miss: {name[:70]!r} -> {found.status} {[o.name[:40] for o in found.readings]}"
            )
    print(
        f"random names, seed {seed}: right InChIKey among the readings {any_reading / n_names:.1%}"
    )
    print(f"                  the one chosen {first / n_names:.1%} of {n_names}")


def common_names() -> None:
    from agent.tools.resolution import resolve

    asked = [one.rsplit(" ", 1) for line in COMMON.strip().splitlines() for one in line.split("|")]
    right, not_found, ambiguous = 0, 0, 0
    wrong: list[tuple[object, ...]] = []
    for name, key in asked:
        found = resolve(name)
        keys = [one.inchikey for one in found.readings if one.inchikey]
        if found.status == "not_found":
            not_found += 1
        elif key == "-":  # several readings, or a solid that the tables draw: looked at by eye
            ambiguous += 1
        elif key == '""':
            if keys:
                wrong.append((name, found.readings[0].name, found.readings[0].smiles))
            else:
                right += 1
        elif found.substance is not None and (found.substance.inchikey or "").startswith(key):
            right += 1
        else:
            wrong.append((name, [one.name for one in found.readings], keys))
    print(
        f"common names: {len(asked)} asked, {right} right, {not_found} not found, "
        f"{ambiguous} with several readings, {len(wrong)} wrong: {wrong}"
    )


def latencies() -> None:
    import agent.tools as tools

    names = "acetone benzene toluene ethanol aspirin caffeine NaCl GaAs Ti Fe water phenol".split()
    smiles = [
        "CC(=O)Oc1ccccc1C(=O)O",
        "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
        "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
        "c1ccc2ccccc2c1",
        "OC(=O)CC(O)(CC(O)=O)C(O)=O",
        "CCN(CC)CC(=O)Nc1c(C)cccc1C",
    ]
    cases: dict[str, tuple[Callable[..., Any], list[tuple[Any, ...]]]] = {
        "resolve_substance": (tools.resolve_substance, [(n,) for n in [*names, *smiles, "THF"]]),
        "lookup_properties": (tools.lookup_properties, [(n,) for n in names]),
        "describe_molecule": (tools.describe_molecule, [(s,) for s in smiles]),
        "compare_molecules": (tools.compare_molecules, [(s, smiles[0]) for s in smiles]),
        "check_composition": (
            tools.check_composition,
            [(c,) for c in "Fe2O3 CsPbI3 LiFePO4 YBa2Cu3O7 NaCl".split()],
        ),
        "convert_units": (tools.convert_units, [(1, "eV", "kJ/mol"), (532, "nm", "eV")]),
        "balance_equation": (
            tools.balance_equation,
            [("Fe + O2 -> Fe2O3",), ("C3H8 + O2 -> CO2 + H2O",)],
        ),
        "screen_substance": (tools.screen_substance, [("heroin",), ("aspirin",)]),
    }
    print(f"{'warm, gate included':<22}{'p50 ms':>8}{'p95 ms':>8}   (CPU p95)")
    for name, (tool, inputs) in cases.items():
        for arguments in inputs:
            tool(*arguments)
        walls, cpus = [], []
        for _ in range(max(1, 60 // len(inputs))):
            for arguments in inputs:
                wall, cpu = time.perf_counter(), time.process_time()
                tool(*arguments)
                walls.append((time.perf_counter() - wall) * 1e3)
                cpus.append((time.process_time() - cpu) * 1e3)
        print(f"{name:<22}{statistics.median(walls):>8.1f}{_p95(walls):>8.1f}   ({_p95(cpus):.1f})")


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    raise SystemExit(main())
