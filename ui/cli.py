"""The command line. Each command's work is in a module of its own, fetched when it is called."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from ui.exits import drop_output, front_door, want_tracebacks
from ui.tools import register as register_tools

app = typer.Typer(
    name="elute",
    help="Ask a folder of papers; every sentence of an answer carries a quote on an exact page.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Exit codes: 0 done, 1 error, 2 usage, 3 refused or listed, 4 no evidence, 5 some files"
        " failed, 130 stopped with Ctrl-C, 141 the reader of the output went away."
    ),
)

Library = Annotated[
    str, typer.Option("--library", "-l", metavar="NAME", help="The library to use.")
]
SameLibrary = Annotated[
    str | None, typer.Option("--library", "-l", metavar="NAME", help="The library to use.")
]
Preset = Literal["fast", "thorough", "compare"]
BibliographyForm = Literal["bibtex", "ris", "csl-json"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"elute {version('elute')}")
        raise typer.Exit


@app.callback()
def elute(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks (so does ELUTE_DEBUG=1).")
    ] = False,
    version: Annotated[  # noqa: ARG001 - typer calls back before the command runs
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    """Ask a folder of papers; every sentence of an answer carries a quote on an exact page."""
    want_tracebacks(debug)


@app.command()
@front_door
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


@app.command()
@front_door
def ask(
    question: Annotated[
        list[str] | None, typer.Argument(metavar="QUESTION", help="What you want to know.")
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch",
            metavar="FILE",
            help="JSON lines with 'id' and 'question'; one answer a line. '-': standard input.",
        ),
    ] = None,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Print how it is read and what would be run.")
    ] = False,
    preset: Annotated[
        Preset | None,
        typer.Option("--preset", help="How a chat model answers from papers; see docs/agent.md."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FILE",
            help="Also write the answer (.md), or the papers it cites (.bib, .ris, .json).",
        ),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(
            "--bundle", metavar="FILE", help="Also write what `elute verify-answer` checks again."
        ),
    ] = None,
    library: Library = "default",
    as_json: Json = False,
) -> None:
    """Answer a question, with quotes and pages."""
    from ui import ask as asking
    from ui import plans

    if (question is None) == (batch is None):
        raise typer.BadParameter("give a QUESTION or --batch FILE, one of the two")
    if (batch is not None or plan_only) and (export is not None or bundle is not None):
        raise typer.BadParameter("--export and --bundle take one QUESTION that is answered")
    if batch is not None:
        if plan_only:
            raise typer.Exit(plans.plan_batch(batch, library=library, json_wanted=as_json))
        raise typer.Exit(
            asking.ask_batch(batch, library=library, json_wanted=as_json, preset=preset)
        )
    asked = " ".join(question or ())
    if plan_only:
        raise typer.Exit(plans.plan(asked, library=library, json_wanted=as_json))
    raise typer.Exit(
        asking.ask(
            asked,
            library=library,
            json_wanted=as_json,
            preset=preset,
            export=export,
            bundle=bundle,
        )
    )


@app.command()
@front_door
def compare(
    request: Annotated[
        list[str],
        typer.Argument(metavar="REQUEST", help="'property of material'; several with 'and'."),
    ],
    form: Annotated[
        Literal["text", "csv", "markdown"], typer.Option("--format", "-f", help="How to print it.")
    ] = "text",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A file instead, .csv or .md."),
    ] = None,
    library: Library = "default",
    as_json: Json = False,
) -> None:
    """Set values side by side.

    What each paper gives for a property of materials, with condition, unit, quote and page. Papers
    that disagree beyond their stated errors are flagged.
    """
    from ui.exports import compare as comparing

    raise typer.Exit(
        comparing(" ".join(request), library=library, form=form, output=output, json_wanted=as_json)
    )


@app.command("verify-answer")
@front_door
def verify_answer(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `elute ask --bundle FILE` wrote.")
    ],
    papers: Annotated[
        list[Path] | None,
        typer.Option("--papers", metavar="DIR", help="Look here too for papers that were moved."),
    ] = None,
    library: Library = "default",
    as_json: Json = False,
) -> None:
    """Check an answer again.

    Each paper by the SHA-256 of its bytes, each quote at its place, each claim against its quotes.
    The exit code is 1 where the answer does not stand as it was given.
    """
    from ui.exports import verify_answer as verify

    raise typer.Exit(verify(file, folders=papers or [], library=library, json_wanted=as_json))


@app.command()
@front_door
def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="Words to look for.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many passages.")] = 10,
    library: Library = "default",
    as_json: Json = False,
) -> None:
    """Show the nearest passages, best first."""
    from ui.ask import search as searching

    raise typer.Exit(searching(" ".join(query), library=library, limit=limit, json_wanted=as_json))


papers_app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="List papers; export, remove or restore them.",
)
app.add_typer(papers_app, name="papers")


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


@app.command()
@front_door
def verify(library: Library = "default", as_json: Json = False) -> None:
    """Check catalog, index and files.

    Says what does not fit together, and what mends it.
    """
    from ui.shelf import verify_library

    raise typer.Exit(verify_library(library=library, json_wanted=as_json))


@app.command()
@front_door
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


@app.command()
@front_door
def doctor(library: Library = "default", as_json: Json = False) -> None:
    """Check installation and library.

    Each finding comes with its remedy.
    """
    from ui.doctor import report

    raise typer.Exit(report(library=library, json_wanted=as_json))


@app.command()
@front_door
def chat(
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="Port; else 8501 or the next free one."),
    ] = None,
    host: Annotated[
        str,
        typer.Option("--host", help="Address to listen on; others than this machine's share it."),
    ] = "127.0.0.1",
    papers: Annotated[
        Path,
        typer.Option(
            "--papers", metavar="DIR", help="The folder that the page may read papers from."
        ),
    ] = Path(),
    library: Library = "default",
) -> None:
    """Ask in a browser.

    Cited answers, the library, the tools and screening; sessions are kept.
    """
    from ui.chat import serve

    raise typer.Exit(serve(library=library, host=host, port=port, papers=papers))


@app.command()
@front_door
def serve(
    model: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A model file, *.gguf; else the small one to try."),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8080,
    threads: Annotated[
        int, typer.Option("--threads", min=1, help="Processor cores it may use.")
    ] = 2,
) -> None:
    """Serve a model file on this machine.

    Over the API of hosted models, to this machine only; needs the extra local-model. Prints the
    setting with which elute asks it.
    """
    from ui.serving import serve_model

    raise typer.Exit(serve_model(model, port=port, threads=threads))


@app.command()
@front_door
def screen(
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="A name, a number, a structure, or prose; one text."),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch",
            metavar="FILE",
            help="JSON lines with 'id' and 'query', or 'prompt' for the gate's decision on it.",
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="One SMILES a line, a name behind it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Look for regulated substances.

    In a text, or in every line of a file. Needs no library and no model; writes nothing. The exit
    code is 3 where something listed, or nothing that can be read, was found.
    """
    from ui import screening

    if sum(given is not None for given in (text, batch, file)) != 1:
        raise typer.BadParameter("give a TEXT, --batch FILE or --file FILE, one of the three")
    if batch is not None:
        raise typer.Exit(screening.screen_batch(batch, json_wanted=as_json))
    if file is not None:
        raise typer.Exit(screening.screen_file(file, json_wanted=as_json))
    raise typer.Exit(screening.screen_text(" ".join(text or ()), json_wanted=as_json))


@app.command()
@front_door
def lists(as_json: Json = False) -> None:
    """Show which lists are screened against.

    With their editions, and how many of their entries are covered.
    """
    from ui.screening import show_lists

    raise typer.Exit(show_lists(json_wanted=as_json))


audit_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Check the log of the gate's decisions."
)
app.add_typer(audit_app, name="audit")


@audit_app.command("verify")
@front_door
def audit_verify(
    path: Annotated[
        Path | None, typer.Option("--path", metavar="FILE", help="Another log than the usual one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that nothing was changed, left out or put in."""
    from ui.screening import verify_log

    raise typer.Exit(verify_log(path, json_wanted=as_json))


register_tools(app)


def main() -> None:
    """The command `elute`."""
    # A start makes some hundred thousand objects that stay. Python looks among them for garbage
    # every 700 new ones, which took a fifth of the time of a question.
    gc.set_threshold(25_000)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign of a paper shows its escape instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    finally:
        gc.freeze()  # nor are they looked through at the end, which took a sixth
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            drop_output()
        except (OSError, ValueError):
            os._exit(1)  # nowhere left to say it, e.g. a full disk behind the output


if __name__ == "__main__":
    main()
