"""Which reading a request has: its likeness to the utterances of ``intents.yaml``.

Requests and utterances are compared with what they name masked, so that "boiling point of acetone"
and "boiling point of SUBSTANCE" are one. Likeness is the sum of three kernels: meaning (the
packaged embedder, where there is one), letters (character n-grams), and a few cues of structure
(a bare SMILES, two units, an equation, a property's name). A kernel ridge regression over the
utterances weighs them; its width of doubt is fitted to how well it reads each utterance without
having seen it, so that a confidence of 0.8 means about that.
"""

from __future__ import annotations

import hashlib
import logging
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from agent.entities import Entities, read_entities
from agent.errors import AgentError
from agent.plan import Reading
from agent.slots import LISTS, SIMILARITY, descriptors_in, featurizers_in, properties_in

if TYPE_CHECKING:
    from ingest.embedding import Embedder

logger = logging.getLogger("elute.intents")

Floats = NDArray[np.float64]
READINGS: Final = tuple(Reading)
USER_FILE: Final = "intents.yaml"  # in the config folder
_SENTENCE: Final = re.compile(
    r"(?<=[.!?;])\s+|\n+|\s+[-–—]+\s+|,\s+(?=(?:can|could|would|please)\b)"
)
_RIDGE: Final = 0.15
# Raised when the same utterances would be fitted otherwise, so that no kept fit is used.
_FIT: Final = 1
_NEEDED: Final = frozenset(
    {"grams", "idf", "letter_at", "letter_place", "letters", "cues", "coefficients", "sharpness",
     "held_out_right"}
)  # fmt: skip
# Weights of the kernels: meaning, letters, cues; without an embedder the other two.
_WEIGHTS: Final = (0.5, 0.3, 0.2)


class IntentsError(AgentError):
    """A file of utterances cannot be used."""


def packaged_utterances() -> dict[Reading, tuple[str, ...]]:
    """The utterances that elute ships."""
    text = resources.files("agent").joinpath("data/intents.yaml").read_text("utf-8")
    return read_utterances(text, "intents.yaml")


def utterances(user_file: Path | None = None) -> dict[Reading, tuple[str, ...]]:
    """The shipped utterances with the user's own behind them.

    Args:
        user_file: The user's file; it need not exist.

    Raises:
        IntentsError: The user's file cannot be read.
    """
    found = packaged_utterances()
    if user_file is None or not user_file.is_file():
        return found
    try:
        own = read_utterances(user_file.read_text("utf-8"), str(user_file))
    except (OSError, UnicodeDecodeError) as error:
        raise IntentsError(f"cannot read {str(user_file)!r}: {error}") from error
    return {reading: (*found[reading], *own.get(reading, ())) for reading in READINGS}


def read_utterances(text: str, name: str) -> dict[Reading, tuple[str, ...]]:
    """The utterances of a file's text.

    Raises:
        IntentsError: It is no YAML, or has not the form of the shipped file.
    """
    import yaml

    # The loader in C reads the shipped file in a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        held = yaml.load(text, loader)
    except yaml.YAMLError as error:
        raise IntentsError(f"{name!r} is not YAML: {error}") from error
    readings = held.get("readings") if isinstance(held, dict) else None
    if not isinstance(readings, dict):
        raise IntentsError(f"{name!r} has no 'readings'. Write as in the shipped intents.yaml")
    found: dict[Reading, tuple[str, ...]] = {}
    for key, said in readings.items():
        if key not in set(READINGS):
            known = ", ".join(READINGS)
            raise IntentsError(f"{name!r}: {key!r} is no reading; there are: {known}")
        if not isinstance(said, list) or not all(isinstance(one, str) and one for one in said):
            raise IntentsError(f"{name!r}: {key!r} holds a list of sentences in words")
        found[Reading(key)] = tuple(said)
    return found


class IntentClassifier:
    """Reads requests. Made once a session.

    Args:
        said: Utterances of each reading.
        embedder: What gives meaning; None: letters and cues alone.
        cache: A folder where the fit is kept, by a hash of what it was made from.
    """

    def __init__(
        self,
        said: Mapping[Reading, Sequence[str]],
        *,
        embedder: Embedder | None = None,
        cache: Path | None = None,
    ) -> None:
        self._embedder = embedder
        path = None if cache is None else cache / f"intents-{_stamp(said, embedder)}.npz"
        fitted = None if path is None else _kept(path)
        if fitted is None:
            fitted = self._fitted(said)
            if path is not None and (embedder is None or "meaning" in fitted):
                _keep(path, fitted)
        self._letters = _Letters([str(gram) for gram in fitted["grams"]], fitted["idf"])
        self._letter_rows = np.zeros((len(fitted["cues"]), len(fitted["grams"])))
        self._letter_rows[fitted["letter_at"], fitted["letter_place"]] = fitted["letters"]
        self._cue_rows = fitted["cues"]
        self._meaning_rows: Floats | None = fitted.get("meaning")
        self._coefficients = fitted["coefficients"]
        self._sharpness = float(fitted["sharpness"])
        self.held_out_right = float(fitted["held_out_right"])

    def _fitted(self, said: Mapping[Reading, Sequence[str]]) -> dict[str, Any]:
        """What reading needs, made from the utterances; arrays by name, as they are kept."""
        pairs = [
            (one, READINGS.index(reading)) for reading in READINGS for one in said.get(reading, ())
        ]
        masks = [_utterance_mask(one) for one, _ in pairs]
        letters = _Letters.of(masks)
        self._letter_rows = letters.rows(masks)
        self._cue_rows = np.array([_cues(mask, mask) for mask in masks])
        self._meaning_rows = self._meanings([_in_words(mask) for mask in masks])
        labels = np.array([label for _, label in pairs])
        kernel = self._kernel(self._meaning_rows, self._letter_rows, self._cue_rows)
        # Readings with more utterances are not likelier for it.
        counts = np.bincount(labels, minlength=len(READINGS))
        wanted = np.where(labels[:, None] == np.arange(len(READINGS)), 1.0, -1.0 / 7)
        ridge = np.diag(_RIDGE * counts[labels] / counts.mean())
        inverse: Floats = np.asarray(np.linalg.inv(kernel + ridge), dtype=np.float64)
        coefficients: Floats = inverse @ wanted
        held_out = _held_out(wanted, coefficients, inverse, self._letter_rows)
        at, place = np.nonzero(self._letter_rows)
        fitted: dict[str, Any] = {
            "grams": np.array(letters.grams),
            "idf": letters.idf,
            "letter_at": at,
            "letter_place": place,
            "letters": self._letter_rows[at, place],
            "cues": self._cue_rows,
            "coefficients": coefficients,
            "sharpness": np.array(_fitted_sharpness(held_out, labels)),
            "held_out_right": np.array(np.mean(held_out.argmax(1) == labels)),
        }
        if self._meaning_rows is not None:
            fitted["meaning"] = self._meaning_rows
        return fitted

    def read(self, entities: Entities) -> list[tuple[Reading, float]]:
        """Every reading with its confidence, likeliest first; they sum to 1."""
        masks, words = [folded(entities.masked)], [entities.request]
        # What is asked for may be one sentence of a longer story.
        pieces = [piece for piece in _SENTENCE.split(entities.request) if len(piece.split()) >= 3]
        if len(pieces) > 1:
            masks += [folded(read_entities(piece).masked) for piece in pieces]
            words += pieces
        meaning = None
        if self._meaning_rows is not None and self._embedder is not None:
            meaning = self._embedded([_in_words(mask) for mask in masks])
        cues = np.array([_cues(mask, said) for mask, said in zip(masks, words, strict=True)])
        rows = self._kernel(meaning, self._letters.rows(masks), cues)
        every = rows @ self._coefficients
        scores = every[0]
        if len(every) > 1:  # the sentence that is read most surely speaks beside the whole
            scores = (scores + every[1 + int(every[1:].max(axis=1).argmax())]) / 2
        shares = _softmax(self._sharpness * scores[None, :])[0]
        order = np.argsort(-shares)
        return [(READINGS[place], float(shares[place])) for place in order]

    def _kernel(self, meaning: Floats | None, letters: Floats, cues: Floats) -> Floats:
        w_meaning, w_letters, w_cues = _WEIGHTS
        held = np.flatnonzero(letters.any(axis=0))  # a request has few of all the n-grams
        alike = w_letters * (letters[:, held] @ self._letter_rows[:, held].T)
        apart = ((cues[:, None, :] - self._cue_rows[None, :, :]) ** 2).sum(2)
        alike = alike + w_cues * np.exp(-apart / 2)
        if meaning is None or self._meaning_rows is None:
            return np.asarray(alike / (w_letters + w_cues))
        near = np.clip(meaning @ self._meaning_rows.T, 0, 1)
        return np.asarray(alike + w_meaning * near**2)

    def _embedded(self, texts: Sequence[str]) -> Floats:
        assert self._embedder is not None
        return self._embedder.embed(texts).astype(np.float64)

    def _meanings(self, texts: Sequence[str]) -> Floats | None:
        """The utterances' vectors; None where there is no embedder, or it fails."""
        from ingest.errors import EmbedderError

        if self._embedder is None:
            return None
        try:
            return self._embedded(texts)
        except EmbedderError as error:
            logger.warning("requests are read by their letters alone: %s", error)
            return None


def _stamp(said: Mapping[Reading, Sequence[str]], embedder: Embedder | None) -> str:
    """What a kept fit was made from: utterances, embedder, and the way of fitting."""
    content = [f"fit {_FIT}", "" if embedder is None else embedder.name]
    for reading in READINGS:
        content += [reading.value, *said.get(reading, ())]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]


def _kept(path: Path) -> dict[str, Any] | None:
    """The fit that an earlier process kept; None where there is none, or it is damaged."""
    try:
        with np.load(path, allow_pickle=False) as held:
            fitted = {name: held[name] for name in held.files}
    except (OSError, ValueError, EOFError, BadZipFile, KeyError):
        return None
    return fitted if fitted.keys() >= _NEEDED else None


def _keep(path: Path, fitted: Mapping[str, Any]) -> None:
    """Write a fit for the next process; a folder that cannot be written is no matter."""
    import os

    partial = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.savez(file, **fitted)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)


# Masks --------------------------------------------------------------------------------------------

_PLACEHOLDER = re.compile(
    r"\b(?:SUBSTANCE|FORMULA|SMILES|INCHI|INCHIKEY|CASNUMBER|EQUATION|VALUE|UNIT)\b"
)
_WORDS: Final[Mapping[str, str]] = {
    "SUBSTANCE": "acetone",
    "FORMULA": "Fe2O3",
    "SMILES": "this molecule",
    "INCHI": "this structure",
    "INCHIKEY": "this structure key",
    "CASNUMBER": "CAS number",
    "EQUATION": "the reaction equation",
    "VALUE": "5 units",
    "UNIT": "units",
}
_SIGNS: Final[Mapping[str, str]] = {
    "SUBSTANCE": "§",
    "FORMULA": "§f",
    "SMILES": "¤",
    "INCHI": "¢",
    "INCHIKEY": "¢k",
    "CASNUMBER": "¢c",
    "EQUATION": "¶",
    "VALUE": "#u",
    "UNIT": "#",
}


def _utterance_mask(text: str) -> str:
    """An utterance with whatever it still names masked, as a request's would be."""
    parts, last = [], 0
    for held in _PLACEHOLDER.finditer(text):
        parts += [read_entities(text[last : held.start()]).masked, held.group()]
        last = held.end()
    return folded("".join((*parts, read_entities(text[last:]).masked)))


def folded(mask: str) -> str:
    """A masked text in small letters, but for its placeholders."""
    parts, last = [], 0
    for held in _PLACEHOLDER.finditer(mask):
        parts += [mask[last : held.start()].lower(), held.group()]
        last = held.end()
    text = "".join((*parts, mask[last:].lower()))
    text = re.sub(r"\b(SUBSTANCE|FORMULA|SMILES)(?:\s*(?:,|and|und|;)?\s*\1\b)+", r"\1", text)
    return " ".join(text.split())


def _in_words(mask: str) -> str:
    return _PLACEHOLDER.sub(lambda held: _WORDS[held.group()], mask)


class _Letters:
    """Character n-grams within words, weighed by how rare they are among the utterances."""

    def __init__(self, grams: Sequence[str], idf: Floats) -> None:
        self.grams = grams
        self.idf = idf
        self._places = {gram: place for place, gram in enumerate(grams)}

    @classmethod
    def of(cls, masks: Sequence[str]) -> _Letters:
        """The n-grams that stand in two masked texts or more."""
        seen: Counter[str] = Counter()
        for mask in masks:
            seen.update(set(_grams(mask)))
        kept = sorted(gram for gram, n in seen.items() if n >= 2)
        idf = np.array([math.log((1 + len(masks)) / (1 + seen[g])) + 0.3 for g in kept])
        return cls(kept, idf)

    def rows(self, masks: Sequence[str]) -> Floats:
        """One row of length 1 for each masked text."""
        out = np.zeros((len(masks), len(self._places)))
        for row, mask in enumerate(masks):
            for gram, n in Counter(_grams(mask)).items():
                place = self._places.get(gram)
                if place is not None:
                    out[row, place] = (1 + math.log(n)) * self.idf[place]
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.where(norms > 0, norms, 1.0))


def _grams(mask: str) -> list[str]:
    text = _PLACEHOLDER.sub(lambda held: _SIGNS[held.group()], mask)
    words = re.findall(r"[§¤¢¶#]\w?|\w+|->", text)
    grams = [f"{a} {b}" for a, b in zip(["^", *words], [*words, "$"], strict=True)]
    for word in words:
        padded = f" {word} "
        grams.append(padded)
        for size in (3, 4, 5):
            grams += [padded[at : at + size] for at in range(len(padded) - size + 1)]
    return grams


# Cues ---------------------------------------------------------------------------------------------

PAPER_WORDS: Final = re.compile(
    r"\b(?:papers?|articles?|stud(?:y|ies)|authors?|literature|library|publications?|publish\w*"
    r"|reported|reports?|according to|et al|references?|reviews?|findings|they|artikel|arbeiten"
    r"|pdfs|conclu\w+|evidence|researchers|figure|table \d)\b",
    re.IGNORECASE,
)
_MAKING = re.compile(
    r"\b(?:synthes\w+|retrosynth\w*|prepar\w+|precursors?|recipe|protocol|route|calcin\w+|sinter\w*"
    r"|anneal\w*|herstell\w+|how (?:is|are|was|were) .{1,60} made|how (?:do|can|to) .{0,12}make)\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\b(?:generate|design|invent|propose|novel|hypothetical|analog(?:ue)?s?|derivatives?"
    r"|candidates?|mutate|de novo|new (?:molecul|compound|material|structure|ligand)\w*)\b",
    re.IGNORECASE,
)
_LEARNING = re.compile(
    r"\b(?:fingerprints?|descriptors?|featuri[sz]\w*|features?|vectors?|vectori[sz]\w*|embeddings?"
    r"|encod\w+|representation|regress\w+|train|classifier|machine learning|ML)\b",
    re.IGNORECASE,
)
_NOTATION = re.compile(
    r"\b(?:smiles|inchi(?:key)?|cas|iupac|convert|balance|synonyms?|formula of|name of|stand for"
    r"|called)\b",
    re.IGNORECASE,
)
_SELF = re.compile(r"\b(?:you|your|elute|help|commands?|install|start(?:ed)?|settings?)\b", re.I)


def _cues(mask: str, request: str) -> list[float]:
    """What the structure of a request says, each as 0 or 1 times its weight."""
    held = Counter(_PLACEHOLDER.findall(mask))
    substances = sum(
        held[kind] for kind in ("SUBSTANCE", "FORMULA", "SMILES", "INCHI", "INCHIKEY", "CASNUMBER")
    )
    rest = re.sub(r"[\W_]+", " ", _PLACEHOLDER.sub(" ", mask)).strip()
    words = _PLACEHOLDER.sub(" ", request)
    notation = held["INCHI"] + held["INCHIKEY"] + held["CASNUMBER"] > 0
    flags = (
        1.0 * (substances > 0),
        0.7 * (held["SMILES"] > 0),
        1.5 * (not rest and substances > 0),
        1.5 * (held["EQUATION"] > 0),
        1.2 * (held["VALUE"] + held["UNIT"] >= 2),
        0.7 * (held["VALUE"] > 0),
        0.7 * notation,
        1.0 * bool(properties_in(words) or descriptors_in(words) or SIMILARITY.search(words)),
        1.2 * bool(featurizers_in(words)),
        1.2 * bool(LISTS.search(words)),
        1.0 * bool(PAPER_WORDS.search(words)),
        1.0 * bool(_MAKING.search(words)),
        1.0 * bool(_NEW.search(words)),
        1.0 * bool(_LEARNING.search(words)),
        1.0 * bool(_NOTATION.search(words)),
        0.8 * bool(_SELF.search(words)),
    )
    return [float(flag) for flag in flags]


# Confidence ---------------------------------------------------------------------------------------


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


_NEAR: Final = 0.35  # cosine of letters: utterances nearer than this are one, when one is held out


def _held_out(wanted: Floats, coefficients: Floats, inverse: Floats, letters: Floats) -> Floats:
    """Each utterance's scores as if it and those worded like it had not been given.

    Other people's requests are not worded like the utterances, so that leaving out one alone would
    make the reader too sure of itself.
    """
    alike = letters @ letters.T > _NEAR
    scores = np.empty_like(wanted)
    for row in range(len(wanted)):
        alike[row, row] = True
        group = np.flatnonzero(alike[row])
        block = np.linalg.solve(inverse[np.ix_(group, group)], coefficients[group])
        scores[row] = (wanted[group] - block)[np.searchsorted(group, row)]
    return scores


def _fitted_sharpness(scores: Floats, labels: NDArray[np.int64]) -> float:
    """The factor before the softmax with which held-out utterances are told most truly."""
    rows = np.arange(len(labels))

    def loss(factor: float) -> float:
        return float(-np.log(_softmax(factor * scores)[rows, labels] + 1e-9).mean())

    return min((float(factor) for factor in np.geomspace(0.5, 40, 60)), key=loss)
