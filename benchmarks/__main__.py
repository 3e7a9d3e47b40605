"""Run the series: ``python -m benchmarks [SERIES ...] [--corpus PATH] [--sets PATH]``.

Without options those run that need nothing outside the repository. A folder given with ``--corpus``
or ``--sets`` goes to the series that take one.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("series", nargs="*", help="only these, e.g. literature; else all")
    parser.add_argument("--corpus", type=Path, help="a folder with papers/ and questions")
    parser.add_argument("--sets", type=Path, help="a folder of public sets")
    options = parser.parse_args(argv)
    there = series_names()
    unknown = [name for name in options.series if name not in there]
    if unknown:
        parser.error(f"no series {', '.join(unknown)}; there are {', '.join(there)}")
    folders = {f"--{name}": getattr(options, name) for name in ("corpus", "sets")}
    given = {flag: str(path.resolve()) for flag, path in folders.items() if path is not None}
    worst = 0
    for name in options.series or there:
        taken = taken_options(name)
        arguments = [part for flag, path in given.items() if flag in taken for part in (flag, path)]
        print(f"\n# {name} {' '.join(arguments)}".rstrip(), flush=True)
        started = time.perf_counter()
        # A process of its own: its memory and its imports are no other series'.
        run = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False)
        print(f"\n{name}: {time.perf_counter() - started:.0f} s, exit code {run.returncode}")
        worst = max(worst, abs(run.returncode))
    return worst


def series_names() -> tuple[str, ...]:
    """The modules of this package that have a ``main``, by name."""
    found = sorted(module.name for module in iter_modules([str(Path(__file__).parent)]))
    return tuple(
        name
        for name in found
        if name != "__main__" and hasattr(import_module(f"benchmarks.{name}"), "main")
    )


def taken_options(name: str) -> frozenset[str]:
    """The options that a series' ``--help`` names."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        import_module(f"benchmarks.{name}").main(["--help"])
    words = said.getvalue().replace("[", " ").replace("]", " ").replace(",", " ").split()
    return frozenset(word for word in words if word.startswith("--"))


if __name__ == "__main__":
    raise SystemExit(main())
