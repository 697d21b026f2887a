"""The map of department and rule: where the breaches are."""

from collections import Counter
from dataclasses import dataclass
from math import ceil, log

from compliance.model.audit import Audit
from compliance.model.finding import Verdict
from compliance.reports import words
from compliance.reports.counts import NOWHERE, Few, of_group

LEVELS = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """How many findings of one rule in one department were breached; `level` is the depth of its colour, 0 to 5."""

    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Row:
    """One rule over all departments."""

    rule: str
    title: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Rules with a breach, the most breached first, by departments in the order of their names."""

    departments: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[int, ...]


def heat(audit: Audit) -> Heat:
    """Count all breached findings, whatever is filtered."""
    cells = Counter((f.rule, f.department or NOWHERE) for f in audit.findings if f.verdict is Verdict.BREACHED)
    departments = tuple(sorted({department for _, department in cells}))
    most = max(cells.values(), default=0)
    rows = [_row(audit, rule, departments, cells, most) for rule in {rule for rule, _ in cells}]
    whole = (sum(count for (_, where), count in cells.items() if where == name) for name in departments)
    totals = tuple(of_group(audit, count) for count in whole)
    return Heat(departments, tuple(sorted(rows, key=lambda row: (-row.total, row.rule))), totals)


def level(count: int, most: int) -> int:
    """The depth of colour by magnitude, so that one giant doesn't bleach all others: 0 for none, 5 for the most."""
    return ceil(LEVELS * round(log(1 + count) / log(1 + most), 9)) if count else 0


def _row(audit: Audit, rule: str, names: tuple[str, ...], counts: Counter[tuple[str, str]], most: int) -> Row:
    cells = tuple(_cell(of_group(audit, counts[rule, name]), most) for name in names)
    return Row(rule, words.title(audit, rule), cells, of_group(audit, sum(cell.count for cell in cells)))


def _cell(count: int, most: int) -> Cell:
    """A count that is not told is not told by its colour either."""
    return Cell(count, 1 if isinstance(count, Few) else level(count, most))
