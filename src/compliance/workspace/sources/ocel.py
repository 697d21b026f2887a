"""OCEL 2.0 logs: an event type or an object type as a table, with the states of objects and what each is related to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.workspace.cells import Cell, Notation
from compliance.workspace.sources.opened import FAULT, FILE, ROW, SAID, Located, Opened, SourceError, distinct_names
from compliance.workspace.sql import Stages, all_of, column, named, null, number, query, selected, sql, staged, text
from compliance.yamldoc import did_you_mean

EVER = "1970-01-01T00:00:00Z"  # the time that OCEL gives to what an object is from its beginning
_MOMENTS = """
    select *, coalesce(try_cast(time as timestamptz), timestamptz '1970-01-01') as moment,
        row_number() over (order by place, nth) as step from entries"""
# What a change leaves out stays as it was; of what changes at one moment only the last state is one.
_LASTING = """
    struct_extract(
        last_value(case when changed is null or changed = :attribute then struct_pack(v := :cell) end ignore nulls)
        over (partition by id order by moment, step rows between unbounded preceding and current row), 'v')"""
_LAST = "row_number() over (partition by id, moment order by step desc) = 1 as last"
_RELATED = "string_agg(distinct case when :fits then other end, ', ' order by case when :fits then other end)"
_KINDS = "select distinct type, qualifier from relations order by type, qualifier"


@dataclass(frozen=True, slots=True)
class LogTable:
    """What is read of a log: the events or the objects of one type."""

    of_events: bool
    type: str

    @property
    def names(self) -> tuple[str, str]:
        """What the first two columns are called: the id, and since when a row is so."""
        return ("event_id", "time") if self.of_events else ("object_id", "valid_from")


def chosen(wanted: str, events: Sequence[str], objects: Sequence[str], shown: str) -> LogTable:
    """The type of this name; `event:` or `object:` before it says which, where a log has both."""
    kind, mark, name = wanted.partition(":")
    if mark and kind in {"event", "object"} and name in (events if kind == "event" else objects):
        return LogTable(kind == "event", name)
    if wanted in events and wanted in objects:
        says = f"{shown} has events and objects of type `{wanted}`"
        raise SourceError(says, f"write `event:{wanted}` or `object:{wanted}`")
    if wanted in events or wanted in objects:
        return LogTable(wanted in events, wanted)
    known = [*events, *objects]
    says = f"{shown} has no events or objects of type `{wanted}`"
    raise SourceError(says, did_you_mean(wanted, known) or f"there are: {', '.join(known) or 'none'}")


def open_log_table(  # noqa: PLR0917 each is a thing of its own
    engine: Engine,
    name: str,
    located: Located,
    wanted: LogTable,
    attributes: Sequence[str],
    notations: Callable[[str], Notation],
) -> Opened:
    """Name the rows of a type.

    The engine knows `<name>__entries` (place, nth, id, time, changed, a1, a2 ...: what was said of an event or object,
    `changed` being null or the one attribute that is meant) and `<name>__relations` (id, type, qualifier, other).
    """
    stages: Stages = [("entries", all_of(f"{name}__entries")), ("relations", all_of(f"{name}__relations"))]
    kinds = engine.fetch(staged(stages[1:], query(_KINDS))).to_pylist()
    related = dict(_relations([(each["type"], each["qualifier"]) for each in kinds]))
    names = distinct_names([*wanted.names, *attributes, *related])
    grouped = [named(value, f"r{nth}") for nth, value in enumerate(related.values(), start=1)]
    stages += [
        ("moments", query(_MOMENTS)),
        ("states", _states(wanted, attributes)),
        ("related", selected([named(column("id"), "of"), *grouped], "relations").group_by(column("id"))),
    ]
    engine.create(name, staged(stages, _rows(names, len(attributes), len(related))), kept=True)
    cells = {each: Cell(each, column(each), notation=notations(each), infers=True) for each in names}
    return Opened(name, cells, located.names, sound=True)


def _rows(names: Sequence[str], attributes: int, related: int) -> exp.Select:
    """The last state of each moment with what it is related to, by the columns' names and with its place."""
    held = ["id", "time", *(f"a{nth + 1}" for nth in range(attributes)), *(f"r{nth + 1}" for nth in range(related))]
    columns = [named(column(each), called) for each, called in zip(held, names, strict=True)]
    row = sql("row_number() over (order by place, moment, step)")
    places = [named(number(0), FILE), named(row, ROW), named(null("VARCHAR"), FAULT), named(null("VARCHAR"), SAID)]
    rows = selected([*columns, *places], "states").join("related", on=sql("related.of = states.id"), join_type="left")
    return rows.where(column("last"))


def _states(wanted: LogTable, attributes: Sequence[str]) -> exp.Select:
    """Every event as it is; of an object what held from each moment on at which anything of it changed."""
    places = [column(each) for each in ("place", "id", "time", "moment", "step")]
    cells = {f"a{nth}": attribute for nth, attribute in enumerate(attributes, start=1)}
    if wanted.of_events:
        return selected([*places, *(column(each) for each in cells), sql("true as last")], "moments")
    lasting = (
        named(sql(_LASTING, attribute=text(attribute), cell=column(cell)), cell) for cell, attribute in cells.items()
    )
    return selected([*places, *lasting, sql(_LAST)], "moments")


def _relations(kinds: Sequence[tuple[str, str]]) -> Iterator[tuple[str, exp.Expr]]:
    """One column for the related objects of each type, and one more for each qualifier of theirs."""
    for type_ in dict.fromkeys(each for each, _ in kinds):
        yield type_, sql(_RELATED, fits=sql("type = :type", type=text(type_)))
        for qualifier in (each for of, each in kinds if of == type_ and each):
            fits = sql("type = :type and qualifier = :qualifier", type=text(type_), qualifier=text(qualifier))
            yield f"{type_}: {qualifier}", sql(_RELATED, fits=fits)
