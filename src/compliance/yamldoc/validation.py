"""Check data by a pydantic model, and keep of its errors those that a reader can act on."""

import re
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from compliance.model.problem import Mend
from compliance.yamldoc.nodes import Loc, Mapping, Node, Scalar, Sequence, child, plain

if TYPE_CHECKING:
    from collections.abc import Hashable

M = TypeVar("M")

# A text was asked for and something else was found: the scalar's written form is tried.
_ASKS_TEXT = frozenset({"string_type", "string_sub_type", "literal_error", "enum"})
# Not the wrong content but the wrong sort of value: another branch of a union may be meant.
_OTHER_SORT = re.compile(r".*_(type|parsing|error)|enum|int_from_float|date_from_datetime_inexact")
_CONTENT = frozenset({"value_error", "assertion_error"})
_MOMENTS: tuple[tuple[type, str], ...] = (
    (date, "datetime_type"),
    (time, "time_type"),
    (timedelta, "time_delta_type"),
)


class Misplaced(ValueError):  # noqa: N818 said of a value, as Problem is
    """What a validator raises to point into the value it was given: at a key, an item or a character of it.

    `lint` is the id under which a reader may look the mistake up, `mend` what mends it without thought.
    """

    def __init__(
        self,
        says: str,
        *path: str | int,
        help: str = "",  # noqa: A002 the word users see
        offset: int | None = None,
        width: int | None = None,
        key: bool = False,
        lint: str = "",
        mend: Mend | None = None,
    ) -> None:
        super().__init__(says)
        self.path, self.help, self.offset, self.width, self.key = path, help, offset, width, key
        self.lint, self.mend = lint, mend


class Step(NamedTuple):
    """One part of an error's place: a key or index, or the branch of a union."""

    part: str | int
    branch: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """One pydantic error with its place in the file; `others` are what other branches of a union would have taken."""

    type: str
    steps: tuple[Step, ...]
    message: str = ""
    ctx: dict[str, Any] = field(default_factory=dict)
    of_key: bool = False
    others: tuple["Fault", ...] = ()

    @property
    def loc(self) -> Loc:
        """The keys and indexes that lead to the value."""
        return tuple(step.part for step in self.steps if not step.branch)

    @property
    def other_sort(self) -> bool:
        """Whether the value is of another sort than asked for, rather than a bad one of its sort."""
        return self.type not in _CONTENT and bool(_OTHER_SORT.fullmatch(self.type))


class Invalid(Exception):  # noqa: N818 it never leaves the package
    """The data is not what the model asks for; carries every fault."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


def validate(root: Node, model: type[M]) -> M:
    """The model's value of the nodes; raises Invalid with every fault.

    A field that asks for text gets the scalar as written, be it `2026`, `true` or a date: where pydantic misses
    text and the file holds a scalar, its written form is put in and the whole is checked again.
    """
    adapter: TypeAdapter[M] = _adapter(cast("Hashable", model))
    as_written: set[Loc] = set()
    while True:
        try:
            value = adapter.validate_python(plain(root, as_written))
        except ValidationError as error:
            faults = _faults(error, root)
            wanted = {fault.loc for fault in faults if _wants_written(fault, root)} - as_written
            if not wanted:
                raise Invalid(settle(faults)) from None
            as_written |= wanted
        else:
            break
    if changed := _changed(value, root):
        raise Invalid(changed)
    return value


@cache
def _adapter(model: type[M]) -> TypeAdapter[M]:
    """What checks by a model; to make it takes as long as to check a small file by it."""
    return TypeAdapter(model)


def _faults(error: ValidationError, root: Node) -> list[Fault]:
    return [
        Fault(
            entry["type"],
            steps,
            entry["msg"],
            entry.get("ctx", {}),
            of_key="[key]" in entry["loc"][-1:],
        )
        for entry in error.errors(include_url=False, include_input=False)
        for steps in [_steps(entry["loc"], entry["type"], root)]
    ]


def _steps(loc: Loc, kind: str, root: Node) -> tuple[Step, ...]:
    """Pydantic's place with branches told from keys: a branch is a word that is no key of the mapping reached."""
    node: Node | None = root
    steps: list[Step] = []
    for index, part in enumerate(loc):
        below = child(node, part) if node else None
        missing = kind == "missing" and index == len(loc) - 1
        if below is None and not missing:
            if part != "[key]":
                steps.append(Step(part, branch=True))
            continue
        steps.append(Step(part, branch=False))
        node = below
    return tuple(steps)


def _at(root: Node, loc: Loc) -> Node | None:
    node: Node | None = root
    for part in loc:
        node = child(node, part) if node else None
    return node


def _wants_written(fault: Fault, root: Node) -> bool:
    """Whether text was asked for where an unquoted number, date, `true` or `false` stands."""
    node = _at(root, fault.loc)
    return fault.type in _ASKS_TEXT and isinstance(node, Scalar) and not isinstance(node.value, str | None)


def settle(faults: list[Fault], depth: int = 0) -> list[Fault]:
    """The faults, with one branch chosen of every union.

    `depth` is the number of steps that all of them share.
    """
    here = [fault for fault in faults if len(fault.steps) == depth]
    deeper = [fault for fault in faults if len(fault.steps) > depth]
    settled = {step: settle(group, depth + 1) for step, group in _grouped(deeper, depth).items()}
    branches = [group for step, group in settled.items() if step.branch]
    keyed = [fault for step, group in settled.items() if not step.branch for fault in group]
    shared = tuple(step.part for step in faults[0].steps[:depth] if not step.branch) if faults else ()
    return here + keyed + (_branch(branches, shared) if branches else [])


def _grouped(faults: list[Fault], depth: int) -> dict[Step, list[Fault]]:
    groups: dict[Step, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(fault.steps[depth], []).append(fault)
    return groups


def _branch(branches: list[list[Fault]], loc: Loc) -> list[Fault]:
    """Of a union at `loc` the branch that was meant: of the value's own sort, with the fewest faults; else all."""
    meant = [faults for faults in branches if not all(fault.other_sort and fault.loc == loc for fault in faults)]
    if meant:
        return min(meant, key=len)
    faults = [fault for faults in branches for fault in faults]
    first, *rest = faults
    others = (*first.others, *(part for fault in rest for part in (fault, *fault.others)))
    return [Fault(first.type, first.steps, first.message, first.ctx, first.of_key, others)]


def _changed(value: object, node: Node, steps: tuple[Step, ...] = ()) -> list[Fault]:
    """Scalars that pydantic silently made something else of: a number a date, `true` a number, 1 `true`."""
    match node:
        case Scalar():
            wanted = _not_kept(value, node)
            return [Fault(wanted, steps)] if wanted else []
        case Sequence() if isinstance(value, list | tuple) and len(value) == len(node.items):
            pairs: list[tuple[str | int, object, Node]] = [
                (index, part, item) for index, (part, item) in enumerate(zip(value, node.items, strict=True))
            ]
        case Mapping() if isinstance(value, dict | BaseModel):
            parts = _parts(value)
            pairs = [(key, parts[key], item) for key, item in node.values.items() if key in parts]
        case _:
            return []
    return [fault for part, below, item in pairs for fault in _changed(below, item, (*steps, Step(part, branch=False)))]


def _parts(value: dict[Any, Any] | BaseModel) -> dict[str, object]:
    """A model's values by the keys that the file has for them."""
    if isinstance(value, dict):
        return {str(key): part for key, part in value.items()}
    fields = type(value).model_fields
    return {str(info.alias or name): getattr(value, name) for name, info in fields.items()}


def _not_kept(value: object, scalar: Scalar) -> str | None:
    """What was asked for, as pydantic's type of error, where the scalar is no such thing."""
    given = scalar.value
    number = isinstance(given, int | Decimal) and not isinstance(given, bool)
    if number and isinstance(value, date | time | timedelta):
        return next(kind for sort, kind in _MOMENTS if isinstance(value, sort))
    if number and isinstance(value, bool):
        return "bool_type"
    if isinstance(given, bool) and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return "int_type" if isinstance(value, int) else "decimal_type"
    return None
