"""Small worlds for hypothesis: people who come, go and are away, records at the edges of days and months, damaged rows.

A batch is many worlds in one workspace, each with ids of its own, so that one audit judges them all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from tests.reference.days import ONE, Days, each_day
from tests.reference.defaults import told
from tests.reference.world import Row, Rule, Table, Value, World, midnight

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

SINCE = "since"
KINDS = ("fire", "stock", "gift")
CATEGORIES = ("main", "small")
DEPARTMENTS = ("north", "south")
POSITIONS = ("seller", "buyer")
TIMES = (time(0), time(9), time(10), time(2, 30), time(12), time(23, 59, 59, 999999))
STARTS = (
    date(2026, 3, 1),
    date(2024, 2, 1),
    date(2025, 10, 1),
    date(2026, 3, 9),
    date(2025, 12, 15),
    date(2026, 4, 30),
)
ZONES = ("UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York")
SAYS = ("period", "as_of")
ANCHOR = datetime.combine(date(2019, 1, 15), time(10))

TYPES: Mapping[str, Mapping[str, str]] = {
    "employees": {
        "employee_id": "id",
        "name": "text",
        "position": "text",
        "level": "integer",
        "department": "text",
        "superior_id": "id",
        "hired_on": "date",
        "left_on": "date",
    },
    "absences": {
        "absence_id": "id",
        "employee_id": "id",
        "starts_on": "date",
        "ends_on": "date",
        "reason": "text",
        "excused": "boolean",
    },
    "appointments": {
        "appointment_id": "id",
        "employee_id": "id",
        "position": "text",
        "level": "integer",
        "department": "text",
        "starts_on": "date",
        "ends_on": "date",
    },
    "deputies": {
        "substitution_id": "id",
        "absent_id": "id",
        "deputy_id": "id",
        "starts_on": "date",
        "ends_on": "date",
        "appointed_on": "date",
    },
    "clients": {"client_id": "id", "owner_id": "id", "category": "text", "created_at": "datetime"},
    "checks": {
        "check_id": "id",
        "employee_id": "id",
        "at": "datetime",
        "kind": "text",
        "category": "text",
        "recorded_at": "datetime",
        "good_to": "date",
        "on_behalf_of": "id",
    },
    "complaints": {
        "complaint_id": "id",
        "client_id": "id",
        "employee_id": "id",
        "received_at": "datetime",
        "kind": "text",
        "resolved_at": "datetime",
    },
    "activities": {
        "activity_id": "id",
        "at": "datetime",
        "employee_id": "id",
        "kind": "text",
        "client_id": "id",
        "minutes": "decimal",
        "on_behalf_of": "id",
    },
    "expenses": {"expense_id": "id", "employee_id": "id", "kind": "text", "amount": "money", "spent_on": "date"},
    "reports": {
        "report_id": "id",
        "employee_id": "id",
        "kind": "text",
        "period": "text",
        "submitted_at": "datetime",
        "on_behalf_of": "id",
    },
    "plans": {
        "plan_id": "id",
        "employee_id": "id",
        "department": "text",
        "period": "text",
        "measure": "text",
        "target": "decimal",
        "approved_at": "datetime",
    },
    "orders": {
        "order_id": "id",
        "employee_id": "id",
        "client_id": "id",
        "placed_at": "datetime",
        "amount": "money",
        "deferral_days": "integer",
        "on_behalf_of": "id",
    },
    "tasks": {
        "task_id": "id",
        "employee_id": "id",
        "kind": "text",
        "given_at": "datetime",
        "due_on": "date",
        "quantity": "decimal",
    },
    "handovers": {
        "handover_id": "id",
        "task_id": "id",
        "done_at": "datetime",
        "quantity": "decimal",
        "held_to": "date",
    },
    "parts": {"part_id": "id", "task_id": "id", "kind": "text", "quantity": "decimal"},
    "moves": {"move_id": "id", "store": "text", "at": "datetime", "quantity": "decimal"},
    "claims": {"claim_id": "id", "employee_id": "id", "at": "datetime", "period": "text", "value": "decimal"},
    "authority": {
        "authority_id": "id",
        "position": "text",
        "level": "integer",
        "act": "text",
        "at_most": "decimal",
        "in_force_from": "date",
        "in_force_to": "date",
    },
    "approvals": {
        "approval_id": "id",
        "act": "text",
        "act_id": "id",
        "approver_id": "id",
        "decision": "text",
        "decided_at": "datetime",
        "at_most": "decimal",
        "on_behalf_of": "id",
    },
}
AT = {
    "absences": "starts_on",
    "appointments": "starts_on",
    "deputies": "starts_on",
    "checks": "at",
    "complaints": "received_at",
    "activities": "at",
    "expenses": "spent_on",
    "reports": "submitted_at",
    "plans": "approved_at",
    "orders": "placed_at",
    "approvals": "decided_at",
    "tasks": "given_at",
    "handovers": "done_at",
    "moves": "at",
    "parts": "task.given_at",
    "claims": "at",
}
UNTIL = ("good_to", "held_to")
EXTRA = ("good_to", "on_behalf_of", "recorded_at")
"""Columns that a standard table need not have: to a rule that names one that is not there it is unknown."""
OWN = ("tasks", "handovers", "moves", "claims", "parts")
BOOK = "book"
BOOKED = ("checks", "complaints", "activities", "expenses", "reports", "claims", "moves", "handovers", "parts")
"""Tables to which nothing refers, so that their key may be two columns."""
BEARER = {
    "clients": "owner_id",
    "approvals": "approver_id",
    "authority": None,
    "employees": None,
    "deputies": None,
    "moves": None,
    "handovers": None,
    "parts": "task.employee_id",
}


@dataclass(frozen=True)
class Setting:
    """What all worlds of a batch share."""

    start: date
    end: date
    as_of: datetime
    zone: ZoneInfo
    days: Days
    damaged: bool
    strangers: bool
    history: bool
    empty: bool
    beat: tuple[str, ...]
    rostered: bool
    deputised: bool
    lacking: bool
    booked: bool
    says: frozenset[str]


@dataclass(frozen=True)
class Batch:
    """Rules and the one workspace that holds many worlds."""

    rules: tuple[Rule, ...]
    world: World
    count: int

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: ANN401, FBT001 hypothesis asks for it
        """Short, where hypothesis prints what it drew: the test prints what matters."""
        printer.text(f"Batch({self.count} worlds, {len(self.rules)} rules)")


# --- settings -------------------------------------------------------------------------------


@st.composite
def settings(draw: Draw) -> Setting:
    """A period of days or months, its calendar and zone, and an `as_of` at, after or before its end."""
    start = draw(st.sampled_from(STARTS))
    end = start + timedelta(days=draw(st.sampled_from((31, 28, 60, 92, 7, 30))))
    off = draw(st.sets(_days(start, end), max_size=2))
    days = Days(draw(st.sampled_from((None, None, "RU", "DE"))), frozenset(off))
    rostered = draw(st.sampled_from((True, True, True, True, False)))
    later = draw(st.sampled_from((0, 0, 0, 24 * 5, -24 * 3 + 12, -24 * 3)))
    return Setting(
        start,
        end,
        midnight(end) + timedelta(hours=later),
        ZoneInfo(draw(st.sampled_from(ZONES))),
        days,
        damaged=draw(st.booleans()),
        strangers=rostered and draw(st.sampled_from((False, False, False, True))),
        history=draw(st.sampled_from((False, False, True))),
        empty=draw(st.sampled_from((False, False, False, False, False, True))),
        beat=draw(st.sampled_from(((), (), ("kind",), ("department",), ("kind", "department")))) if rostered else (),
        rostered=rostered,
        deputised=draw(st.booleans()),
        says=frozenset(draw(st.sampled_from((SAYS, SAYS, SAYS, SAYS, (), SAYS[:1], SAYS[1:])))),
        booked=draw(st.sampled_from((False, False, True))),
        lacking=draw(st.sampled_from((False, False, False, False, False, True))),
    )


def _days(start: date, end: date) -> st.SearchStrategy[date]:
    return st.integers(0, (end - start).days - 1).map(lambda count: start + timedelta(days=count))


def moments(setting: Setting) -> st.SearchStrategy[datetime]:
    """Local times around the period, at the edges of days and months more often than elsewhere."""
    first, last = setting.start - timedelta(days=35), setting.end + timedelta(days=6)
    edges = [day for day in each_day(first, last) if day.day == 1 or (day + ONE).day == 1 or day == setting.end]
    days = st.one_of(_days(setting.start, setting.end), _days(first, last), st.sampled_from(edges))
    return st.builds(lambda day, at: _real(datetime.combine(day, at), setting.zone), days, st.sampled_from(TIMES))


def _real(moment: datetime, zone: ZoneInfo) -> datetime:
    """A local time that does not exist moves on by the jump."""
    there = moment.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).astimezone(zone)
    return there.replace(tzinfo=None, fold=0) if there.replace(tzinfo=None) != moment else moment


# --- people ---------------------------------------------------------------------------------


@st.composite
def _people(draw: Draw, setting: Setting, name: str) -> list[Row]:
    """Two to four people, of whom some come or go within the period."""
    days = _days(setting.start - timedelta(days=20), setting.end)
    rows: list[Row] = []
    for letter in "abcd"[: draw(st.integers(2, 4))]:
        hired = draw(st.sampled_from((None, None, date(2020, 1, 1), ...)))
        left = draw(st.sampled_from((None, None, None, ...)))
        hired, left = (draw(days) if each is ... else each for each in (hired, left))
        rows.append(
            {
                "employee_id": f"{name}{letter}",
                "name": letter,
                "position": draw(st.sampled_from((*POSITIONS, None))),
                "level": draw(st.sampled_from((Fraction(1), Fraction(2), None))),
                "department": draw(st.sampled_from((*DEPARTMENTS, None))),
                "superior_id": draw(st.sampled_from((f"{name}a", f"{name}b", None))),
                "hired_on": hired,
                "left_on": left if hired is None or left is None else max(left, hired),
            }
        )
    return rows


@st.composite
def _absences(draw: Draw, setting: Setting, name: str, people: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    for index in range(draw(st.integers(0, 3))):
        first = draw(_days(setting.start - timedelta(days=10), setting.end + timedelta(days=10)))
        length = draw(st.sampled_from((0, 1, 4, 11, 20, None)))
        rows.append(
            {
                "absence_id": f"{name}v{index}",
                "employee_id": draw(st.sampled_from(people)),
                "starts_on": first,
                "ends_on": None if length is None else first + timedelta(days=length),
                "reason": "leave",
                "excused": draw(st.sampled_from((True, True, False))),
            }
        )
    return rows


@st.composite
def _deputies(draw: Draw, name: str, people: Sequence[str], absences: Sequence[Row]) -> list[Row]:
    """Who stands in for the absent: for all of the absence or a part, by an order in time, too late or of no day."""
    rows: list[Row] = []
    for absence in absences:
        others = [person for person in people if person != absence["employee_id"]]
        first = absence["starts_on"]
        if isinstance(first, date) and draw(st.booleans()):
            first += draw(st.sampled_from((0, 0, 0, 2, -3))) * ONE
            length = draw(st.sampled_from((0, 5, None)))
            rows.append(
                {
                    "substitution_id": f"{name}s{len(rows)}",
                    "absent_id": absence["employee_id"],
                    "deputy_id": draw(st.sampled_from(others)),
                    "starts_on": first,
                    "ends_on": absence["ends_on"] if length is None else first + length * ONE,
                    "appointed_on": draw(st.sampled_from((first, first, first - 9 * ONE, first + ONE, None))),
                }
            )
    return [row for row in rows if row["ends_on"] is None or row["ends_on"] >= row["starts_on"]]  # type: ignore[operator] # days


@st.composite
def _appointments(draw: Draw, setting: Setting, people: Sequence[str]) -> list[Row]:
    """Whoever has a history changed post once; between the two some held both, some none, and some hold none now."""
    rows: list[Row] = []
    for person in people:
        if draw(st.booleans()):
            change = draw(_days(setting.start - timedelta(days=20), setting.end))
            left = draw(st.sampled_from((change - ONE, change - ONE, change - 4 * ONE, change + 5 * ONE, None)))
            until = draw(st.sampled_from((None, None, change + 12 * ONE)))
            for number, (first, last) in enumerate(((date(2019, 1, 1), left), (change, until))):
                post = {
                    "position": draw(st.sampled_from((*POSITIONS, None))),
                    "level": draw(st.sampled_from((Fraction(1), Fraction(2), None))),
                    "department": draw(st.sampled_from((*DEPARTMENTS, None))),
                }
                spell = {"starts_on": first, "ends_on": last}
                rows.append({"appointment_id": f"{person}{number}", "employee_id": person, **post, **spell})
    return rows


# --- records --------------------------------------------------------------------------------


def _cell(setting: Setting, column: str, kind: str, people: Sequence[str], name: str) -> st.SearchStrategy[Value]:
    """What may stand in a column."""
    if column in {"employee_id", "owner_id", "approver_id"}:
        return st.sampled_from((*people, *people, *people, None))
    if column == "on_behalf_of":
        return st.sampled_from((None, None, None, None, None, *people))
    choices: Mapping[str, tuple[Value, ...]] = {
        "kind": (*KINDS, *KINDS, None),
        "category": (*CATEGORIES, None),
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


@st.composite
def _records(draw: Draw, setting: Setting, table: str, name: str, people: Sequence[str]) -> list[Row]:
    """Up to eight records of a table; some share their instant."""
    types = TYPES[table]
    key, *columns = types
    rows: list[Row] = []
    for index in range(draw(st.integers(0, 8))):
        row = {column: draw(_cell(setting, column, types[column], people, name)) for column in columns}
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


def _clients(name: str, people: Sequence[str], setting: Setting) -> st.SearchStrategy[list[Row]]:
    def row(letter: str) -> st.SearchStrategy[Row]:
        types = TYPES["clients"]
        cells = {column: _cell(setting, column, types[column], people, name) for column in list(types)[1:]}
        return st.fixed_dictionaries({"client_id": st.just(f"{name}{letter}"), **cells})

    return st.tuples(row("x"), row("w")).map(list)


@st.composite
def _damage(draw: Draw, setting: Setting, table: str, rows: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Accepted rows, rejected ones as they are understood, and the same as they stand in the file (with marks)."""
    if not setting.damaged or not rows or draw(st.booleans()):
        return rows, [], []
    row = rows[-1]
    ways = ["hour", "key", "twins", "amount", *(["stranger"] if setting.strangers else [])]
    return rows[:-1], *_damaged(draw(st.sampled_from(ways)), table, row, draw(_another(setting, table, row)))


@st.composite
def _another(draw: Draw, setting: Setting, table: str, row: Row) -> Row:
    """A row of the same key that differs in one or two columns."""
    names = [name for name in list(TYPES[table])[1:] if name not in UNTIL]
    chosen = draw(st.sets(st.sampled_from(names), min_size=1, max_size=2))
    people = [each for each in (row.get(BEARER.get(table) or "employee_id"),) if isinstance(each, str)]
    cells = {
        name: draw(_cell(setting, name, TYPES[table][name], people, str(row[next(iter(row))])[:1])) for name in names
    }
    return {**row, **{name: cells[name] for name in chosen}}


def _damaged(way: str, table: str, row: Row, another: Row) -> tuple[list[Row], list[Row]]:
    key, at = next(iter(TYPES[table])), AT[table]
    bearer = BEARER.get(table, "employee_id")
    if way == "stranger" and bearer and row[bearer] is not None:
        return [{**row, bearer: None}], [{**row, bearer: "stranger"}]
    if way == "twins" and another != row:
        both = {name: value if another[name] == value else None for name, value in row.items()}
        return [both], [row, another]
    if way == "amount" and (column := next((name for name in ("amount", "at_most") if row.get(name)), None)):
        return [{**row, column: None}], [{**row, column: "much"}]
    if way == "key" and row[at] is not None:
        return [{**row, key: None}], [{**row, key: None}]
    return [{**row, at: None}], [{**row, at: "some day"}]


# --- worlds and batches -----------------------------------------------------------------------


Extra: TypeAlias = Callable[[Draw, Setting, str, Sequence[str], Mapping[str, list[Row]]], Mapping[str, list[Row]]]
Rows: TypeAlias = Mapping[str, tuple[list[Row], list[Row], list[Row]]]
"""For each table its accepted rows, its rejected ones as they are understood, and those as they stand in the file."""


@dataclass(frozen=True)
class Trial:
    """What is tried of a kind: its rules, the tables of its worlds; `hanging` adds rows that hang on others."""

    rules: st.SearchStrategy[list[dict[str, Any]]]
    tables: tuple[str, ...]
    parameters: Mapping[str, tuple[tuple[date, Any], ...]]
    hanging: Extra | None = None


@dataclass(frozen=True)
class Frame:
    """What the worlds of a batch share: rules, setting, and rows that are nobody's own."""

    rules: tuple[Rule, ...]
    setting: Setting
    beats: Rows
    emptied: str | None
    set_aside: frozenset[str]
    lacks: frozenset[tuple[str, str]]
    """Standard columns that nobody keeps; a table of which the key is one is not there at all."""


@st.composite
def frames(draw: Draw, trial: Trial) -> Frame:
    """A setting with rules, the notes of every day, and sometimes a table that is empty or set aside."""
    setting, tables = draw(settings()), trial.tables
    emptied = [name for name in tables if name != "activities"] if setting.empty else [None]
    beats = draw(_heartbeats(setting)) if "activities" in tables else {}
    aside = draw(st.sampled_from(((), (), (), tables[:1])))
    rules = tuple(draw(trial.rules))
    lacks = draw(_lacks(tables, str(rules))) if setting.lacking else frozenset()
    return Frame(rules, setting, beats, draw(st.sampled_from(emptied)), frozenset(aside), lacks)


def _lacks(tables: Sequence[str], rules: str) -> st.SearchStrategy[frozenset[tuple[str, str]]]:
    """One or two columns, or a whole table; a table of one's own has what one has."""
    names = [name for name in ("employees", "clients", *tables) if name not in OWN]
    columns = [(name, column) for name in names for column in TYPES[name] if column not in EXTRA]
    if any(column in rules for column in EXTRA):
        columns = [(name, column) for name, column in columns if column != next(iter(TYPES[name]))]
    columns = [each for each in columns if each != ("employees", "employee_id")]
    return st.frozensets(st.sampled_from(columns), min_size=1, max_size=2)


def batch(trial: Trial, frame: Frame, worlds: Sequence[Rows]) -> Batch:
    """Many worlds in one workspace."""
    kept: dict[str, list[list[Row]]] = {
        name: [[], [], []] for name in ("employees", "absences", "clients", *trial.tables)
    }
    for rows in (*worlds, _anchors(trial.tables, frame.setting), frame.beats):
        for name, parts in rows.items():
            for all_, some in zip(kept.setdefault(name, [[], [], []]), parts, strict=True):
                all_.extend(some)
    if frame.emptied:
        kept[frame.emptied] = [[], [], []]
    setting = frame.setting
    if not setting.rostered:
        kept = {name: rows for name, rows in kept.items() if name not in {"employees", "appointments"}}
    kept = {name: rows for name, rows in kept.items() if (name, next(iter(TYPES[name]))) not in frame.lacks}
    tables = {name: _stated(_table(setting, name, *rows)) for name, rows in kept.items()}
    tables = {name: _without(_booked(table, setting), frame.lacks) for name, table in tables.items()}
    when = setting.start, setting.end, setting.as_of, setting.days, setting.zone
    aside = frame.set_aside & tables.keys()
    world = World(tables, *when, trial.parameters, aside, frame.lacks, setting.says)
    return Batch(frame.rules, told(world), len(worlds))


def _without(table: Table, lacks: frozenset[tuple[str, str]]) -> Table:
    """The table as its source has it: what it lacks is null in every row."""
    gone = dict.fromkeys(column for name, column in lacks if name == table.name)
    if not gone:
        return table
    return replace(
        table,
        types={name: kind for name, kind in table.types.items() if name not in gone},
        by=tuple(name for name in table.by if name not in gone),
        at=None if table.at in gone else table.at,
        accepted=tuple({**row, **gone} for row in table.accepted),
        rejected=tuple({**row, **gone} for row in table.rejected),
        damaged=tuple({name: cell for name, cell in row.items() if name not in gone} for row in table.damaged),
    )


@st.composite
def worlds_of(draw: Draw, trial: Trial, setting: Setting, names: Sequence[str]) -> list[Rows]:
    """Worlds of these names."""
    return [draw(_world(trial, setting, name)) for name in names]


@st.composite
def _world(draw: Draw, trial: Trial, setting: Setting, name: str) -> Rows:
    tables, people_rows = trial.tables, draw(_people(setting, name))
    people = [str(row["employee_id"]) for row in people_rows]
    made: dict[str, list[Row]] = {"employees": people_rows, "absences": draw(_absences(setting, name, people))}
    if setting.history:
        made["appointments"] = draw(_appointments(setting, people))
    if setting.deputised:
        made["deputies"] = draw(_deputies(name, people, made["absences"]))
    made["clients"] = draw(_clients(name, people, setting))
    made |= {
        table: draw(_records(setting, table, name, people)) for table in tables if table in TYPES and not _hangs(table)
    }
    made |= trial.hanging(draw, setting, name, people, made) if trial.hanging else {}
    _stand_in(draw, made)
    return {
        table: _again(
            draw, *(draw(_damage(setting, table, rows)) if table in tables and _damageable(table) else (rows, [], []))
        )
        for table, rows in made.items()
    }


def _again(
    draw: Draw, accepted: list[Row], rejected: list[Row], damaged: list[Row]
) -> tuple[list[Row], list[Row], list[Row]]:
    """Sometimes an accepted row stands in the file twice, and counts once."""
    again = [draw(st.sampled_from(accepted))] if accepted and draw(st.integers(0, 4)) == 0 else []
    return accepted, rejected, [*damaged, *again]


def _damageable(table: str) -> bool:
    return table not in {"plans", "authority"}


def _stand_in(draw: Draw, made: Mapping[str, list[Row]]) -> None:
    """Some of what is done under an order is done by the deputy for the absent person."""
    tables = [name for name in made if "on_behalf_of" in TYPES[name] and made[name]]
    for order in made.get("deputies", ()):
        for table in sorted(draw(st.sets(st.sampled_from(tables), max_size=2))) if tables else ():
            made[table][0] = _in_the_name(table, made[table][0], order, draw(st.sampled_from((0, 1, 5))))


def _in_the_name(table: str, record: Row, order: Row, days: int) -> Row:
    """A record as one that the deputy made for the absent person, so many days after the order begins."""
    bearer = BEARER.get(table) or "employee_id"
    by = {bearer: order["deputy_id"], "on_behalf_of": order["absent_id"]}
    at, first = record[AT[table]], order["starts_on"]
    if not isinstance(at, datetime) or not isinstance(first, date):
        return {**record, **by}
    day = first + days * ONE
    until = {"good_to": day} if "good_to" in record else {}
    return {**record, **by, AT[table]: datetime.combine(day, at.time()), **until}


def _hangs(table: str) -> bool:
    """Whether rows of a table are made by `extra` only."""
    return table in {"plans", "authority", "approvals"}


def _anchors(tables: Sequence[str], setting: Setting) -> Rows:
    """One old record in every log, so that none is empty: an empty table is a matter of its own."""
    at = ANCHOR if "period" in setting.says else midnight(setting.start - 40 * ONE)
    return {table: ([_anchor(table, at)], [], []) for table in tables if not _hangs(table)}


def _anchor(table: str, at: datetime) -> Row:
    row: dict[str, Value] = dict.fromkeys(TYPES[table])
    row |= {next(iter(row)): "anchor", "employee_id": "0a", "kind": "old", "store": "old", "quantity": Fraction(1)}
    row[AT[table]] = at.date() if TYPES[table][AT[table]] == "date" else at
    return {name: row[name] for name in TYPES[table]}


@st.composite
def _heartbeats(draw: Draw, setting: Setting) -> Rows:
    """A note on every day but a few, so that only those can be silent.

    Where silence is told by kind or department there is one of each kind by somebody of each department, but a few.
    """
    silent = draw(st.sets(_days(setting.start, setting.end), max_size=3))
    writers = dict(zip(DEPARTMENTS, ("zn", "zs"), strict=True)) if setting.beat else {"": "0a"}
    kinds = (*KINDS, "note") if setting.beat else ("note",)
    each = [(kind, department) for kind in kinds for department in writers]
    holes = draw(st.sets(st.tuples(_days(setting.start, setting.end), st.sampled_from(each)), max_size=6))
    days = each_day(setting.start - timedelta(days=50), setting.end + timedelta(days=10))
    notes = [
        _note(day, kind, department, writers[department])
        for day in days
        for kind, department in (each if day not in silent else ())
        if (day, (kind, department)) not in holes
    ]
    people: list[Row] = [
        dict.fromkeys(TYPES["employees"]) | {"employee_id": person, "name": person, "department": department}
        for department, person in (writers.items() if setting.beat else ())
    ]
    return {"activities": (notes, [], []), "employees": (people, [], [])}


def _note(day: date, kind: str, department: str, writer: str) -> Row:
    row: dict[str, Value] = dict.fromkeys(TYPES["activities"])
    told = {"activity_id": f"n{day}{kind}{department}", "employee_id": writer, "kind": kind}
    return {**row, **told, "at": datetime.combine(day, time(8))}


def _table(setting: Setting, name: str, accepted: list[Row], rejected: list[Row], damaged: list[Row]) -> Table:
    return Table(
        name,
        TYPES[name],
        AT.get(name),
        BEARER.get(name, "employee_id"),
        ahead=name in {"absences", "appointments", "deputies"},
        heartbeat=name == "activities",
        own=name in OWN,
        by=setting.beat if name == "activities" else (),
        accepted=tuple(accepted),
        rejected=tuple(rejected),
        damaged=tuple(map(_written, damaged)),
    )


def _stated(table: Table) -> Table:
    """The table as a history, where its rows say since when they hold."""
    if not any(SINCE in row for row in table.accepted):
        return table
    return replace(table, types={**table.types, SINCE: "date"}, valid_from=SINCE)


def _booked(table: Table, setting: Setting) -> Table:
    """The table with every second row under its neighbour's number, in another book."""
    if not setting.booked or table.name not in BOOKED:
        return table

    def entered(row: Mapping[str, Any]) -> dict[str, Any]:
        key = row[table.key]
        number = int(key[-1]) if key and key[-1].isdigit() else 0
        entry = {table.key: f"{key[:-1]}{number // 2}" if number else key, BOOK: "ab"[number % 2] if key else key}
        return {**row, **entry}

    return replace(
        table,
        types={**table.types, BOOK: "text"},
        book=BOOK,
        accepted=tuple(map(entered, table.accepted)),
        rejected=tuple(map(entered, table.rejected)),
        damaged=tuple(map(entered, table.damaged)),
    )


def _written(row: Row) -> dict[str, str]:
    return {column: _raw(value) for column, value in row.items()}


def _raw(value: Value) -> str:
    if isinstance(value, Fraction):
        return f"{float(value):.4f}"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
