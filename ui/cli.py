"""The command line. Each command's work is in a module of its own, fetched when it is called."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from ui.exits import drop_output, front_door, want_tracebacks
from ui.flags import Json, Library, Preset
from ui.library_commands import register as register_library
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


register_library(app)


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
