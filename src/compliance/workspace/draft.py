"""A table before it is taken in: what its manifest entry and the standard make of the source's columns."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compliance.language.grammar import ExpressionError
from compliance.model.problem import Problem, UserError
from compliance.model.types import ColumnType
from compliance.workspace.cells import MOMENTS
from compliance.workspace.entry import Heartbeat, TableEntry
from compliance.workspace.manifest import Manifest
from compliance.workspace.sources.opened import TECHNICAL, Opened
from compliance.workspace.standard import StandardTable, reference_target
from compliance.yamldoc import Document, did_you_mean

VALID_FROM = "valid_from"
# Of these standard columns verdicts are made, whatever rules say.
_COUNTED_ON = {
    "level": frozenset({ColumnType.INTEGER, ColumnType.TEXT, ColumnType.ID}),
    "excused": frozenset({ColumnType.BOOLEAN}),
}
_CODES = re.compile(r"%-?.?")
_KNOWN_CODE = re.compile(r"%(-?[djmyHIMS]|[aAbBcfgGhnpTuUVwWxXYzZ%])")


@dataclass(frozen=True, slots=True)
class Roles:
    """Columns that have a part to play, by the table's own names; `at` and `bearer` may be expressions.

    What stands in `given` the manifest itself says: where that can't be had it is a problem, while a standard part
    that can't be had is simply not there.
    """

    key: tuple[str, ...]
    refs: Mapping[str, str]
    at: str | None
    bearer: str | None
    bearer_where: str | None
    valid_from: str | None
    heartbeat: Heartbeat | None
    ahead: bool
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A table before its types are known: which source cell, or which expression, each column is."""

    name: str
    entry: TableEntry
    standard: StandardTable | None
    opened: Opened
    document: Document[Manifest]

    @property
    def plain(self) -> dict[str, str]:
        """Columns that are a source column: its name by theirs; those not mapped keep their own."""
        cells, mapped = self.opened.cells, self.entry.columns
        named_ = {name: written for name, written in mapped.items() if written in cells}
        taken = {*named_.values()}
        hidden = {name.casefold() for name in mapped}
        return named_ | {name: name for name in cells if name not in taken and name.casefold() not in hidden}

    @property
    def expressions(self) -> dict[str, str]:
        """Columns that are worked out from source columns."""
        return {name: written for name, written in self.entry.columns.items() if written not in self.opened.cells}

    @property
    def names(self) -> tuple[str, ...]:
        """The table's columns: those mapped in the manifest's order, then the others in the source's."""
        return tuple(dict.fromkeys((*self.entry.columns, *self.plain)))

    def own(self, name: str) -> str | None:
        """The table's column of this name, or the one that this source column is mapped to."""
        if name in self.names:
            return name
        return next((each for each, source in self.plain.items() if source == name), None)

    def problem(self, *loc: str | int, says: str, name: str, key: bool = False) -> Problem:
        """A problem at a place of the table's entry, with the nearest column."""
        advice = did_you_mean(name, self._known()) or self._all()
        return self.document.problem(("tables", self.name, *loc), says, advice, key=key)

    def misread(self, error: ExpressionError, *loc: str) -> Problem:
        """A problem inside an expression of the table's entry."""
        place = ("tables", self.name, *loc)
        return self.document.problem(place, error.says, error.help, offset=error.start, width=error.width)

    def _known(self) -> list[str]:
        return [*self.names, *(each for each in self.opened.cells if each not in self.names)]

    def _all(self) -> str:
        shown = ", ".join(list(self.opened.cells)[:20])
        return f"there are: {shown}" if shown else ""


def roles(draft: Draft, keys: Mapping[str, str]) -> Roles:
    """Who plays which part; `keys` maps the key column of tables of the workspace to their name."""
    if problems := [*_unknown_columns(draft)]:
        raise UserError(problems)
    entry, standard = draft.entry, draft.standard
    key = _key(draft)
    return Roles(
        key=key,
        refs=dict(_refs(draft, key, keys)),
        at=_part(draft, "at"),
        bearer=_part(draft, "bearer"),
        bearer_where=None if entry.gives("bearer") or standard is None else standard.bearer_where,
        valid_from=_valid_from(draft),
        heartbeat=_heartbeat(draft),
        ahead=entry.ahead if entry.ahead is not None else bool(standard and standard.ahead),
        given=frozenset(each for each in ("at", "bearer") if entry.gives(each)),
    )


def _unknown_columns(draft: Draft) -> Iterator[Problem]:
    """Every column that the entry names and that is not there, and every name that is not free."""
    for name in draft.entry.columns:
        if name.casefold() in TECHNICAL:
            says = f"`{name}` is a name that Dutybook keeps for itself"
            yield draft.document.problem(("tables", draft.name, "columns", name), says, key=True)
    folded = [name.casefold() for name in draft.entry.columns]
    for index, name in enumerate(draft.entry.columns):
        if name.casefold() in folded[:index]:
            says = f"the column `{name}` is named twice, in other letter case"
            yield draft.document.problem(("tables", draft.name, "columns", name), says, key=True)
    for name, written in draft.entry.format.items():
        if code := next((each for each in _CODES.findall(written) if not _KNOWN_CODE.fullmatch(each)), None):
            says = f"`{code}` is no part of a date that can be read"
            place = ("tables", draft.name, "format", name)
            yield draft.document.problem(place, says, "write for example %d.%m.%Y", offset=written.index(code))
    yield from _mistyped(draft)
    for name, loc, key in _named_columns(draft.entry):
        if draft.own(name) is None:
            yield draft.problem(*loc, says=f"no column `{name}`", name=name, key=key)


def _mistyped(draft: Draft) -> Iterator[Problem]:
    """Every type given for a standard column that says when, at what level or whether excused, and can't."""
    standard = draft.standard.columns if draft.standard else {}
    for name, kind in draft.entry.types.items():
        own = standard.get(draft.own(name) or "")
        wanted = MOMENTS if own in MOMENTS else _COUNTED_ON.get(draft.own(name) or "")
        if own and wanted and kind not in wanted:
            says = f"`{name}` of {draft.name} is {' or '.join(sorted(wanted))}, since it decides who owes what and when"
            place = ("tables", draft.name, "types", name)
            yield draft.document.problem(place, says, "or map the column to another name under `columns`")


def _named_columns(entry: TableEntry) -> Iterator[tuple[str, tuple[str | int, ...], bool]]:
    """The columns that an entry names outside `columns`, each with its place and whether that is a key."""
    yield from ((name, (part, name), True) for part in ("types", "format", "refs") for name in getattr(entry, part))
    if isinstance(entry.key, str):
        yield entry.key, ("key",), False
    else:
        yield from ((name, ("key", index), False) for index, name in enumerate(entry.key or ()))
    if entry.valid_from:
        yield entry.valid_from, ("valid_from",), False
    if isinstance(entry.heartbeat, Heartbeat):
        # The bearer's department, where the table has none of its own.
        by = ((index, name) for index, name in enumerate(entry.heartbeat.by) if name != "department")
        yield from ((name, ("heartbeat", "by", index), False) for index, name in by)


def _key(draft: Draft) -> tuple[str, ...]:
    given = draft.entry.key_columns
    if draft.entry.gives("key"):
        return tuple(own for name in given or () if (own := draft.own(name)))
    standard = draft.standard.key if draft.standard else None
    return (standard,) if standard in draft.names else ()


def _valid_from(draft: Draft) -> str | None:
    """The column from which on a state holds; a standard table may simply carry one of this name."""
    if draft.entry.gives("valid_from"):
        return draft.own(draft.entry.valid_from) if draft.entry.valid_from else None
    return VALID_FROM if draft.standard and VALID_FROM in draft.names else None


def _part(draft: Draft, part: str) -> str | None:
    """The column or expression of a part, a source column under its own new name."""
    written: str | None = getattr(draft.entry if draft.entry.gives(part) else draft.standard, part, None)
    return draft.own(written) or written if written else None


def _refs(draft: Draft, key: tuple[str, ...], keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    given = {draft.own(name): target for name, target in draft.entry.refs.items()}
    told = draft.standard.refs if draft.standard else {}
    for name in draft.names:
        target = given.get(name) or told.get(name) or (None if key == (name,) else reference_target(name, keys))
        if target and target in draft.document.value.tables:
            yield name, target


def _heartbeat(draft: Draft) -> Heartbeat | None:
    given = draft.entry.heartbeat
    if draft.entry.gives("heartbeat"):
        per = Heartbeat(per="working_day") if given == "working_day" else None
        return given if isinstance(given, Heartbeat) else per
    return Heartbeat(per="working_day") if draft.standard and draft.standard.heartbeat else None
