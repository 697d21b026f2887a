"""What the manifest says of one table: its source, its columns, how to read them, and what wins over the standard."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, WithJsonSchema, field_validator, model_validator
from pydantic_core import CoreSchema

from compliance.model.base import A_TEXT, JsonSchema, Strict
from compliance.model.types import ColumnType
from compliance.workspace.cells import EPOCHS
from compliance.workspace.source import Source
from compliance.yamldoc import Misplaced


class Heartbeat(Strict):
    """How often a table must have a row, and for each value of which columns."""

    per: Literal["working_day"]
    by: tuple[str, ...] = ()


def _time_format(written: str) -> str:
    if "%" not in written and written not in EPOCHS:
        counted = ", ".join(EPOCHS)
        raise ValueError(f"`{written}` is no format of a date; write for example %d.%m.%Y, or {counted}")
    return written


_WRITTEN = ("header", "names", "delimiter", "encoding", "decimal", "true", "false")
"""How a file is written: keys of an entry, which may also stand under its `format`."""


_ONE_CHARACTER = WithJsonSchema({"anyOf": [{**A_TEXT, "maxLength": 1}, {"enum": [*range(10)]}]})
_A_TIME_FORMAT: JsonSchema = {"anyOf": [{"type": "string", "pattern": "%"}, {"enum": [*EPOCHS]}]}


def _dates(written: Any) -> bool:  # noqa: ANN401 what YAML holds
    return isinstance(written, str) and ("%" in written or written in EPOCHS)


def _format_schema(keys: JsonSchema) -> JsonSchema:
    """How the file is written by its keys, and the dates of every other column."""
    return {
        "type": "object",
        "properties": {name: {"anyOf": [_A_TIME_FORMAT, keys[name]]} for name in _WRITTEN},
        "additionalProperties": _A_TIME_FORMAT,
    }


def _once_schema(name: str) -> JsonSchema:
    """What an entry gives itself is under `format` the name of a column, which has dates."""
    under = {"properties": {"format": {"properties": {name: _A_TIME_FORMAT}}}}
    return {"if": {"required": [name]}, "then": under}


def _given(name: str, value: JsonSchema) -> JsonSchema:
    """A key of a file's form, where it stands."""
    own: JsonSchema = {"required": [name], "properties": {name: value}}
    below = {"required": ["format"], "properties": {"format": own}}
    return {"anyOf": [own, {"allOf": [{"not": {"required": [name]}}, below]}]}


def _named_schema() -> JsonSchema:
    """Names say what the first line is, and without a header there are names."""
    names, header = (_given(name, {"not": {"type": "null"}}) for name in ("names", "header"))
    nameless = {"if": names, "then": header}
    return {"allOf": [nameless, {"if": _given("header", {"const": False}), "then": names}]}


def _as_read(whole: JsonSchema) -> JsonSchema:
    """The schema of an entry with what its validators add."""
    keys = whole["properties"]
    own = {"properties": keys | {"format": _format_schema(keys)}}
    return whole | own | {"allOf": [_named_schema(), *map(_once_schema, _WRITTEN)]}


class Entry(Strict):
    """What the manifest says of one table; what it does not give is None and left to the standard."""

    source: Source | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    key: str | Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    at: str | None = None
    bearer: str | None = None
    heartbeat: Literal["none", "working_day"] | Heartbeat | None = None
    types: dict[str, ColumnType] = Field(default_factory=dict)
    format: dict[str, Annotated[str, AfterValidator(_time_format)]] = Field(default_factory=dict)
    header: Annotated[bool, Field(strict=True)] | Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    names: Annotated[tuple[str, ...], Field(json_schema_extra={"uniqueItems": True})] | None = None
    delimiter: Annotated[str, _ONE_CHARACTER] | None = None
    encoding: str | None = None
    decimal: Literal[".", ","] | None = None
    true: tuple[str, ...] | None = None
    false: tuple[str, ...] | None = None
    refs: dict[str, str] = Field(default_factory=dict)
    ahead: bool | None = None
    valid_from: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _beside_format(cls, given: Any) -> Any:  # noqa: ANN401 what YAML holds
        """How the file is written may stand under `format`, too, unless it is how a column of that name has dates."""
        formats = given.get("format") if isinstance(given, dict) else None
        if not isinstance(formats, dict):
            return given
        moved = {
            name: formats[name]
            for name in _WRITTEN
            if name in formats and name not in given and not _dates(formats[name])
        }
        left = {name: written for name, written in formats.items() if name not in moved}
        return {**moved, **given, "format": left}

    def gives(self, key: str) -> bool:
        """Whether the manifest gives this key, be it as null: `at: null` says that the table has none."""
        return key in self.model_fields_set

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        """Tell what may stand under `format`, and that names and a header ask for one another."""
        told = handler(core)
        whole = handler.resolve_ref_schema(told)
        whole |= _as_read(whole)
        return told

    @property
    def key_columns(self) -> tuple[str, ...] | None:
        """The columns of the key, None where the manifest gives none."""
        return (self.key,) if isinstance(self.key, str) else self.key

    @property
    def header_line(self) -> int | None:
        """The line or row that holds the columns' names, where the manifest counts it; else it is the first filled."""
        return None if isinstance(self.header, bool) else self.header

    @property
    def separator(self) -> str:
        """What stands between two cells of a CSV file: as given, else a tab for .tsv and a comma for others."""
        tabs = self.source is not None and self.source.ending == ".tsv"
        return self.delimiter or ("\t" if tabs else ",")

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, delimiter: str | None) -> str | None:
        if delimiter is not None and len(delimiter) != 1:
            raise Misplaced("`delimiter` must be one character", help='a tab is written "\\t"')
        return delimiter

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        try:
            "".encode(encoding or "utf-8")
        except (LookupError, ValueError):
            advice = "write for example utf-8, cp1251 or latin-1"
            raise Misplaced(f"there is no encoding `{encoding}`", help=advice) from None
        return encoding

    @field_validator("names")
    @classmethod
    def _each_once(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for index, name in enumerate(names or ()):
            if name in (names or ())[:index]:
                raise Misplaced(f"the column `{name}` is named twice", index)
        return names

    @model_validator(mode="after")
    def _yes_or_no(self) -> "Entry":
        yes = {word.casefold() for word in self.true or ()}
        for index, word in enumerate(self.false or ()):
            if word.casefold() in yes:
                raise Misplaced(f"`{word}` can't mean both yes and no", "false", index)
        return self

    @model_validator(mode="after")
    def _named_where_no_header_names(self) -> "Entry":
        if self.names is not None and self.header is None:
            advice = (
                "write `header: false` where the first line is a record, `header: true` where `names` replace a header"
            )
            raise Misplaced(
                "`names` without `header` leaves open what the first line is", "names", key=True, help=advice
            )
        if self.header is False and self.names is None:
            raise Misplaced(
                "without a header the columns need `names`", "header", help="names: [first, second]", key=True
            )
        return self


class TableEntry(Entry):
    """A table of the manifest: an entry with its source; a bare path is the same as one with a source only."""

    source: Source

    @model_validator(mode="before")
    @classmethod
    def _bare_path(cls, given: Any) -> Any:  # noqa: ANN401 what YAML holds
        if given is None:
            raise ValueError("a table needs the path of its file, or keys with at least `source`")
        return {"source": given} if isinstance(given, str) else given

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        """Tell of a bare path, too."""
        whole = _as_read(handler.resolve_ref_schema(handler(core)))
        return {"description": whole.get("description", ""), "anyOf": [whole["properties"]["source"], whole]}
