"""Small worlds for hypothesis: people who come, go and are away, records at the edges of days and months, damaged rows.

A batch is many worlds in one workspace, each with ids of its own, so that one audit judges them all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, TypeAlias

from hypothesis import strategies as st
from tests.reference.columns import AT, BEARER, BOOK, BOOKED, EXTRA, OWN, REFS, TYPES
from tests.reference.days import ONE, each_day
from tests.reference.defaults import told
from tests.reference.pieces import dated, turning
from tests.reference.rows import MARKS, clients_of, damaged, records_of
from tests.reference.setting import DEPARTMENTS, KINDS, PLACES, TITLES, Draw, Setting, days_of, settings
from tests.reference.staff import absences_of, appointments_of, deputies_of, people_of
from tests.reference.world import Row, Rule, Table, Value, World, midnight

SINCE = "since"
TIED = {"client_id": "0x", "task_id": "0t0"}
"""To whom a record that is nobody's own belongs: one that says it of nobody might be anybody's, in every world."""
ANCHOR = datetime.combine(date(2019, 1, 15), time(10))


@dataclass(frozen=True)
class Batch:
    """Rules and the one workspace that holds many worlds."""

    rules: tuple[Rule, ...]
    world: World
    count: int

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: ANN401, FBT001 hypothesis asks for it
        """Short, where hypothesis prints what it drew: the test prints what matters."""
        printer.text(f"Batch({self.count} worlds, {len(self.rules)} rules)")


Extra: TypeAlias = Callable[[Draw, Setting, str, Sequence[str], Mapping[str, list[Row]]], Mapping[str, list[Row]]]
Rows: TypeAlias = Mapping[str, tuple[list[Row], list[Row], list[Row]]]
"""For each table its accepted rows, its rejected ones as they are understood, and those as they stand in the file."""


@dataclass(frozen=True)
class Trial:
    """What is tried of a kind: its rules, the tables of its worlds; `hanging` adds rows that hang on others.

    `given` is what is settled of the setting, so that a verdict hangs often enough on what is tried.
    """

    rules: st.SearchStrategy[list[dict[str, Any]]]
    tables: tuple[str, ...]
    parameters: Mapping[str, tuple[tuple[date, Any], ...]]
    hanging: Extra | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


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
    setting, tables = replace(draw(settings()), **trial.given), trial.tables
    emptied = [name for name in tables if name != "activities"] if setting.empty else [None]
    beats = draw(_heartbeats(setting)) if "activities" in tables else {}
    aside = draw(st.sampled_from(((), (), (), (), tables[:1], ("absences",))))
    rules = tuple(dated(rule, setting.start) for rule in draw(trial.rules))
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
    frame = replace(frame, lacks=frozenset(each for each in frame.lacks if not _breaks(kept, *each)))
    setting = frame.setting
    if not setting.rostered:
        kept = {name: rows for name, rows in kept.items() if name not in {"employees", "appointments"}}
    kept = {name: rows for name, rows in kept.items() if (name, next(iter(TYPES[name]))) not in frame.lacks}
    tables = {name: _stated(_table(setting, name, *rows)) for name, rows in kept.items()}
    tables = {name: _without(_booked(table, setting), frame.lacks) for name, table in tables.items()}
    when = setting.start, setting.end, setting.as_of, setting.days, setting.zone
    aside = frame.set_aside & tables.keys()
    aliases = TITLES | PLACES if setting.aliased else {}
    parameters = turning(trial.parameters, setting.start) if setting.changing else trial.parameters
    world = World(tables, *when, parameters, aside, frame.lacks, setting.says, aliases)
    return Batch(frame.rules, told(world), len(worlds))


def _breaks(kept: Mapping[str, Sequence[Sequence[Row]]], table: str, column: str) -> bool:
    """Whether a row is rejected for what stands in this column, so that without the column it would be accepted."""
    damaged, key = (kept[table][2] if table in kept else ()), next(iter(TYPES[table]))
    if any(row.get(column) in MARKS for row in damaged):
        return True
    told: dict[Value, Value] = {}
    return any(told.setdefault(row[key], row.get(column)) != row.get(column) for row in damaged if row[key])


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
    tables, people_rows = trial.tables, draw(people_of(setting, name))
    people = [str(row["employee_id"]) for row in people_rows]
    made: dict[str, list[Row]] = {"employees": people_rows, "absences": draw(absences_of(setting, name, people))}
    if setting.history:
        made["appointments"] = draw(appointments_of(setting, people))
    if setting.deputised:
        made["deputies"] = draw(deputies_of(name, people, made["absences"]))
    made["clients"] = draw(clients_of(name, people, setting))
    made |= {
        table: draw(records_of(setting, table, name, people))
        for table in tables
        if table in TYPES and not _hangs(table)
    }
    made |= trial.hanging(draw, setting, name, people, made) if trial.hanging else {}
    _stand_in(draw, made)
    return {
        table: _again(
            draw,
            *(draw(damaged(setting, table, rows)) if table in (*tables, "deputies", "absences") else (rows, [], [])),
        )
        for table, rows in made.items()
    }


def _again(
    draw: Draw, accepted: list[Row], rejected: list[Row], damaged: list[Row]
) -> tuple[list[Row], list[Row], list[Row]]:
    """Sometimes an accepted row stands in the file twice, and counts once."""
    again = [draw(st.sampled_from(accepted))] if accepted and draw(st.integers(0, 4)) == 0 else []
    return accepted, rejected, [*damaged, *again]


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
    return table in {"plans", "authority", "approvals", "parts", "pieces"}


def _anchors(tables: Sequence[str], setting: Setting) -> Rows:
    """One old record in every log, so that none is empty: an empty table is a matter of its own."""
    at = ANCHOR if "period" in setting.says else midnight(setting.start - 40 * ONE)
    return {table: ([_anchor(table, at)], [], []) for table in tables if not _hangs(table)}


def _anchor(table: str, at: datetime) -> Row:
    key, *_ = TYPES[table]
    row: dict[str, Value] = {**dict.fromkeys(TYPES[table]), **TIED, "employee_id": "0a", "kind": "old", "store": "old"}
    row |= {"quantity": Fraction(1), key: "anchor"}
    row[AT[table]] = at.date() if TYPES[table][AT[table]] == "date" else at
    return {name: row[name] for name in TYPES[table]}


@st.composite
def _heartbeats(draw: Draw, setting: Setting) -> Rows:
    """A note on every day but a few, so that only those can be silent.

    Where silence is told by kind or department there is one of each kind by somebody of each department, but a few; and
    on some days nobody of a department writes, or of neither of two, while a third does.
    """
    silent = draw(st.sets(days_of(setting.start, setting.end), max_size=3))
    writers = dict(zip((*DEPARTMENTS, "west"), ("zn", "zs", "zw"), strict=True)) if setting.beat else {"": "0a"}
    kinds = (*KINDS, "note") if setting.beat else ("note",)
    each = [(kind, department) for kind in kinds for department in writers]
    holes = draw(st.sets(st.tuples(days_of(setting.start, setting.end), st.sampled_from(each)), max_size=6))
    lapses = draw(st.sets(st.tuples(days_of(setting.start, setting.end), st.sampled_from(DEPARTMENTS)), max_size=8))
    days = each_day(setting.start - timedelta(days=50), setting.end + timedelta(days=10))
    notes = [
        _note(day, kind, department, writers[department])
        for day in days
        for kind, department in (each if day not in silent else ())
        if (day, (kind, department)) not in holes and (day, department) not in lapses
    ]
    people: list[Row] = [
        dict.fromkeys(TYPES["employees"]) | {"employee_id": person, "name": person, "department": department}
        for department, person in (writers.items() if setting.beat else ())
    ]
    return {"activities": (notes, [], []), "employees": (people, [], [])}


def _note(day: date, kind: str, department: str, writer: str) -> Row:
    row: dict[str, Value] = dict.fromkeys(TYPES["activities"])
    told = {"activity_id": f"n{day}{kind}{department}", "employee_id": writer, "kind": kind, **TIED}
    return {**row, **{name: told[name] for name in told if name in row}, "at": datetime.combine(day, time(8))}


def _table(setting: Setting, name: str, accepted: list[Row], rejected: list[Row], damaged: list[Row]) -> Table:
    return Table(
        name,
        TYPES[name],
        AT.get(name),
        BEARER.get(name, "employee_id"),
        ahead=name in {"absences", "appointments", "deputies"},
        heartbeat=name == "activities",
        own=name in OWN,
        refs=REFS.get(name, {}),
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
    if not setting.booked:
        return table
    led = [column for column, other in table.refs.items() if other in BOOKED]
    booked = table.name in BOOKED

    def entered(row: Mapping[str, Any]) -> dict[str, Any]:
        number, book = _entry(row[table.key])
        entry = {table.key: number, BOOK: book} if booked else {}
        return {**row, **entry, **{column: row[column] and " / ".join(_entry(row[column])) for column in led}}

    return replace(
        table,
        types={**table.types, **({BOOK: "text"} if booked else {})},
        book=BOOK if booked else None,
        accepted=tuple(map(entered, table.accepted)),
        rejected=tuple(map(entered, table.rejected)),
        damaged=tuple(map(entered, table.damaged)),
    )


def _entry(key: Any) -> tuple[Any, Any]:  # noqa: ANN401 a value, or a cell as it stands in the file
    """The number and the book under which a key is entered; of what has none, none."""
    number = int(key[-1]) if key and key[-1].isdigit() else 0
    return f"{key[:-1]}{number // 2}" if number else key, "ab"[number % 2] if key else key


def _written(row: Row) -> dict[str, str]:
    return {column: _raw(value) for column, value in row.items()}


def _raw(value: Value) -> str:
    if isinstance(value, Fraction):
        return f"{float(value):.4f}"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
