"""Reading systematic names that stand on no list, where a reader for them is installed.

OPSIN reads IUPAC names (D. M. Lowe et al., J. Chem. Inf. Model. 51, 739 (2011)). It needs Java and
its jar, which the package `py2opsin` carries; without either, screening goes on without it. A
resolved name may add a finding and never clears one, because OPSIN misreads some trivial names.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import queue
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

NameResolver = Callable[[str], str | None]
"""A systematic name to a SMILES, or None where it cannot be read."""

START_S = 15.0
"""How long Java may take for its first answer."""
ANSWER_S = 3.0
_LONGEST = 400


class OpsinResolver:
    """One OPSIN process that is started for the first name and answers all further ones.

    A start takes 3 s and an answer a few milliseconds; a process that hangs or dies is given up,
    and names are then not resolved any more.
    """

    def __init__(self, java: str, jar: Path) -> None:
        self._command = [java, "-Xmx512m", "-jar", str(jar), "-osmi"]
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._owner = 0
        self._known: dict[str, str | None] = {}
        self._gave_up = False

    def __call__(self, name: str) -> str | None:
        """The SMILES of a systematic name, or None."""
        name = re.sub(r"\s+", " ", name).strip()
        if not name or len(name) > _LONGEST or not name.isprintable():
            return None
        with self._lock:
            if name not in self._known:
                if len(self._known) > 10_000:
                    self._known.clear()
                self._known[name] = self._ask(name)
            return self._known[name]

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
        self._process = None

    def _ask(self, name: str) -> str | None:
        if self._gave_up:
            return None
        first = self._process is None or self._owner != os.getpid()
        try:
            if first:
                self._start()
            assert self._process is not None
            assert self._process.stdin is not None
            self._process.stdin.write(name + "\n")
            self._process.stdin.flush()
            answer = self._answers.get(timeout=START_S if first else ANSWER_S)
        except (OSError, ValueError, queue.Empty):
            answer = None
            self._gave_up = True
        if answer is None:
            self._gave_up = True
            self.close()
        return answer or None

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self._owner = os.getpid()
        self._answers = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        atexit.register(self.close)


def _listen(process: subprocess.Popen[str], answers: queue.SimpleQueue[str | None]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line.strip())
    except (OSError, ValueError):
        pass
    answers.put(None)


def find_resolver() -> NameResolver | None:
    """OPSIN where Java and its jar are installed, else None; nothing is started yet."""
    java = shutil.which("java")
    spec = importlib.util.find_spec("py2opsin")
    if java is None or spec is None or not spec.origin:
        return None
    jars = sorted(Path(spec.origin).parent.glob("opsin-cli-*.jar"))
    return OpsinResolver(java, jars[-1]) if jars else None


_CHEMICAL_WORD = re.compile(
    r"yl\b|yl\)|oxy|phos|fluor|chlor|brom|nitr|amin|amid|\d,\d|\d-|-\d|\(|\[|acid\b|one\b|ol\b|ate\b"
    r"|ide\b|ine\b|ane\b|ene\b|trione|ether\b|ester\b",
    re.IGNORECASE,
)
_SYSTEMATIC = re.compile(r"\d|yl|phosph|oxy|\(")
# Groups that the generic definitions of the laws are about. Other names are not asked about, so
# that Java is not started for "4-aminophenol".
_OF_A_FAMILY = re.compile(
    r"phosph|arson|piperidin|indol|benzimidazol|benzodiox|pyrimidin|diazinan|barbitur|ethylamin|amino\S*?(?:one|phenyl)"
    r"|(?:eth|prop|but|pent|hex)an[-\d,()]*amin|pyrrolidin\S*one|cyclopenta\[|androst|estr[ae-]|gon[ae]n"
    r"|morphinan|azabicyclo|azoni|chromen|dibenzo|nitr(?:at|amin|amid|o)|peroxy|peroxid|fluoro|mercur|stann"
    r"|cyclohex\S*(?:phenyl|amin|phenol)|chloroethyl|thiol|lyserg|fentan",
    re.IGNORECASE,
)


def systematic_names(text: str) -> list[list[str]]:
    """Runs of words that a reader of systematic names might read, each with its later parts.

    A last word alone is no part: "iodide" of "propyl iodide" is another substance.
    """
    found: list[list[str]] = []
    run: list[str] = []
    for word in [*text.replace("\n", " . ").split(), ""]:
        bare = word.strip("\"'`.,;:!?“”„")
        if bare and len(bare) > 2 and _CHEMICAL_WORD.search(bare):
            run.append(bare)
            if word[-1:] not in ".;:!?":
                continue
        whole = " ".join(run)
        if len(whole) >= 8 and _SYSTEMATIC.search(whole) and _OF_A_FAMILY.search(whole):
            parts = [" ".join(run[i:]) for i in range(min(len(run) - 1, 3))] or [whole]
            if len(run) > 1 and re.search(r"\d.*-|\(", run[-1]):
                parts.append(run[-1])
            found.append(parts)
        run = []
    return found[:6]
