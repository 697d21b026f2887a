"""The building blocks that every kind is put together from, as they stand in a rule file."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from compliance.language.durations import WRITTEN, duration
from compliance.language.exact import reckoned
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.model.base import A_TEXT, TEXTS, JsonSchema, ShortForms, Strict, given, with_short_forms
from compliance.yamldoc import Misplaced

Name = Annotated[str, StringConstraints(min_length=1)]
Expression = Annotated[str, StringConstraints(min_length=1)]


class ParameterRef(Strict):
    """`{parameter: name}`: a dated value kept beside the rules."""

    parameter: Name


def _as_duration(value: object) -> object:
    if isinstance(value, str):
        duration(value)
    elif value is None or isinstance(value, list):
        message = "this is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month"
        raise ValueError(message)
    return value


DurationText = Annotated[str, BeforeValidator(_as_duration), WithJsonSchema({"type": "string", "pattern": WRITTEN})]
DurationValue = DurationText | ParameterRef
WholeValue = int | ParameterRef
# Not pydantic's own `max_digits`: beside `decimal_places` it leaves what lies before the point only the rest of them.
Number = Annotated[Decimal, AfterValidator(reckoned)]
Factor = Annotated[Decimal, Field(max_digits=12)]
Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    ShortForms(lambda whole: [A_TEXT, whole]),
]


def _as_match(value: object) -> object:
    """A list of columns stands for columns that are named alike on both sides."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {name: name for name in value}
    if not isinstance(value, dict):
        message = "`match` is a list of columns that are equal, or a mapping from its column to the other record's"
        raise ValueError(message)  # noqa: TRY004 pydantic tells ValueErrors
    return value


Match = Annotated[Mapping[Name, Name], BeforeValidator(_as_match), ShortForms(lambda whole: [TEXTS, whole])]
MOST_PREVIOUS = 1000
_BOUNDS = ("number", "expression", "parameter", "plan", "authority", "previous", "of")
_SECOND = ("where", "at", "match", "measure", "window", "minimum", "with_", "without")


class Bound(Strict):
    """A bound: a number, an expression, `{parameter}`, `{plan}`, `{previous}`, `{authority}` or a second measure.

    Each takes `times`. A second measure is a block of its own, beginning with `of`. `present` stands beside `previous`:
    the share of the working days that the bearer must have been there, in both windows, to be held against the other.
    """

    model_config = ConfigDict(json_schema_extra={"oneOf": [given(name) for name in _BOUNDS]})

    number: Number | None = None
    expression: Expression | None = None
    parameter: Name | None = None
    plan: Name | ParameterRef | None = None
    authority: Name | None = None
    previous: Annotated[int, Field(ge=1, le=MOST_PREVIOUS)] | ParameterRef | None = None
    present: Annotated[Factor, Field(gt=0, le=1)] | ParameterRef | None = None
    times: Factor | ParameterRef | None = None
    of: Name | None = None
    where: Expression | None = None
    at: Name | None = None
    match: Match = Field(default_factory=dict)
    measure: str = "count"
    window: Expression | None = None
    minimum: Number | ParameterRef | None = None
    with_: "Linked | None" = Field(default=None, alias="with")
    without: "Linked | None" = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        """A bare number or expression stands for itself."""
        if isinstance(value, bool):
            message = "a bound is a number, an expression, or a mapping with parameter, plan, previous, authority or of"
            raise ValueError(message)  # noqa: TRY004 pydantic tells ValueErrors
        if isinstance(value, int | Decimal):
            return {"number": value}
        if isinstance(value, str):
            return {"expression": value}
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        """Tell of a bare number or expression, too."""
        return with_short_forms(core, handler, lambda _: [{"type": "number"}, A_TEXT])

    @model_validator(mode="after")
    def _one(self) -> "Bound":
        if sum(getattr(self, name) is not None for name in _BOUNDS) != 1:
            message = "a bound is exactly one of a number, an expression, parameter, plan, previous, authority or of"
            raise ValueError(message)
        stray = [name for name in _SECOND if name in self.model_fields_set and self.of is None]
        if stray:
            name = stray[0].rstrip("_")
            raise Misplaced(f"`{name}` belongs to a second measure, which begins with `of`", name, key=True)
        if self.present is not None and self.previous is None:
            message = "`present` belongs to an earlier window, which is named with `previous`"
            raise Misplaced(message, "present", key=True)
        return self

    @property
    def plain(self) -> Decimal | None:
        """The number, where it is no more than one."""
        return self.number if self.times is None else None

    @property
    def second(self) -> "Block | None":
        """The block of a second measure."""
        if self.of is None:
            return None
        return Block.model_construct(
            of=self.of, where=self.where, at=self.at, match=self.match, with_=self.with_, without=self.without
        )


class Bounds(Strict):
    """One or two of `at_least`, `at_most`, `more_than`, `less_than`."""

    at_least: Bound | None = None
    at_most: Bound | None = None
    more_than: Bound | None = None
    less_than: Bound | None = None

    @property
    def lower(self) -> tuple[str, Bound] | None:
        """The bound that must be reached, with its key."""
        return next(((key, bound) for key in ("at_least", "more_than") if (bound := getattr(self, key))), None)

    @property
    def upper(self) -> tuple[str, Bound] | None:
        """The bound that must not be passed, with its key."""
        return next(((key, bound) for key in ("at_most", "less_than") if (bound := getattr(self, key))), None)

    @property
    def sides(self) -> dict[str, tuple[str, Bound]]:
        """The bounds given by their side, `lower` or `upper`, each with its key."""
        return {side: given for side, given in (("lower", self.lower), ("upper", self.upper)) if given}

    def bounds(self) -> tuple[tuple[str, Bound], ...]:
        """The bounds given, the lower first."""
        return tuple(self.sides.values())

    @model_validator(mode="after")
    def _sides(self) -> "Bounds":
        for a, b in (("at_least", "more_than"), ("at_most", "less_than")):
            if getattr(self, a) is not None and getattr(self, b) is not None:
                message = f"`{a}` and `{b}` bound the same side; keep one"
                raise ValueError(message)
        return self


class Measured(Bounds):
    """A measure and its bounds."""

    measure: str = "count"

    @model_validator(mode="after")
    def _fractions(self) -> "Measured":
        if not self.measure.lstrip().lower().startswith("share"):
            return self
        for key, bound in self.bounds():
            if bound.plain is not None and not 0 <= bound.plain <= 1:
                raise Misplaced("a share is a fraction from 0 to 1", key, help="write 5 % as 0.05")
        return self


class Block(Strict):
    """Records of a table: `of` the table, `where` they count, `at` another column for when it happened.

    `match` says how they belong to another record; `with` and `without` name a further block that must, or must not,
    have a record that matches.
    """

    of: Name
    where: Expression | None = None
    at: Name | None = None
    match: Match = Field(default_factory=dict)
    with_: "Linked | None" = Field(default=None, alias="with")
    without: "Linked | None" = None


class Linked(Block, Measured):
    """The further block of `with` or `without`; with bounds, its measure must meet them."""

    @model_validator(mode="after")
    def _asks_something(self) -> "Linked":
        if "measure" in self.model_fields_set and not self.bounds():
            advice = "add at_least, more_than, at_most or less_than, or leave `measure` out"
            raise Misplaced("this measure has no bound", "measure", key=True, help=advice)
        return self


class Each(Strict):
    """One part of `for_each`: the records of a table, the members of a list, or the distinct values of columns."""

    of: Name | None = None
    where: Expression | None = None
    owner: Name | None = None
    at: Name | None = None
    with_: "Linked | None" = Field(default=None, alias="with")
    without: "Linked | None" = None
    item: tuple[bool | int | Decimal | date | datetime | Name, ...] | ParameterRef | None = None
    named: Name = "item"
    columns: tuple[Name, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _own_name(cls, value: object) -> object:
        """A list may have a name of its own: `{store: [north, south]}` is `each.store`."""
        if isinstance(value, dict) and len(value) == 1:
            name, members = next(iter(value.items()))
            if name not in cls.model_fields and isinstance(members, list | dict):
                return {"item": members, "named": name}
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        """Tell of a list with a name of its own, too."""
        return with_short_forms(core, handler, _named_list)

    @model_validator(mode="after")
    def _one(self) -> "Each":
        if sum((self.of is not None, self.item is not None, bool(self.columns))) != 1:
            message = "`for_each` is a block with `of`, a list with `item`, or column names"
            raise ValueError(message)
        stray = [name for name in ("where", "owner", "at", "with_", "without") if getattr(self, name) is not None]
        if self.of is None and stray:
            message = "`where`, `at`, `owner`, `with` and `without` belong to a `for_each` with `of`"
            raise ValueError(message)
        return self


def _named_list(each: JsonSchema) -> list[Mapping[str, Any]]:
    """One key that is none of `for_each`, with the members as its value."""
    known = {"not": {"enum": sorted(each["properties"])}}
    item = each["properties"]["item"]
    return [
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "propertyNames": known,
            "additionalProperties": {"anyOf": [form for form in item["anyOf"] if form != {"type": "null"}]},
        }
    ]


def _each_forms(parts: JsonSchema) -> list[Mapping[str, Any]]:
    """One part, the columns of one, or several parts."""
    each = parts["items"]
    return [each, TEXTS, {"type": "array", "minItems": 1, "items": {"anyOf": [each, TEXTS]}}]


def _each_parts(value: object) -> object:
    """`{of: …}` is one part, `[chain]` is columns, a list of mappings and lists of columns is several parts."""
    if isinstance(value, dict):
        return (value,)
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return ({"columns": value},)
    if isinstance(value, list) and any(isinstance(part, str) for part in value):
        message = "columns beside other parts of `for_each` are a list of their own, such as `[{of: clients}, [chain]]`"
        raise ValueError(message)
    if isinstance(value, list) and value:
        return [{"columns": part} if isinstance(part, list) else part for part in value]
    message = "`for_each` is a block with `of`, a list with `item`, column names, or a list of several of these"
    raise ValueError(message)


for _model in (Bound, Bounds, Measured, Block, Linked, Each):
    _model.model_rebuild()

ForEach = Annotated[tuple[Each, ...], BeforeValidator(_each_parts), ShortForms(_each_forms)]


class Bearer(Strict):
    """Who owes: filtered by `position`, `level` and `where`; named by `who` where it is not the record's own bearer."""

    position: Names | ParameterRef | None = None
    level: int | str | tuple[int | str, ...] | ParameterRef | None = None
    where: Expression | None = None
    who: Expression | None = None

    @property
    def filters(self) -> bool:
        """Whether it admits some people only."""
        return not (self.position is None and self.level is None and self.where is None)

    @property
    def of_entity(self) -> bool:
        """Whether `who` speaks of nothing but the entity of `for_each`: `each.manager_id`."""
        try:
            return self.who is not None and {path[0] for path in paths(parse(self.who))} == {"each"}
        except ExpressionError:
            return False


NOBODY = "none"  # `who: none`: the other party of a contract
Unless = Literal["approved"]
IfNull = Literal["undetermined", "breached"]


class Excusable(Strict):
    """What may save a record: an approval; and what becomes of one that can't be told."""

    unless: Unless | None = None
    if_null: IfNull = "undetermined"


PerName = Literal["day", "working_day", "week", "month", "quarter", "year"]
