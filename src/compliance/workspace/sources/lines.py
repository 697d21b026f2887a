"""A text file as its physical lines, numbered, on the engine."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.workspace.sql import query, sql, text, texts

NO_SIGN = "\x01\x02\x1f\x03"  # a delimiter that stands in no text: a line is one cell
REPLACED = "\N{REPLACEMENT CHARACTER}"


def keep_lines(engine: Engine, name: str, paths: Sequence[Path], encoding: str | None) -> None:
    """Make the files' lines known as `name`: `_file` (from 0), `_row` (from 1) and `text`."""
    if encoding is not None:
        engine.hand_over(name, decoded(paths, encoding))
        return
    try:
        engine.create(name, _numbered(paths), kept=True)
    except Exception:  # noqa: BLE001 whatever the engine dislikes about the bytes, Python reads them
        engine.hand_over(name, decoded(paths, "utf-8-sig"))


def _numbered(paths: Sequence[Path]) -> exp.Select:
    """The engine's own reading; its row numbers run on from file to file, so each file's first is taken off."""
    lines = sql(
        """select row_number() over () as n, list_position(:paths, path) - 1 as _file, line as text
           from read_csv(:paths, auto_detect = false, columns = {'line': 'VARCHAR'}, delim = :sign, quote = '',
                         escape = '', header = false, strict_mode = false, filename = 'path')""",
        paths=texts(str(path) for path in paths),
        sign=text(NO_SIGN),
    )
    query_ = query(
        """select _file, n - min(n) over (partition by _file) + 1 as _row, text from lines"""
        if len(paths) > 1
        else "select _file, n as _row, text from lines"
    )
    return query_.with_("lines", as_=lines)


def decoded(paths: Sequence[Path], encoding: str) -> pa.Table:
    """The lines read by Python; what is no text in this encoding becomes the replacement character."""
    return pa.concat_tables(_decoded(index, path, encoding) for index, path in enumerate(paths))


def _decoded(index: int, path: Path, encoding: str) -> pa.Table:
    whole = path.read_bytes().decode(encoding, errors="replace").removeprefix("\ufeff")
    lines = whole.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    return pa.table(
        {
            "_file": pa.repeat(pa.scalar(index, pa.int32()), len(lines)),
            "_row": pa.array(range(1, len(lines) + 1), pa.int64()),
            "text": pa.array(lines, pa.string()),
        }
    )
