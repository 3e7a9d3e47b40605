"""Render the example papers from their typst sources: `python examples/papers/render.py`.

The PDFs stand in the repository, so only someone who changes a source needs this (and the package
`typst`). Rendering uses the fonts that come with typst and a fixed date, and writes for each PDF
the digest of its sources, by which the suite notices a PDF that was left behind.
"""

import hashlib
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
RECORD = SOURCES / "rendered.json"
TEMPLATE = SOURCES / "template.typ"
RENDERED_AT = datetime(2024, 1, 1, tzinfo=UTC)

# Everything a scanner or a careless print dialogue leaves out: no title, no author, no XMP.
WITHOUT_METADATA = frozenset({"defect-levels"})


def paper_names() -> list[str]:
    """Names of the papers, in order; each is a source and a PDF."""
    return sorted(p.stem for p in SOURCES.glob("*.typ") if p != TEMPLATE)


def source_digest(name: str) -> str:
    """SHA-256 over the template and the paper's own source, line ends made equal."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in (TEMPLATE, SOURCES / f"{name}.typ"))
    return hashlib.sha256(text.encode()).hexdigest()


def render(name: str) -> bytes:
    """The paper as PDF."""
    import typst  # only a renderer needs it

    pdf = typst.compile(
        str(SOURCES / f"{name}.typ"),
        format="pdf",
        ignore_system_fonts=True,
        timestamp=int(RENDERED_AT.timestamp()),
        pdf_tags=False,
    )
    return strip_metadata(pdf) if name in WITHOUT_METADATA else pdf


def strip_metadata(pdf: bytes) -> bytes:
    """The same pages without document information and XMP."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.metadata = None
    writer.root_object.pop("/Metadata", None)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def main() -> None:
    """Render what changed; all papers with --all."""
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    fresh = {}
    for name in paper_names():
        target, digest = HERE / f"{name}.pdf", source_digest(name)
        known = record.get(target.name, {})
        if "--all" in sys.argv[1:] or known.get("source") != digest or not target.exists():
            target.write_bytes(render(name))
            print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")
        fresh[target.name] = {
            "source": digest,
            "pdf": hashlib.sha256(target.read_bytes()).hexdigest(),
        }
    RECORD.write_text(json.dumps(fresh, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
