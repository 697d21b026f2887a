"""Which period is audited, and as of when."""

from collections.abc import Iterable
from datetime import date, datetime

from compliance.calendar import midnight
from compliance.model.finding import Window
from compliance.model.problem import UserError
from compliance.windows import Per, span_of
from compliance.workspace.tables import Books, Table

Moment = date | datetime
# Between these days an audit may lie: far enough for any record, near enough for every calendar.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


def local(moment: Moment) -> datetime:
    """A date is its 00:00."""
    return moment if isinstance(moment, datetime) else midnight(moment)


def audited(start: Moment | None, end: Moment | None, given: Window | None, books: Books) -> Window:
    """The audited period: what was asked for, else the manifest's, else the whole months that the records cover."""
    found = given or _covered(books.tables.values())
    first = local(start) if start else found.start if found else None
    last = local(end) if end else found.end if found else None
    if first is None or last is None:
        raise UserError("there is no period to audit: no record has a time", help=_why(books))
    if last <= first:
        says = f"the period ends no later than it begins: from {first.isoformat(sep=' ')} to {last.isoformat(sep=' ')}"
        raise UserError(says, help="`to` is the first moment after the period")
    if not EARLIEST <= first.date() <= last.date() <= LATEST:
        raise UserError(f"the period must lie between {EARLIEST} and {LATEST}", help="check the years")
    return Window(first, last)


def _why(books: Books) -> str:
    """What to do about records without any time: mend the tables of which no row could be read, else give a period."""
    for each in books.accounts:
        if each.read and not each.accepted:
            return f"all {each.read} rows of {each.table} were rejected: {next(iter(each.reasons), 'unreadable')}"
    return "give the manifest a `period`, or --from and --to"


def _covered(tables: Iterable[Table]) -> Window | None:
    spans = [
        (table.first_at, table.last_at) for table in tables if table.first_at and table.last_at and not table.ahead
    ]
    if not spans:
        return None
    first, last = min(first for first, _ in spans), max(last for _, last in spans)
    return Window(span_of(first.date(), Per.MONTH).window.start, span_of(last.date(), Per.MONTH).window.end)


def known_at(as_of: Moment | None, period: Window, tables: Iterable[Table]) -> datetime:
    """As of when: what was asked for, else the end of the period, or the last record if that is later."""
    if as_of is not None:
        return min(local(as_of), midnight(LATEST))
    moments = [
        moment for table in tables if not table.ahead for moment in (table.last_at, table.last_recorded_at) if moment
    ]
    return min(max([period.end, *moments]), midnight(LATEST))


def ahead_of(now: datetime, as_of: datetime, period: Window) -> str | None:
    """What to say where an audit that nobody gave an `as_of` judges as of a moment that is still to come."""
    if as_of <= now:
        return None
    why = "the period ends then" if as_of == period.end else "the last record is of then"
    return (
        f"judged as of {as_of.isoformat(sep=' ', timespec='minutes')}, which is still to come, since {why}: "
        f"what is due between today and then counts as missed; --as-of {now.date()} leaves it pending"
    )
