"""OCEL 2.0 in JSON: one document with the lists of all events and of all objects."""

from collections.abc import Callable
from pathlib import Path

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.workspace.cells import Cell, Notation
from compliance.workspace.sources.ocel import EVER, LogTable, chosen, open_log_table
from compliance.workspace.sources.opened import FAULT, FILE, ROW, SAID, Located, Opened, SourceError
from compliance.workspace.sql import (
    Stages,
    all_of,
    call,
    column,
    named,
    null,
    number,
    query,
    selected,
    sql,
    staged,
    text,
)
from compliance.workspace.sql import table as relation

# The engine's own reader takes a list apart as it comes; the document is never held as one value.
_DOCUMENT = """
    read_json(:path, format = 'unstructured', records = true, maximum_object_size = :most,
        columns = {'events': 'JSON[]', 'objects': 'JSON[]', 'eventTypes': 'JSON[]', 'objectTypes': 'JSON[]'})"""
_HEAD = "select events is not null and objects is not null as whole, eventTypes, objectTypes"
_LISTED = """
    select place, item, json_extract_string(item, '$.id') as id, json_extract_string(item, '$.type') as type,
        json_extract_string(item, '$.time') as time
    from (select item, row_number() over () as place from told) as items"""
_DECLARED = "select json_extract_string(each, '$.name') as type from told"
_VALUES = """
    select place, nth, id, coalesce(time, json_extract_string(attribute, '$.time')) as time,
        json_extract_string(attribute, '$.name') as name, json_extract_string(attribute, '$.value') as value
    from (select place, id, time, unnest(json_extract(item, '$.attributes[*]')) as attribute,
              generate_subscripts(json_extract(item, '$.attributes[*]'), 1) as nth from known) as told"""
_NAMES = "select name from told where name is not null group by name order by min((place, nth))"
_EVENTS = """
    select known.place, 0 as nth, known.id, known.time, cast(null as varchar) as changed
    from known left join told on told.place = known.place group by known.place, known.id, known.time"""
_STATES = """
    select known.place, coalesce(told.nth, 0) as nth, known.id, coalesce(told.time, :ever) as time, told.name as changed
    from known left join told on told.place = known.place"""
_RELATIONS = """
    select id, json_extract_string(relation, '$.objectId') as other,
        coalesce(json_extract_string(relation, '$.qualifier'), '') as qualifier
    from (select id, unnest(json_extract(item, '$.relationships[*]')) as relation from known) as told"""
_TYPED = """
    select pairs.id, coalesce(objects.type, 'object') as type, pairs.qualifier, pairs.other
    from pairs left join objects on objects.id = pairs.other"""
# What SQLite's logs call the relations of all types, and their columns.
_PAIRS = {
    "event_object": ("events", ("ocel_event_id", "ocel_object_id", "ocel_qualifier")),
    "object_object": ("objects", ("ocel_source_id", "ocel_target_id", "ocel_qualifier")),
}


def open_ocel_json(
    engine: Engine, name: str, located: Located, wanted: str, notations: Callable[[str], Notation]
) -> Opened:
    """Name the rows of a type, or all relations by the names that they have in SQLite."""
    path = located.paths[0]
    _keep_lists(engine, name, path)
    if wanted in _PAIRS:
        return _open_pairs(engine, name, located, wanted, notations)
    of = chosen(wanted, _types(engine, name, "event"), _types(engine, name, "object"), path.name)
    known = all_of(f"{name}__{'events' if of.of_events else 'objects'}").where(sql("type = :type", type=text(of.type)))
    stages: Stages = [("known", known), ("told", query(_VALUES))]
    attributes = [str(each) for each in engine.fetch(staged(stages, query(_NAMES))).column(0).to_pylist()]
    engine.create(f"{name}__entries", staged(stages, _entries(of, attributes)), kept=True)
    objects: Stages = [("objects", all_of(f"{name}__objects"))]
    related = staged([("known", known.copy()), *objects, ("pairs", query(_RELATIONS))], query(_TYPED))
    engine.create(f"{name}__relations", related, kept=True)
    return open_log_table(engine, name, located, of, attributes, notations)


def _keep_lists(engine: Engine, name: str, path: Path) -> None:
    """Keep the document's lists on the engine; raises SourceError where it is no log."""
    document = sql(_DOCUMENT, path=text(str(path)), most=number(path.stat().st_size + 1))
    try:
        engine.create(f"{name}__head", query(_HEAD).from_(document), kept=True)
        shaped = engine.fetch(selected([column("whole")], relation(f"{name}__head"))).column(0).to_pylist()
    except Exception:  # noqa: BLE001 whatever the engine dislikes, the document is then none of a log
        shaped = []
    if shaped != [True]:
        advice = "it must be one JSON object with the lists `events` and `objects`"
        raise SourceError(f"{path.name} can't be read as an OCEL 2.0 log", advice)
    for kind in ("events", "objects"):
        told = selected([named(call("unnest", column(kind)), "item")], document.copy())
        engine.create(f"{name}__{kind}", staged([("told", told)], query(_LISTED)), kept=True)


def _types(engine: Engine, name: str, kind: str) -> list[str]:
    """The types that the document declares, and any other that occurs."""
    told = selected([named(call("unnest", column(f"{kind}Types")), "each")], relation(f"{name}__head"))
    met = query("select distinct type from met where type is not null order by type")
    found = [staged([("told", told)], query(_DECLARED)), staged([("met", all_of(f"{name}__{kind}s"))], met)]
    return list(dict.fromkeys(str(each) for asked in found for each in engine.fetch(asked).column(0).to_pylist()))


def _entries(of: LogTable, attributes: list[str]) -> exp.Select:
    """What is said of each event at once; of an object attribute by attribute, each from its own time on."""
    entries = query(_EVENTS) if of.of_events else query(_STATES, ever=text(EVER))
    value = "max(case when told.name = :name then told.value end)" if of.of_events else "told.value"
    for nth, attribute in enumerate(attributes, start=1):
        entries = entries.select(named(sql(value, name=text(attribute)), f"a{nth}"), copy=False)
    return entries


def _open_pairs(
    engine: Engine, name: str, located: Located, wanted: str, notations: Callable[[str], Notation]
) -> Opened:
    kind, names = _PAIRS[wanted]
    stages: Stages = [("known", all_of(f"{name}__{kind}")), ("pairs", query(_RELATIONS))]
    cells = [named(column(held), each) for held, each in zip(("id", "other", "qualifier"), names, strict=True)]
    row = named(sql("row_number() over (order by id, other, qualifier)"), ROW)
    places = [named(number(0), FILE), row, named(null("VARCHAR"), FAULT), named(null("VARCHAR"), SAID)]
    engine.create(name, staged(stages, selected([*cells, *places], "pairs")), kept=True)
    held = {each: Cell(each, column(each), notation=notations(each), infers=True) for each in names}
    return Opened(name, held, located.names, sound=True)
