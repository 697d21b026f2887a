"""Where a table's rows are, as the manifest names it: a file by its ending, and in some kinds a part of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from compliance.model.base import JsonSchema
from compliance.workspace.address import is_address, split_address
from compliance.yamldoc import Misplaced, did_you_mean


class SourceKind(StrEnum):
    """What kind of source a table is read from."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    SQLITE = "sqlite"
    OCEL = "ocel"
    XLSX = "xlsx"
    POSTGRESQL = "postgresql"


class Packing(StrEnum):
    """How a file of text is packed."""

    GZIP = "gzip"
    ZSTD = "zstd"


_ENDINGS: Mapping[str, SourceKind] = {
    ".csv": SourceKind.CSV,
    ".tsv": SourceKind.CSV,
    ".jsonl": SourceKind.JSONL,
    ".ndjson": SourceKind.JSONL,
    ".parquet": SourceKind.PARQUET,
    ".sqlite": SourceKind.SQLITE,
    ".sqlite3": SourceKind.SQLITE,
    ".db": SourceKind.SQLITE,
    ".jsonocel": SourceKind.OCEL,
    ".xlsx": SourceKind.XLSX,
    ".xlsm": SourceKind.XLSX,
}
_PACKED: Mapping[str, Packing] = {".gz": Packing.GZIP, ".zst": Packing.ZSTD}
_IN_PARTS = frozenset({SourceKind.SQLITE, SourceKind.OCEL, SourceKind.XLSX, SourceKind.JSONL})
_PACKABLE = frozenset({SourceKind.CSV, SourceKind.JSONL})
_READ = "this version reads CSV, JSON Lines, Parquet, SQLite, XLSX and OCEL 2.0"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table's rows are: a path relative to the workspace (maybe a glob) or an address, and a table of it."""

    kind: SourceKind
    path: str
    table: str | None = None

    def __str__(self) -> str:
        return f"{self.path}::{self.table}" if self.table else self.path

    @property
    def ending(self) -> str:
        """The path's ending in small letters, with its dot and without that of a packed file."""
        return _endings(self.path)[0]

    @property
    def packing(self) -> Packing | None:
        """How the file is packed, by its last ending."""
        return _PACKED.get(_endings(self.path)[1])

    @classmethod
    def parse(cls, written: str) -> "Source":
        """Read `path` or `path::Table`; raises ValueError with one sentence and its place."""
        if is_address(written):
            return cls(SourceKind.POSTGRESQL, *split_address(written))
        if scheme := _SCHEME.match(written):
            raise Misplaced(f"`{scheme[0]}` is not read", help=f"{_READ}, and postgresql://", width=scheme.end())
        path, separator, table = written.partition("::")
        ending, packed = _endings(path)
        if ending == ".xls":
            raise Misplaced("old workbooks (.xls) are not read", help="save it as XLSX")
        kind = _ENDINGS.get(ending) or _no_kind(path, ending)
        if packed and kind not in _PACKABLE:
            says = f"a {ending} file is not read packed"
            offset = len(path) - len(packed)
            raise Misplaced(says, help="unpack it; only CSV and JSON Lines are read packed", offset=offset)
        if kind is SourceKind.SQLITE and not table:
            raise Misplaced("a SQLite file needs the name of a table", help=f"write `{path}::Table`")
        if kind is SourceKind.OCEL and not table:
            raise Misplaced("an OCEL log needs the name of a type", help=f"write `{path}::type of events or objects`")
        if kind not in _IN_PARTS and separator:
            says = f"a {ending} file has no tables to choose from"
            raise Misplaced(
                says, help="leave out what begins with `::`", offset=len(path), width=len(written) - len(path)
            )
        return cls(kind, path, table or None)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from text."""
        return core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchema:
        """A text that ends as one of the kinds does."""
        return {"type": "string", "pattern": written_pattern()}


def written_pattern() -> str:
    """What a source is written like, for a JSON Schema."""
    files = "|".join(
        rf"\.{_any_case(ending)}{_PACKED_LIKE if kind in _PACKABLE else ''}{_part_of(kind)}"
        for ending, kind in _ENDINGS.items()
    )
    return rf"^(postgres(ql)?://.+::.+|\$\{{\w+\}}.*::.+|(?![A-Za-z][A-Za-z0-9+.-]*://)(?!.*::.*::)[^:]*(:[^:]+)*[^/:]({files}))$"


_PACKED_LIKE = r"(\.[gG][zZ]|\.[zZ][sS][tT])?"


def _any_case(ending: str) -> str:
    return "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in ending[1:])


def _part_of(kind: SourceKind) -> str:
    """What follows a file's ending: the name of a part of it, which some kinds must have and some can't."""
    if kind in {SourceKind.SQLITE, SourceKind.OCEL}:
        return "::.+"
    return "(::.*)?" if kind in _IN_PARTS else ""


def _endings(path: str) -> tuple[str, str]:
    """What tells the kind of a file, and what tells how it is packed; either may be empty."""
    pure = PurePosixPath(path)
    last = pure.suffix.lower()
    return (PurePosixPath(pure.stem).suffix.lower(), last) if last in _PACKED else (last, "")


_INSTEAD = {
    ".json": "write one object on each line and call it .jsonl: JSON Lines",
    ".xes": "export the log as CSV, Parquet or OCEL 2.0",
}


def _no_kind(path: str, ending: str) -> SourceKind:
    """Refuse a path whose ending tells nothing."""
    if not ending:
        raise Misplaced(f"`{path}` has no ending that tells what it is", help=_READ)
    offset = path.lower().rindex(ending)
    advice = _INSTEAD.get(ending) or did_you_mean(ending, _ENDINGS) or _READ
    raise Misplaced(f"files ending in `{ending}` are not read", help=advice, offset=offset, width=len(ending))
