"""CloudEvents 1.0 as JSON Lines: the events of one type, or all, with a column for each field of their data."""

from collections.abc import Callable

from compliance.engines.base import Engine
from compliance.workspace.cells import Notation
from compliance.workspace.sources.jsonlines import fields, in_columns, keys, objects
from compliance.workspace.sources.opened import Located, Opened, SourceError
from compliance.workspace.sources.script import Script
from compliance.workspace.sql import Stages, query, selected, sql, staged, text
from compliance.yamldoc import did_you_mean

ALL = "cloudevents"
_DATA = "data"
# An event must say these; a line that does not may have been any.
_EVENTS = """
    select _file, _row, _said, case when _fault is null then json_extract_string(_said, '$.type') end as type,
        case when _fault is not null then _fault
             when coalesce(json_extract_string(_said, '$.specversion'), '') <> '1.0'
                  or coalesce(json_extract_string(_said, '$.id'), '') = ''
                  or coalesce(json_extract_string(_said, '$.source'), '') = ''
                  or coalesce(json_extract_string(_said, '$.type'), '') = '' then 'not a CloudEvent' end as _fault
    from objects"""
_OF_TYPE = "select * from events where _fault is not null or type = :type"


def open_cloud_events(  # noqa: PLR0917 each is a thing of its own
    engine: Engine, name: str, located: Located, script: Script, wanted: str, notations: Callable[[str], Notation]
) -> Opened:
    """Name a view of the events of a type: their attributes, then `data.x` for each field of their data.

    Behind them stand the fields of objects within the data, as `data.client.id`.
    """
    stages: Stages = [*objects(engine, name, located, script), ("events", query(_EVENTS))]
    if wanted != ALL:
        _check_type(engine, stages, wanted)
        stages.append(("wanted", query(_OF_TYPE, type=text(wanted))))
    attributes = [(key,) for key in keys(engine, stages) if key != _DATA or _bare_data(engine, stages)]
    own = [(_DATA, key) for key in keys(engine, stages, _DATA)]
    paths = [*attributes, *own, *fields(engine, stages, _DATA)]
    return in_columns(engine, name, located, notations, stages, paths)


def _check_type(engine: Engine, stages: Stages, wanted: str) -> None:
    asked = query("select distinct type from events where _fault is null order by type")
    types = [str(each) for each in engine.fetch(staged(stages, asked)).column(0).to_pylist()]
    if wanted not in types:
        listed = f"there are: {', '.join(types) or 'none'}; all are read by `::{ALL}`"
        raise SourceError(f"there is no CloudEvent of type `{wanted}`", did_you_mean(wanted, types) or listed)


def _bare_data(engine: Engine, stages: Stages) -> bool:
    """Whether the data of any event is no object: a text, a number, a list."""
    bare = sql("count(case when _fault is null then nullif(json_type(_said, '/data'), 'OBJECT') end) > 0")
    return bool(engine.fetch(staged(stages, selected([bare], stages[-1][0])))[0][0].as_py())
