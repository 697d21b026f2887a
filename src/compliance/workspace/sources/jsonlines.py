"""JSON Lines: one object a line; what is none is a row without cells, told with its line."""

from collections.abc import Callable, Sequence
from typing import TextIO

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.workspace.cells import Cell, Notation
from compliance.workspace.sources.lines import REPLACED, keep_lines
from compliance.workspace.sources.opened import FAULT, FILE, ROW, SAID, Located, Opened, SourceError, distinct_names
from compliance.workspace.sources.script import Script
from compliance.workspace.sql import Stages, all_of, column, named, number, query, selected, sql, staged, text, texts

_GLANCE = 4096
_PIECE = 1 << 20
_DEEPEST = 3
_MOST = 50  # more are the keys of a map, such as days or ids, and no columns
# A whole number that went through a float, as an id beside a null does, is the integer that it stands for.
_CELL = """
    case when ends_with(:cell, '.0')
         then case when json_type(_said, :pointer) = 'DOUBLE' then left(:cell, -2) else :cell end
         else :cell end"""
_OBJECTS = """
    select _file, _row, text as _said,
        case when contains(text, :replaced) and :strict then 'not readable as UTF-8'
             when not json_valid(text) then 'not readable as JSON'
             when json_type(text) <> 'OBJECT' then 'not a JSON object' end as _fault
    from lines where trim(text, ' \t') <> ''"""


def open_json_lines(
    engine: Engine, name: str, located: Located, script: Script, notations: Callable[[str], Notation]
) -> Opened:
    """Name a view with one column per key, in the order in which the keys first appear.

    Behind them stand the fields of objects within objects, as `client.id`.
    """
    stages = objects(engine, name, located, script)
    own = [(key,) for key in keys(engine, stages)]
    return in_columns(engine, name, located, notations, stages, [*own, *fields(engine, stages)])


def fields(engine: Engine, stages: Stages, *above: str) -> list[tuple[str, ...]]:
    """The paths into the objects that stand within those of the last stage, as deep as people write by hand."""
    if len(above) == _DEEPEST:
        return []
    found: list[tuple[str, ...]] = []
    for key in _holding(engine, stages, *above):
        path = (*above, key)
        within = keys(engine, stages, *path)
        if len(within) <= _MOST:
            found += [(*path, key) for key in within]
            found += fields(engine, stages, *path)
    return found


def _holding(engine: Engine, stages: Stages, *above: str) -> list[str]:
    """The keys under which any line has an object; a line without a second brace has none."""
    told = query(
        """select json_extract(_said, :above) as held, unnest(json_keys(_said, :above)) as key from braced
           where json_type(_said, :above) = 'OBJECT'""",
        above=text(pointer(*above)),
    )
    braced = query("select _said from found where case when _fault is null then contains(substr(_said, 2), '{') end")
    asked = query(
        """select distinct key from told
           where json_type(held, '/' || replace(replace(key, '~', '~0'), '/', '~1')) = 'OBJECT' order by key"""
    )
    found = ("found", all_of(stages[-1][0]))
    rows = engine.fetch(staged([*stages, found, ("braced", braced), ("told", told)], asked))
    return [str(key) for key in rows.column(0).to_pylist()]


def objects(engine: Engine, name: str, located: Located, script: Script) -> Stages:
    """The stages that lead to `objects`: each line that is not empty as `_said`, and in `_fault` why it is none."""
    lines = f"{name}_lines"
    _refuse_others(located, script)
    keep_lines(engine, lines, located.paths, script)
    found = query(_OBJECTS, replaced=text(REPLACED), strict=exp.convert(script.encoding is None))
    return [("lines", all_of(lines)), ("objects", found)]


def in_columns(  # noqa: PLR0917 each is a thing of its own
    engine: Engine,
    name: str,
    located: Located,
    notations: Callable[[str], Notation],
    stages: Stages,
    paths: Sequence[tuple[str, ...]],
) -> Opened:
    """Name a view over the last of the stages with one column for each path of keys into its objects."""
    names = distinct_names([".".join(path) for path in paths])
    read = ("read", _read(paths, stages[-1][0]))
    cells = [named(_cell(nth, path), each) for nth, (each, path) in enumerate(zip(names, paths, strict=True), start=1)]
    places = [column(each) for each in (FILE, ROW, FAULT, SAID)]
    engine.create(name, staged([*stages, read], selected([*cells, *places], "read")), kept=False)
    return Opened(
        name, {each: Cell(each, column(each), notation=notations(each), infers=True) for each in names}, located.names
    )


def _cell(nth: int, path: Sequence[str]) -> exp.Expr:
    return sql(_CELL, cell=sql("list_extract(cells, :nth)", nth=number(nth)), pointer=text(pointer(*path)))


def _read(paths: Sequence[tuple[str, ...]], source: str) -> exp.Select:
    """Each object taken apart once."""
    pointers = texts(pointer(*path) for path in paths)
    cells = sql("case when _fault is null then json_extract_string(_said, :pointers) end", pointers=pointers)
    return selected(["*", *([named(cells, "cells")] if paths else [])], source)


def pointer(*path: str) -> str:
    """A path of keys as a JSON pointer, in which `~` and `/` are written otherwise."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def keys(engine: Engine, stages: Stages, *above: str) -> list[str]:
    """The keys of the objects in the last of the stages, or of the object in each that is `above` them."""
    told = query(
        """select _file, _row, json_keys(_said, :above) as keys,
               generate_subscripts(json_keys(_said, :above), 1) as nth
           from found where case when _fault is null then json_type(_said, :above) end = 'OBJECT'""",
        above=text(pointer(*above)),
    )
    first = query(
        """select list_extract(keys, nth) as key, min((_file, _row, nth)) as first from told
           group by list_extract(keys, nth) order by first"""
    )
    found = ("found", all_of(stages[-1][0]))
    return [str(key) for key in engine.fetch(staged([*stages, found, ("told", told)], first)).column(0).to_pylist()]


def _refuse_others(located: Located, script: Script) -> None:
    """Raise where a file is one JSON array, or begins without any object: no line of it would be read."""
    for path, shown in zip(located.paths, located.names, strict=True):
        with script.open_text(path) as file:
            begins = file.read(_GLANCE).lstrip()
            if begins.startswith("[") and _end(file, begins).endswith("]"):
                raise SourceError(f"{shown} is one JSON array", "write one object on each line: JSON Lines")
        if begins and "{" not in begins:
            raise SourceError(f"{shown} is not JSON Lines, whatever its name says", "name the file by what it holds")


def _end(file: TextIO, begins: str) -> str:
    """The last of a file's text, from where it has been read."""
    last = begins
    while more := file.read(_PIECE):
        last = more if more.strip() else last
    return last.rstrip()
