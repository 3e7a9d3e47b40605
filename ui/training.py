"""Learning from a library's own papers, and going back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.exits import Exit
from ui.render import as_json, plain, plural, print_lines
from ui.shelf import open_library, say_where_text_goes

if TYPE_CHECKING:
    from agent.literature.training import Training


def train_library(*, library: str, json_wanted: bool) -> Exit:
    """Learn weights, print what they gain on papers left out, and whether they are kept."""
    from agent.literature.training import train

    with open_library(library) as shelf:
        say_where_text_goes(shelf)
        done = train(shelf)
    if json_wanted:
        print(as_json({"library": library, **done.model_dump(mode="json")}))
        return Exit.DONE
    print_lines(report(library, done))
    return Exit.DONE


def report(library: str, done: Training) -> list[str]:
    """What was measured and whether it is used, in three lines."""
    return [
        f"Asked {plural(done.n_passages, 'passage')} of {plural(done.n_papers, 'paper')}, each by"
        " weights that saw nothing of its paper.",
        f"Reciprocal rank of the right sentence: {done.before:.3f} with the weights that ship,"
        f" {done.after:.3f} learned; difference {done.after - done.before:+.3f}"
        f" ({done.low:+.3f} to {done.high:+.3f}).",
        plain(
            f"Kept: library {library!r} answers by the learned weights. elute train --undo goes"
            " back."
            if done.kept
            else "Not kept: no gain beyond chance. What was in use stays so."
        ),
    ]


def untrain_library(*, library: str, json_wanted: bool) -> Exit:
    """Go back to the weights that ship."""
    from agent.literature.training import forget

    with open_library(library) as shelf:
        known = forget(shelf)
    if json_wanted:
        print(as_json({"library": library, "undone": known}))
    else:
        said = "answers by the weights that ship again" if known else "had no weights of its own"
        print_lines([plain(f"Library {library!r} {said}.")])
    return Exit.DONE
