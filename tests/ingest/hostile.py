"""PDFs that no one should have to read, made by code: a few hundred bytes each."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

import pypdf
import pypdfium2

_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>"
)
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>"


def build(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for offset in offsets:
        out += f"{offset:010d} 00000 n \n".encode()
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def stream(content: bytes, *, squeezed: int = 0) -> bytes:
    """A stream object, deflated so many times."""
    for _ in range(squeezed):
        content = zlib.compress(content, 9)
    filters = b"/Filter[" + b"/FlateDecode " * squeezed + b"]" if squeezed else b""
    head = b"<</Length %d%s>>" % (len(content), filters)
    return head + b"\nstream\n" + content + b"\nendstream"


def page_of(content: bytes, *, squeezed: int = 0) -> bytes:
    """A PDF of one page with this content stream; font ``/F1`` is Times."""
    return build([_CATALOG, _PAGES, _PAGE, stream(content, squeezed=squeezed), _FONT])


def lines_of(lines: Sequence[tuple[float, float, str]], size: float = 10.0) -> bytes:
    """A PDF of one page with a line of text at each place (x, y)."""
    shown = []
    for x, y, text in lines:
        escaped = text.replace("(", "\\050").replace(")", "\\051")
        shown.append(f"1 0 0 1 {x} {y} Tm ({escaped}) Tj")
    return page_of(f"BT /F1 {size} Tf\n".encode() + "\n".join(shown).encode("cp1252") + b"\nET")


def a_million_pages() -> bytes:
    """A page tree that claims a million pages."""
    return build(
        [_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>", _PAGE, stream(b""), _FONT]
    )


def its_own_parent() -> bytes:
    """A page tree that bites its tail."""
    return build([_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])


def a_billion_letters() -> bytes:
    """Ten forms that show ten forms that show ten forms ..."""
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</X 6 0 R>>>>>>"
    )
    objects = [_CATALOG, _PAGES, page, stream(b"/X Do "), _FONT]
    for level in range(9):
        content = b"/X Do " * 10 if level < 8 else b"BT /F1 1 Tf (x) Tj ET"
        objects.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]"
            b"/Resources<</XObject<</X %d 0 R>>/Font<</F1 5 0 R>>>>/Length %d>>"
            % (7 + level, len(content))
            + b"\nstream\n"
            + content
            + b"\nendstream"
        )
    return build(objects)


def scanned(n_pages: int) -> bytes:
    """Pages without a text layer."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(n_pages):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def with_blank_page(pdf: bytes) -> bytes:
    """The paper with a blank page behind it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.add_blank_page(595, 842)
    return _written(writer)


def encrypted(pdf: bytes, password: str) -> bytes:
    """The paper locked with a password; an empty one only forbids printing and the like."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt(password, "owner")
    return _written(writer)


def _written(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
