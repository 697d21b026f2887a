"""The audit as a workbook: summary, incidents, findings, undetermined, rejected; each a sheet that can be filtered."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from compliance.model.audit import Audit
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Incident
from compliance.model.printable import printable
from compliance.reports import counts, csv, summary, words
from compliance.reports.cells import active
from compliance.reports.ledger import notes
from compliance.reports.sentenced import measure
from compliance.reports.shown import by_id, lapsed, select
from compliance.reports.view import View

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell: TypeAlias = str | int | Decimal | date | None

ROWS = 1_048_575
"""How many rows a sheet takes below its heads."""

LENGTH = 32_767
"""How many characters a cell takes."""

EXACT = 15
"""Up to how many digits a spreadsheet keeps a number as it is; a longer one is written as text."""

EARLIEST = datetime(1900, 3, 1)  # noqa: DTZ001 a sheet's dates have no zone
"""The first day that all spreadsheets count alike."""

WIDTH = 60

SUMMARY = ("part", "what", "value")
INCIDENTS = (
    *("incident", "grade", "severity", "what", "rules", "responsible", "responsible_name", "department"),
    *("findings", "first_breach", "known_on", "last_day", "lapsed", "hearing", "explanation_due", "decides"),
    *("measures", "baseline"),
)
REJECTED = ("table", "row")


def render(audit: Audit, view: View) -> bytes:
    """The workbook; the same audit gives the same bytes. Text is text, whatever it begins with."""
    from xlsxwriter import Workbook  # noqa: PLC0415 only whoever wants a workbook pays for it

    written = BytesIO()
    with Workbook(written, {"constant_memory": True}) as book:
        book.set_properties({"title": printable(f"{audit.organisation}: {audit.period}"), "created": audit.as_of})
        clear, unclear = (_findings(audit, view, undetermined=asked) for asked in (False, True))
        _sheets(book, "summary", SUMMARY, _summary(audit, view))
        _sheets(book, "incidents", INCIDENTS, _incidents(audit, view))
        _sheets(book, "findings", csv.HEADS, clear)
        _sheets(book, "undetermined", csv.HEADS, unclear)
        _sheets(book, "rejected", REJECTED, _rejected(audit))
    return written.getvalue()


def _sheets(book: "Workbook", name: str, heads: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> None:
    """As many sheets as the rows need, and one where there is none."""
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "quoted": book.add_format({"quote_prefix": True}),
    }
    left, number = iter(rows), 1
    while (first := next(left, None)) is not None or number == 1:
        sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
        _fill(sheet, formats, heads, chain([first] if first else [], islice(left, ROWS - 1)))
        number += 1


def _fill(
    sheet: "Worksheet", formats: dict[str, "Format"], heads: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]
) -> None:
    """Heads that stay in sight, a row each, a filter over all. Widths must be set before the first row."""
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(heads):
        sheet.set_column(column, column, WIDTH if head in {"message", "value", "row", "measures", "cause"} else 18)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, formats["head"])
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, formats, (last, column), cell)
    sheet.autofilter(0, 0, last, len(heads) - 1)


def _write(sheet: "Worksheet", formats: dict[str, "Format"], at: tuple[int, int], cell: Cell) -> None:
    match cell:
        case None:
            return
        case counts.Few():
            sheet.write_string(*at, str(cell))
        case datetime() if cell >= EARLIEST:
            sheet.write_datetime(*at, cell, formats["instant"])
        case date() if not isinstance(cell, datetime) and cell >= EARLIEST.date():
            sheet.write_datetime(*at, cell, formats["day"])
        case int() | Decimal() if len(words.digits(cell).strip("-").replace(".", "")) <= EXACT:
            sheet.write_number(*at, cell)
        case int() | Decimal():
            sheet.write_string(*at, words.digits(cell))
        case date():
            sheet.write_string(*at, cell.isoformat())
        case _:
            text = printable(cell)[:LENGTH]
            sheet.write_string(*at, text, formats["quoted"] if active(text) else None)


def _summary(audit: Audit, view: View) -> Iterator[tuple[Cell, ...]]:
    yield "audit", "organisation", audit.organisation
    yield "audit", "from", audit.period.start
    yield "audit", "to", audit.period.end
    yield "audit", "as of", audit.as_of
    yield "audit", "id", audit.id
    yield "audit", "digest of the rules", audit.rulebook_digest
    yield "audit", "digest of the records", audit.data_digest
    yield from (("in words", None, sentence) for sentence in summary.sentences(audit))
    if audit.baseline:
        yield "in words", "baseline", audit.baseline.sentence()
    if view.filters:
        yield "in words", "filter", view.sentence()
    yield from (("verdicts", verdict.value, count) for verdict, count in counts.verdicts(audit).items())
    yield from (("incidents", grade.value, count) for grade, count in counts.gravest(audit.incidents))
    for name, gravest in counts.by_department(audit).items():
        yield from (("departments", f"{name}: {grade}", count) for grade, count in gravest)
    for rule in audit.rules:
        yield from (("rules", f"{rule.rule}: {verdict}", getattr(rule, verdict)) for verdict in Verdict)
    yield from (("notes", None, note) for note in notes(audit))


def _incidents(audit: Audit, view: View) -> Iterator[tuple[Cell, ...]]:
    findings = by_id(audit)
    return (_incident(audit, each, findings) for each in select(audit, view, limit=None).incidents)


def _incident(audit: Audit, incident: Incident, findings: dict[str, Finding]) -> tuple[Cell, ...]:
    mine = [findings[key] for key in incident.findings if key in findings]
    acts = [finding.at for finding in mine if finding.at]
    known = audit.people.get(incident.responsible or "")
    limits, hearing = incident.limitation, incident.hearing
    return (
        *(incident.id, incident.grade.value, incident.severity.value, words.of_incident(audit, incident)),
        *(", ".join(incident.rules), incident.responsible, known.name if known else None, incident.department),
        *(len(incident.findings), min(acts, default=None), limits.discovered, limits.last_day),
        *("yes" if lapsed(audit, incident) else "no", hearing.state.value, hearing.due),
        words.person(audit, incident.decides) if incident.decides else None,
        "\N{BULLET} ".join(map(measure, incident.measures)) or None,
        ("known" if audit.baseline.knows(incident.id) else "new") if audit.baseline else None,
    )


def _findings(audit: Audit, view: View, *, undetermined: bool) -> Iterator[tuple[Cell, ...]]:
    verdict = csv.HEADS.index("verdict")
    return (row for row in csv.rows(audit, view) if (row[verdict] == Verdict.UNDETERMINED) is undetermined)


def _rejected(audit: Audit) -> Iterator[tuple[Cell, ...]]:
    for table in audit.tables:
        yield from ((table.table, reject) for reject in table.rejects)
        if left_out := table.rejected - len(table.rejects):
            yield table.table, f"{words.plural(left_out, 'more row')} not named"
