"""The commands of a library: papers in, listed, out again, and its state checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.exits import front_door
from ui.flags import BibliographyForm, Json, Library, SameLibrary

papers_app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="List papers; export, remove or restore them.",
)


def register(app: typer.Typer) -> None:
    """Add them to the command line."""
    for command in (ingest, verify, reindex, train):
        app.command(command.__name__)(front_door(command))
    app.add_typer(papers_app, name="papers")


def ingest(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR]...", help="Folders (or single files) of papers."),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Retire papers whose files are gone from DIR.")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try files again that failed before.")
    ] = False,
    bib: Annotated[
        list[Path] | None,
        typer.Option(
            "--bib",
            metavar="FILE",
            help="Keys and metadata from a BibTeX export of Zotero or JabRef; without DIR, the"
            " files that it links to.",
        ),
    ] = None,
    online: Annotated[
        bool | None,
        typer.Option(
            "--online/--offline",
            help="Complete titles, authors, years and journals by DOI from Crossref; by default"
            " as set by crossref.online.",
            show_default=False,
        ),
    ] = None,
    library: Library = "default",
    as_json: Json = False,
) -> None:
    """Read papers into a library.

    PDF, .txt, .md and .html files are read; unchanged ones cost nothing.
    """
    from ui.shelf import ingest_folders

    if not folders and not bib:
        raise typer.BadParameter("name a folder of papers (DIR), or a list of them with --bib FILE")
    raise typer.Exit(
        ingest_folders(
            folders or [],
            library=library,
            prune=prune,
            retry=retry,
            json_wanted=as_json,
            bib=bib or (),
            online=online,
        )
    )


@papers_app.callback()
@front_door
def papers(context: typer.Context, library: Library = "default", as_json: Json = False) -> None:
    """List papers; export, remove or restore them."""
    if context.invoked_subcommand is None:
        from ui.shelf import list_papers

        raise typer.Exit(list_papers(library=library, json_wanted=as_json))


def _library_of(context: typer.Context, library: str | None) -> str:
    """The library named after the subcommand, or before it."""
    above = context.parent.params["library"] if context.parent else "default"
    return library or str(above)


@papers_app.command("rm")
@front_door
def papers_rm(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Citation key, e.g. Mosquera2023.")],
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    library: SameLibrary = None,
) -> None:
    """Take a paper out of the library.

    Its file stays where it is; `elute papers restore KEY` undoes it.
    """
    from ui.shelf import remove_paper

    raise typer.Exit(remove_paper(key, library=_library_of(context, library), yes=yes))


@papers_app.command("export")
@front_door
def papers_export(
    context: typer.Context,
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY]...", help="Only these papers; else all.")
    ] = None,
    form: Annotated[
        BibliographyForm, typer.Option("--format", "-f", help="What it is written as.")
    ] = "bibtex",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file instead.")
    ] = None,
    library: SameLibrary = None,
) -> None:
    """Print papers as a bibliography.

    As BibTeX, RIS or CSL-JSON, for a reference manager or LaTeX.
    """
    from ui.exports import export_papers

    raise typer.Exit(
        export_papers(keys or [], library=_library_of(context, library), form=form, output=output)
    )


@papers_app.command("restore")
@front_door
def papers_restore(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Citation key, e.g. Mosquera2023.")],
    context: typer.Context,
    library: SameLibrary = None,
) -> None:
    """Take a removed paper back."""
    from ui.shelf import restore_paper

    raise typer.Exit(restore_paper(key, library=_library_of(context, library)))


def verify(library: Library = "default", as_json: Json = False) -> None:
    """Check catalog, index and files.

    Says what does not fit together, and what mends it.
    """
    from ui.shelf import verify_library

    raise typer.Exit(verify_library(library=library, json_wanted=as_json))


def reindex(
    everything: Annotated[
        bool, typer.Option("--all", help="Also the papers whose index is as it should be.")
    ] = False,
    library: Library = "default",
) -> None:
    """Build the index anew.

    From the catalog, with the embedder that the settings name; no file is read again.
    """
    from ui.shelf import reindex_library

    raise typer.Exit(reindex_library(library=library, everything=everything))


def train(
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the weights that ship with elute.")
    ] = False,
    library: Library = "default",
    as_json: Json = False,
) -> None:
    """Learn from a library's own papers which sentence answers.

    What the papers say in two places is asked of them; the learned weights are measured on papers
    left out, and kept only where they win there.
    """
    from ui.training import train_library, untrain_library

    if undo:
        raise typer.Exit(untrain_library(library=library, json_wanted=as_json))
    raise typer.Exit(train_library(library=library, json_wanted=as_json))
