"""A text file as its physical lines, numbered, on the engine."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.workspace.sources.script import Script
from compliance.workspace.sql import query, sql, text, texts

NO_SIGN = "\x01\x02\x1f\x03"  # a delimiter that stands in no text: a line is one cell
_PIECE = 1 << 24  # characters read at a time
_SCHEMA = pa.schema([("_file", pa.int32()), ("_row", pa.int64()), ("text", pa.string())])
REPLACED = "\N{REPLACEMENT CHARACTER}"


def keep_lines(engine: Engine, name: str, paths: Sequence[Path], script: Script) -> None:
    """Make the files' lines known as `name`: `_file` (from 0), `_row` (from 1) and `text`."""
    if script.encoding is not None:
        engine.hand_over(name, decoded(paths, script))
        return
    try:
        engine.create(name, _numbered(paths, script), kept=True)
    except Exception:  # noqa: BLE001 whatever the engine dislikes about the bytes, Python reads them
        engine.hand_over(name, decoded(paths, script))


def _numbered(paths: Sequence[Path], script: Script) -> exp.Select:
    """The engine's own reading; its row numbers run on from file to file, so each file's first is taken off."""
    lines = sql(
        """select row_number() over () as n, list_position(:paths, path) - 1 as _file, line as text
           from read_csv(:paths, auto_detect = false, columns = {'line': 'VARCHAR'}, delim = :sign, quote = '',
                         escape = '', header = false, strict_mode = false, filename = 'path',
                         compression = :packing)""",
        paths=texts(str(path) for path in paths),
        sign=text(NO_SIGN),
        packing=text(script.packing or "none"),
    )
    query_ = query(
        """select _file, n - min(n) over (partition by _file) + 1 as _row, text from lines"""
        if len(paths) > 1
        else "select _file, n as _row, text from lines"
    )
    return query_.with_("lines", as_=lines)


def decoded(paths: Sequence[Path], script: Script) -> pa.RecordBatchReader:
    """The lines read by Python, many at a time."""
    batches = (batch for index, path in enumerate(paths) for batch in _decoded(index, path, script))
    return pa.RecordBatchReader.from_batches(_SCHEMA, batches)


def _decoded(index: int, path: Path, script: Script) -> Iterator[pa.RecordBatch]:
    first = 1
    with script.open_text(path) as file:
        while lines := file.readlines(_PIECE):
            lines[0] = lines[0].removeprefix("\ufeff") if first == 1 else lines[0]
            yield _batch(index, first, [line.removesuffix("\n") for line in lines])
            first += len(lines)


def _batch(index: int, first: int, lines: list[str]) -> pa.RecordBatch:
    numbers = pa.array(range(first, first + len(lines)), pa.int64())
    files = pa.repeat(pa.scalar(index, pa.int32()), len(lines))
    return pa.record_batch([files, numbers, pa.array(lines, pa.string())], _SCHEMA)
