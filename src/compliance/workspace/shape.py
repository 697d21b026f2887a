"""The shape of one table: its columns with their types, from the manifest, the standard, their names or their cells."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from compliance.model.types import ColumnType, Told
from compliance.workspace.cells import MOMENTS, OWN_TYPE, WORDS, Cell, Native
from compliance.workspace.draft import Draft, Roles
from compliance.workspace.moments import at_home
from compliance.workspace.sql import Stages, all_of, column, named, selected
from compliance.workspace.standard import type_by_name
from compliance.workspace.survey import Inquiry, Surveyed, inquiry
from compliance.workspace.worked import read_by, worked_out
from compliance.workspace.written import trimmed


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the cell that it is read from, as what, and what tells that."""

    name: str
    type: ColumnType
    cell: Cell
    told: Told


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's columns, the stages on the engine that lead to their cells, and the source's cells there.

    The last stage is called `worked`.
    """

    stages: Stages
    columns: Mapping[str, Column]
    source: Mapping[str, Cell]

    @property
    def types(self) -> dict[str, ColumnType]:
        """The columns' types by name."""
        return {name: each.type for name, each in self.columns.items()}

    @property
    def told(self) -> dict[str, Told]:
        """What tells the columns' types, by name."""
        return {name: each.told for name, each in self.columns.items()}

    def leading(self, refs: Mapping[str, str]) -> dict[str, str]:
        """The references whose columns can name a row: a day names none, be it a `*_by`."""
        return {name: target for name, target in refs.items() if self.columns[name].type not in MOMENTS}

    @property
    def instants(self) -> dict[str, str]:
        """The datetimes whose source tells their moment in UTC, and the column that keeps it beside each."""
        kept = {name for name, each in self.columns.items() if each.cell.utc is not None}
        return {
            name: f"_instant {name}"
            for name, kind in self.types.items()
            if name in kept and kind is ColumnType.DATETIME
        }

    @property
    def cheap(self) -> bool:
        """Whether no column is text that must be taken apart."""
        textual = (each.cell.native is Native.TEXT or each.cell.raw is not None for each in self.columns.values())
        return not any(text and kind not in WORDS for text, kind in zip(textual, self.types.values(), strict=True))


def shape(draft: Draft, roles: Roles, surveyed: Surveyed, zone: str) -> Shape:
    """Find every column's type and cell; raises UserError with every column that can't be had."""
    told = _told(draft, roles)
    expected = {name: kind for name, (kind, _) in told.items()}
    moments = _untold(draft, roles, expected)
    expected |= {name: _moment(draft.opened.cells[draft.plain[name]], surveyed) for name in moments}
    expected |= {name: _by_whom_or_when(draft.opened.cells[draft.plain[name]], surveyed) for name in _open(draft, told)}
    stages, cells = _prepared(draft, expected, surveyed, zone)
    worked = worked_out(draft, cells, *_in_expressions(draft, expected, surveyed), zone)
    extra = [named(cell.value, f"_worked_{nth}") for nth, cell in enumerate(worked.values())]
    placed = {name: replace(cell, value=column(f"_worked_{nth}")) for nth, (name, cell) in enumerate(worked.items())}
    expected |= {name: kind for name, cell in placed.items() if name not in expected and (kind := _by_format(cell))}
    joined = [name for name, cell in placed.items() if expected.get(name) in MOMENTS and _may_tell_offset(cell)]
    moving, placed = at_home(placed, joined, zone, "reckoned", "_joined")
    columns = {}
    for name in draft.names:
        cell = placed.get(name) or cells[draft.plain[name]]
        teller = told[name][1] if name in told else Told.INFERRED
        columns[name] = Column(name, expected.get(name) or _found(name, cell, surveyed), cell, teller)
    reckoned = selected(["*", *extra], stages[-1][0])
    if moving:
        stages += [("reckoned", reckoned), *moving]
        reckoned = selected(["*"], stages[-1][0])
    return Shape([*stages, ("worked", reckoned)], columns, cells)


def _by_format(cell: Cell) -> ColumnType | None:
    """What a worked-out text is by the format that is given for it."""
    if cell.notation.format is None or cell.native is not Native.TEXT:
        return None
    return ColumnType.DATETIME if cell.notation.tells_time else ColumnType.DATE


def _may_tell_offset(cell: Cell) -> bool:
    """Whether a worked-out text may say its offset from UTC."""
    return cell.native is Native.TEXT and (cell.notation.format is None or cell.notation.tells_offset)


def _prepared(
    draft: Draft, expected: Mapping[str, ColumnType], surveyed: Surveyed, zone: str
) -> tuple[Stages, dict[str, Cell]]:
    """The stages that bring the source's cells into a form to be read: blanks off, and moments in local time."""
    stages: Stages = [("source", all_of(draft.opened.relation))]
    read = {name: draft.opened.cells[name] for name in _read_as_other_than_words(draft, expected, surveyed)}
    trimming, bare = trimmed(read, "source")
    moving, cells = at_home(
        dict(draft.opened.cells) | bare, _with_moments(draft, expected, surveyed), zone, [*stages, *trimming][-1][0]
    )
    return [*stages, *trimming, *moving], cells


def _read_as_other_than_words(draft: Draft, expected: Mapping[str, ColumnType], surveyed: Surveyed) -> list[str]:
    """The source columns that are more than text, in the source's order."""
    told = {source for name, source in draft.plain.items() if expected.get(name, ColumnType.TEXT) not in WORDS}
    found = {name for name, kind in surveyed.types.items() if kind not in WORDS}
    return [name for name in draft.opened.cells if name in told | found]


def _told(draft: Draft, roles: Roles) -> dict[str, tuple[ColumnType, Told]]:
    """The types that somebody or something tells: the manifest, the standard, a part to play, the name."""
    given = {draft.own(name): kind for name, kind in draft.entry.types.items()}
    standard = draft.standard.columns if draft.standard else {}
    words = {name for name in roles.key if name != roles.at and _by_name(name) not in MOMENTS}
    given_refs = {draft.own(name) for name in draft.entry.refs}
    led = {name for name in roles.refs if not _person_or_day(name) or name in given_refs}
    people = {*words, *led, *((roles.bearer,) if roles.bearer else ())}
    found: dict[str, tuple[ColumnType, Told]] = {}
    for name in draft.names:
        if name in given:
            found[name] = given[name], Told.GIVEN
        elif name in standard:
            found[name] = standard[name], Told.STANDARD
        elif name in people:
            found[name] = ColumnType.ID, Told.BY_NAME if type_by_name(name) else Told.GIVEN
        elif (kind := _by_name(name)) and not _person_or_day(name):
            found[name] = kind, Told.BY_NAME
    return found


def _by_name(name: str) -> ColumnType | None:
    """What the name tells; a period is text, be it written as a bare year."""
    return ColumnType.TEXT if name == "period" else type_by_name(name)


def _person_or_day(name: str) -> bool:
    """Whether a name is either's: `approved_by` tells who did it, `pay_by` until when it has to be done."""
    return name.endswith("_by")


def _open(draft: Draft, told: Mapping[str, object]) -> list[str]:
    """The source's columns of which only the cells can tell whether they name people or days."""
    return [name for name in draft.plain if name not in told and _person_or_day(name)]


def survey(draft: Draft, roles: Roles) -> Inquiry:
    """What is asked of the cells of columns whose type nobody tells, and of those that expressions read."""
    expected = {name: kind for name, (kind, _) in _told(draft, roles).items()}
    untold = {*_untold(draft, roles, expected), *_open(draft, expected)}
    cells, offsets = draft.opened.cells, draft.opened.offsets
    free = {source for name, source in draft.plain.items() if name not in expected} | read_by(draft)
    moments = {source for name, source in draft.plain.items() if expected.get(name) in MOMENTS or name in untold}
    return inquiry(
        [("source", all_of(draft.opened.relation))],
        asked=[cell for name, cell in cells.items() if name in free],
        moments=[cell for name, cell in cells.items() if name in moments and (offsets or cell.notation.format)],
    )


def _in_expressions(
    draft: Draft, expected: Mapping[str, ColumnType], surveyed: Surveyed
) -> tuple[dict[str, ColumnType], dict[str, ColumnType]]:
    """What expressions take the source's columns for, and what else where that makes no sense.

    A column is what the manifest says, else what its cells are. Where a cell that can't be read makes it text, it may
    still be what the column that it is mapped to has to be: then that row is rejected, and no expression is wrong.
    """
    given = {draft.own(name): kind for name, kind in draft.entry.types.items()}
    told = {source: given[name] for name, source in draft.plain.items() if name in given}
    first = dict(surveyed.types) | {name: kind for name, kind in told.items() if name in surveyed.types}
    due = {source: expected[name] for name, source in draft.plain.items() if name in expected}
    spoilt = {name for name, kind in first.items() if kind is ColumnType.TEXT and due.get(name) not in WORDS}
    return first, first | {name: due[name] for name in spoilt if name in due}


def _untold(draft: Draft, roles: Roles, expected: Mapping[str, ColumnType]) -> set[str]:
    """The columns that must be moments, by the part that they play, though nobody tells which."""
    return {each for each in (roles.at, roles.valid_from) if each and each in draft.plain and each not in expected}


def _with_moments(draft: Draft, expected: Mapping[str, ColumnType], surveyed: Surveyed) -> set[str]:
    """The source columns read as moments in which offsets occur."""
    read = {source for name, source in draft.plain.items() if expected.get(name) in MOMENTS}
    return {*surveyed.offsets} & (read | {name for name, kind in surveyed.types.items() if kind in MOMENTS})


def _own(cell: Cell, surveyed: Surveyed) -> ColumnType:
    """The type that the cells themselves have."""
    return surveyed.types.get(cell.name) or cell.declared or OWN_TYPE[cell.native]


def _found(name: str, cell: Cell, surveyed: Surveyed) -> ColumnType:
    """The type of a worked-out column that nobody tells."""
    return _by_whom_or_when(cell, surveyed) if _person_or_day(name) else _own(cell, surveyed)


def _by_whom_or_when(cell: Cell, surveyed: Surveyed) -> ColumnType:
    """The type of a `*_by` that nobody tells: a moment where its cells are such, else the id of a person."""
    found = _own(cell, surveyed)
    return found if found in MOMENTS else ColumnType.ID


def _moment(cell: Cell, surveyed: Surveyed) -> ColumnType:
    """The type of an `at` that nobody tells: a datetime where its cells are no moments, so that bad ones are told."""
    found = _own(cell, surveyed)
    return found if found in MOMENTS else ColumnType.DATETIME
