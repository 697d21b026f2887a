"""Pages of paper: the type, the pieces that reports for print are put together from, and the sheets that they fill."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias
from xml.sax.saxutils import escape

from compliance.model.printable import printable
from compliance.model.problem import UserError

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

Pieces: TypeAlias = "Iterable[Flowable]"

FAMILY = "DejaVuSansCondensed"
"""Shipped beside this module, so that names in any script that it knows are shown wherever the report is made."""

INK, GREY, LINE, SHADE = "#1a1a1a", "#5a5a5a", "#b8b8b8", "#f0f0f0"
MARGIN = 20
"""In millimetres."""

PADDING = 6
"""In points: what the library leaves free inside the margins."""

RULED = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
]
"""How every table looks: a thin line below each row."""

NOT_INSTALLED = "PDF can't be written without the extra `exports`: install dutybook[exports]"


@cache
def ready() -> frozenset[int]:
    """Make the type known; answers the characters that it has. Raises UserError where the extra is not installed."""
    try:
        from reportlab.lib.fonts import addMapping  # noqa: PLC0415 an optional extra, and slow to import
        from reportlab.pdfbase.pdfmetrics import registerFont  # noqa: PLC0415 as above
        from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415 as above
    except ModuleNotFoundError as error:
        raise UserError(NOT_INSTALLED, help="or choose another --format") from error
    folder = files("compliance.reports") / "fonts"
    for bold, name in enumerate((FAMILY, f"{FAMILY}-Bold")):
        with (folder / f"{name}.ttf").open("rb") as file:
            made = TTFont(name, BytesIO(file.read()))
        registerFont(made)
        for slanted in (0, 1):
            addMapping(FAMILY, bold, slanted, name)
    return frozenset(made.face.charToGlyph)


@cache
def style(name: str) -> "ParagraphStyle":
    """One of the styles: `title`, `heading`, `part`, `text`, `small`, `cell`, `head`."""
    ready()
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 as above

    size, before, after, bold = {
        "title": (17, 0, 4, True),
        "heading": (12, 12, 4, True),
        "part": (9.5, 7, 2, True),
        "text": (9.5, 0, 4, False),
        "small": (8, 0, 2, False),
        "cell": (8, 0, 0, False),
        "head": (8, 0, 0, True),
    }[name]
    return ParagraphStyle(
        name,
        fontName=f"{FAMILY}-Bold" if bold else FAMILY,
        fontSize=size,
        leading=size * 1.35,
        spaceBefore=before,
        spaceAfter=after,
        textColor=GREY if name == "small" else INK,
        keepWithNext=name in {"title", "heading", "part"},
    )


def marked_up(text: str) -> str:
    """Text of data, none of which is taken for mark-up; a character that the type lacks is spelled out."""
    known = ready()
    plain = printable(text)
    if not all(ord(each) in known for each in plain):
        plain = "".join(each if ord(each) in known else f"\\u{ord(each):04x}" for each in plain)
    return escape(plain)


def say(text: str, name: str = "text") -> "Flowable":
    """A paragraph, or a heading."""
    marked, made = marked_up(text), style(name)
    from reportlab.platypus import Paragraph  # noqa: PLC0415 as above

    return Paragraph(marked, made)


def items(texts: Iterable[str]) -> Pieces:
    """A list, a dot before each."""
    from reportlab.platypus import Paragraph  # noqa: PLC0415 as above

    made = style("text").clone("item", leftIndent=11, bulletIndent=2)
    return [Paragraph(marked_up(text), made, bulletText="\N{BULLET}") for text in texts]


def part(title: str, texts: Iterable[str]) -> Pieces:
    """A small heading with a list below; nothing where the list is empty."""
    listed = items(texts)
    return [say(title, "part"), *listed] if listed else []


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> "Flowable":
    """A table that goes on over pages with its heads repeated; widths are shares of the page's."""
    from reportlab.lib.units import mm  # noqa: PLC0415 as above
    from reportlab.platypus import Table  # noqa: PLC0415 as above

    shown = [[say(head, "head") for head in heads], *([say(cell, "cell") for cell in row] for row in rows)]
    room = (210 - 2 * MARGIN) * mm / sum(widths)
    table = Table(shown, [width * room for width in widths], repeatRows=1, spaceBefore=3, spaceAfter=6)
    table.setStyle([*RULED, ("BACKGROUND", (0, 0), (-1, 0), SHADE)])
    return table


def facts(rows: Iterable[tuple[str, str]]) -> "Flowable":
    """What is what, a line each."""
    from reportlab.lib.units import mm  # noqa: PLC0415 as above
    from reportlab.platypus import Table  # noqa: PLC0415 as above

    shown = [[say(name, "head"), say(value, "cell")] for name, value in rows]
    table = Table(shown, [30 * mm, (210 - 2 * MARGIN - 30) * mm], spaceBefore=3, spaceAfter=6)
    table.setStyle(RULED)
    return table


def printed(pieces: Pieces, *, title: str, foot: str) -> bytes:
    """A4 pages with the foot and `page 2 of 5` on each; the same pieces give the same bytes."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 as above
    from reportlab.lib.units import mm  # noqa: PLC0415 as above
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415 as above

    written, margin = BytesIO(), MARGIN * mm - PADDING
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        **dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), margin),
        title=printable(title),
        author="Dutybook",
        lang="en",
        invariant=1,
    )
    document.build(list(pieces), canvasmaker=_numbered(marked_up(foot)))
    return written.getvalue()


def _numbered(foot: str) -> "type[Canvas]":
    """A canvas that writes the foot of each page once it knows how many there are."""
    from reportlab.lib.units import mm  # noqa: PLC0415 as above
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 as above

    class Numbered(Canvas):  # type: ignore[misc]  # the library has no types
        """Keeps each page until the last one is there."""

        def __init__(self, *given: object, **named: object) -> None:
            super().__init__(*given, **named)
            self._kept: list[dict[str, object]] = []

        def showPage(self) -> None:  # noqa: N802 the library's name
            """Put the page aside."""
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            """Write all pages with their feet."""
            for number, page in enumerate(self._kept, start=1):
                self.__dict__.update(page)
                self.setFont(FAMILY, 7.5)
                self.setFillColor(GREY)
                self.drawString(MARGIN * mm, 11 * mm, foot)
                self.drawRightString((210 - MARGIN) * mm, 11 * mm, f"page {number} of {len(self._kept)}")
                super().showPage()
            super().save()

    return Numbered
