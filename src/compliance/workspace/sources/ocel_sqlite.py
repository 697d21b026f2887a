"""OCEL 2.0 in SQLite: a table of it for each type, and one for the relations of all."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.workspace.cells import Notation
from compliance.workspace.sources.ocel import LogTable, chosen, open_log_table
from compliance.workspace.sources.opened import Located, Opened, SourceError
from compliance.workspace.sources.sqlite import as_text, fields_of, reading, tables_of
from compliance.workspace.sql import column, named, null, selected, sql
from compliance.workspace.sql import table as relation

_OWN = frozenset({"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"})
_TECHNICAL = ("ocel_id", "ocel_time", "ocel_changed_field")
_RELATIONS = {
    True: """
        select cast(r.ocel_event_id as text) as id, coalesce(cast(o.ocel_type as text), 'object') as type,
            coalesce(cast(r.ocel_qualifier as text), '') as qualifier, cast(r.ocel_object_id as text) as other
        from event_object as r join event as e on e.ocel_id = r.ocel_event_id
            left join object as o on o.ocel_id = r.ocel_object_id where e.ocel_type = ?""",
    False: """
        select cast(r.ocel_source_id as text) as id, coalesce(cast(o.ocel_type as text), 'object') as type,
            coalesce(cast(r.ocel_qualifier as text), '') as qualifier, cast(r.ocel_target_id as text) as other
        from object_object as r join object as s on s.ocel_id = r.ocel_source_id
            left join object as o on o.ocel_id = r.ocel_target_id where s.ocel_type = ?""",
}


def type_in(located: Located, table: str) -> LogTable | None:
    """The type of this name where the file is a log and has no table that is called so."""
    path = located.paths[0]
    with reading(path, table) as cursor:
        tables = tables_of(cursor)
        if not {*tables} >= _OWN or table.casefold() in {each.casefold() for each in tables}:
            return None
        return chosen(table, [*_maps(cursor, "event")], [*_maps(cursor, "object")], path.name)


def open_ocel_sqlite(
    engine: Engine, name: str, located: Located, wanted: LogTable, notations: Callable[[str], Notation]
) -> Opened:
    """Hand over the rows of the type's own table, and its relations."""
    path = located.paths[0]
    kind = "event" if wanted.of_events else "object"
    with reading(path, wanted.type) as cursor:
        table = f"{kind}_{_maps(cursor, kind)[wanted.type]}"
        fields = [field for field, _ in fields_of(cursor, path, table)]
        if missing := {"ocel_id", "ocel_time"} - {field.casefold() for field in fields}:
            says = f"{path.name}::{table} has no column {min(missing)}"
            raise SourceError(says, "a table of an OCEL 2.0 log has ocel_id and ocel_time")
        cursor.execute(as_text(table, fields, [f"c{nth}" for nth, _ in enumerate(fields)]))
        engine.hand_over(f"{name}__raw", cursor.fetch_arrow_table())
        cursor.execute(_RELATIONS[wanted.of_events], (wanted.type,))
        engine.hand_over(f"{name}__relations", cursor.fetch_arrow_table())
    attributes = [field for field in fields if field.casefold() not in _TECHNICAL]
    engine.create(f"{name}__entries", _entries(f"{name}__raw", fields, attributes), kept=True)
    return open_log_table(engine, name, located, wanted, attributes, notations)


def _entries(raw: str, fields: Sequence[str], attributes: Sequence[str]) -> exp.Select:
    """The rows of the type's table by the names that all logs share; an empty text is none."""
    held = {field.casefold(): sql("nullif(:cell, '')", cell=column(f"c{nth}")) for nth, field in enumerate(fields)}
    cells = [named(held[each.casefold()].copy(), f"a{nth}") for nth, each in enumerate(attributes, start=1)]
    changed = held.get("ocel_changed_field") or null("VARCHAR")
    places = [named(column("_row"), "place"), named(sql("0"), "nth"), named(changed, "changed")]
    known = [named(held[each], called) for each, called in (("ocel_id", "id"), ("ocel_time", "time"))]
    return selected([*places, *known, *cells], relation(raw))


def _maps(cursor: Any, kind: str) -> dict[str, str]:  # noqa: ANN401 ADBC is untyped
    """The types of events or objects, each with what ends the name of its table."""
    asked = selected([column("ocel_type"), column("ocel_type_map")], f"{kind}_map_type")
    cursor.execute(asked.sql(dialect="sqlite"))
    found = cursor.fetch_arrow_table().to_pydict()
    return dict(zip(map(str, found["ocel_type"]), map(str, found["ocel_type_map"]), strict=True))
