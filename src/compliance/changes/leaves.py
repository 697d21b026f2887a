"""A rule, document or parameter as its keys with their values, whatever its file looks like."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import time
from enum import Enum

from pydantic import BaseModel

from compliance.changes.model import Leaf
from compliance.language.blocks import Bound
from compliance.language.parameters import DatedValue
from compliance.rulebook.schema import Clause

# Text in quotes is kept to the letter, and so is all text that may have a comment, which ends with its line.
_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
_COMMENT = re.compile(r"--|/\*")


def leaves(model: BaseModel) -> dict[str, Leaf]:
    """Every value of a model by its dotted key; what is null or empty is not there."""
    return dict(_walk(model, ""))


def dated(values: Iterable[DatedValue]) -> dict[str, Leaf]:
    """The values of a parameter, each with its source, by the day from which it holds."""
    found: dict[str, Leaf] = {}
    for each in values:
        since = f"from {each.since}" if each.since else "always"
        found[since] = laid_out(each.value)
        found[f"{since}, source"] = laid_out(each.source)
    return found


def laid_out(value: Leaf | time | Enum) -> Leaf:
    """The value without what is layout alone: where lines break, and how wide blanks are, outside quotes."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, time):
        return value.isoformat().removesuffix(":00")
    if isinstance(value, tuple):
        return tuple(map(laid_out, value))
    if not isinstance(value, str) or _COMMENT.search(value):
        return value.strip() if isinstance(value, str) else value
    parts = _QUOTED.split(value.strip())
    return "".join(part if index % 2 else re.sub(r"\s+", " ", part) for index, part in enumerate(parts))


def _walk(value: object, key: str) -> Iterator[tuple[str, Leaf]]:
    if isinstance(value, BaseModel):
        yield from _model(value, key)
    elif isinstance(value, Mapping):
        for name, below in value.items():
            yield from _walk(below, _under(key, str(name)))
    elif isinstance(value, tuple) and any(isinstance(each, BaseModel) for each in value):
        for name, below in zip(_names(value), value, strict=True):
            yield from _walk(below, _under(key, name))
    elif value is not None and value != ():
        yield key, laid_out(value)  # type: ignore[arg-type]  # models hold leaves, models, mappings and tuples


def _model(model: BaseModel, key: str) -> Iterator[tuple[str, Leaf]]:
    given = {info.alias or name: getattr(model, name) for name, info in type(model).model_fields.items()}
    if isinstance(model, Bound) and model.of is None:
        del given["measure"]
        if model.times is None and (bare := model.number if model.number is not None else model.expression) is not None:
            yield key, laid_out(bare)
            return
    for name, below in given.items():
        yield from _walk(below, _under(key, name))


def _names(items: Sequence[object]) -> list[str]:
    """Clauses go by section and number where these are their own; all else by its place, from 1."""
    clauses = [f"{each.section}/{each.number}" for each in items if isinstance(each, Clause)]
    if len(clauses) == len(items) and max(Counter(clauses).values()) == 1:
        return clauses
    return [str(place) for place in range(1, len(items) + 1)]


def _under(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
