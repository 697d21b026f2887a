"""The records of a world: at the edges of days and months, some without a value, some that can't be read."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import strategies as st
from tests.reference.columns import AT, BEARER, ENDS, TYPES, UNTIL
from tests.reference.days import ONE, each_day
from tests.reference.setting import CATEGORIES, KINDS, PAPERS, Draw, Setting, moments
from tests.reference.world import Row, Value, midnight


def _cell(setting: Setting, column: str, kind: str, people: Sequence[str], name: str) -> st.SearchStrategy[Value]:
    """What may stand in a column."""
    if column in {"employee_id", "owner_id", "approver_id"}:
        return st.sampled_from((*people, *people, *people, None))
    if column == "on_behalf_of":
        return st.sampled_from((None, None, None, None, None, *people))
    choices: Mapping[str, tuple[Value, ...]] = {
        "kind": (*KINDS, *KINDS, None),
        "category": (*CATEGORIES, None),
        "document_kind": (*PAPERS, *PAPERS, None),
        "client_id": (f"{name}x", f"{name}w", f"{name}x", f"{name}w", None),
        "amount": (Fraction(10), Fraction(5, 2), Fraction(100), Fraction(-5), Fraction(1, 100), None),
        "minutes": (Fraction(5), Fraction(10), Fraction(1, 2), None),
        "deferral_days": (Fraction(0), Fraction(7), Fraction(14), None),
        "created_at": (midnight(date(2020, 1, 1)), None, midnight(setting.start), midnight(setting.start + 9 * ONE)),
        "period": _periods(setting),
        "task_id": tuple(f"{name}t{index}" for index in range(4)),
        "quantity": (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(-2), None),
        "store": (f"{name}s", f"{name}t"),
        "value": (Fraction(0), Fraction(0), Fraction(1), Fraction(1, 2), Fraction(2), Fraction(3), None),
    }
    if column in choices:
        return st.sampled_from(choices[column])
    if kind == "datetime":
        return moments(setting)
    return moments(setting).map(datetime.date) if kind == "date" else st.none()


def _periods(setting: Setting) -> tuple[Value, ...]:
    months = dict.fromkeys(f"{day:%Y-%m}" for day in each_day(setting.start - timedelta(days=40), setting.end))
    weeks = dict.fromkeys(
        "{}-W{:02}".format(*day.isocalendar()) for day in each_day(setting.start - 7 * ONE, setting.end)
    )
    return (*months, *months, *list(weeks)[:6], setting.start.isoformat(), None)


def _longer_periods(setting: Setting) -> tuple[Value, ...]:
    """Quarters and years that end about the period, and days in them."""
    days = list(each_day(setting.start - timedelta(days=95), setting.end))
    quarters = dict.fromkeys(f"{day:%Y}-Q{(day.month + 2) // 3}" for day in days)
    return (*quarters, *dict.fromkeys(f"{day:%Y}" for day in days), days[0].isoformat(), days[60].isoformat())


@st.composite
def records_of(draw: Draw, setting: Setting, table: str, name: str, people: Sequence[str]) -> list[Row]:
    """Up to eight records of a table; some share their instant."""
    types = TYPES[table]
    key, *columns = types
    rows: list[Row] = []
    for index in range(draw(st.integers(0, 8))):
        row = {column: draw(_cell(setting, column, types[column], people, name)) for column in columns}
        if table == "reports" and draw(st.booleans()):
            row["period"] = draw(st.sampled_from(_longer_periods(setting)))
        if "recorded_at" in row:
            row["recorded_at"] = draw(st.sampled_from((None, None, None, row["recorded_at"])))
        for column in UNTIL:
            if column in row:
                row[column] = draw(_last_days(row[AT[table]]))
        if table in {"complaints", "checks"} and draw(st.integers(0, 15)) == 0:
            row[AT[table]] = None
        rows.append({key: f"{name}{table[0]}{index}", **row})
    return rows


def _last_days(at: Value) -> st.SearchStrategy[date | None]:
    """The last day of what begins at a time: that day, a later one or none."""
    if not isinstance(at, datetime):
        return st.none()
    return st.sampled_from((None, at.date(), at.date() + 4 * ONE, at.date() + 12 * ONE))


def clients_of(name: str, people: Sequence[str], setting: Setting) -> st.SearchStrategy[list[Row]]:
    def row(letter: str) -> st.SearchStrategy[Row]:
        types = TYPES["clients"]
        cells = {column: _cell(setting, column, types[column], people, name) for column in list(types)[1:]}
        return st.fixed_dictionaries({"client_id": st.just(f"{name}{letter}"), **cells})

    return st.tuples(row("x"), row("w")).map(list)


TOLD = ("reason", "excused")
"""In what two rows of one absence may differ: whose it is, two worlds must not share; when, would be another matter."""
MARKS = STRANGER, MUCH, SOME_DAY = ("stranger", "much", "some day")
"""What stands in a cell for which its row is rejected."""


@st.composite
def damaged(draw: Draw, setting: Setting, table: str, rows: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Accepted rows, rejected ones as they are understood, and the same as they stand in the file (with marks)."""
    if not setting.damaged or not rows or (table != "authority" and draw(st.booleans())):
        return rows, [], []
    row = rows[-1]
    ways = ["hour", "key", "twins", "amount", *(["stranger"] if setting.strangers else [])]
    if table == "absences":
        others = [each["employee_id"] for each in rows if each["employee_id"] not in {None, row["employee_id"]}]
        if others and row["employee_id"] is not None and draw(st.booleans()):
            both = [row, {**row, "employee_id": others[0]}]  # under one key, either may be right
            return rows[:-1], both, both
        ways += ["end", "end", "hour"]
    ways = ways if AT.get(table) in row else ["key", "twins", "amount"]
    return rows[:-1], *_broken(draw(st.sampled_from(ways)), table, row, draw(_another(setting, table, row)))


@st.composite
def _another(draw: Draw, setting: Setting, table: str, row: Row) -> Row:
    """A row of the same key that differs in one or two columns."""
    names = [name for name in list(TYPES[table])[1:] if name not in ENDS and (table != "absences" or name in TOLD)]
    chosen = draw(st.sets(st.sampled_from(names), min_size=1, max_size=2))
    people = [each for each in (row.get(BEARER.get(table) or "employee_id"),) if isinstance(each, str)]
    cells = {
        name: draw(_cell(setting, name, TYPES[table][name], people, str(row[next(iter(row))])[:1])) for name in names
    }
    return {**row, **{name: cells[name] for name in chosen}}


def _broken(way: str, table: str, row: Row, another: Row) -> tuple[list[Row], list[Row]]:
    key, at = next(iter(TYPES[table])), AT.get(table)
    bearer = BEARER.get(table, "employee_id")
    if way == "end":
        return [{**row, "ends_on": None}], [{**row, "ends_on": SOME_DAY}]
    if way == "stranger" and bearer and row[bearer] is not None:
        told = STRANGER if table == "absences" else None  # a stranger's absence is nobody's who is known
        return [{**row, bearer: told}], [{**row, bearer: STRANGER}]
    if way == "twins" and another != row:
        both = {name: value if another[name] == value else None for name, value in row.items()}
        return [both], [row, another]
    if way == "amount" and (column := next((name for name in ("amount", "at_most", "target") if row.get(name)), None)):
        return [{**row, column: None}], [{**row, column: MUCH}]
    if at is None or at not in row or (way == "key" and row[at] is not None):
        return [{**row, key: None}], [{**row, key: None}]
    return [{**row, at: None}], [{**row, at: SOME_DAY}]
