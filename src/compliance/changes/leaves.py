"""A rule, document or parameter as its keys with their values, whatever its file looks like."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import time
from enum import Enum
from typing import Any

from pydantic import BaseModel

from compliance.changes.model import Leaf
from compliance.language.blocks import Bound
from compliance.language.parameters import DatedValue
from compliance.rulebook.schema import Clause

# Text in quotes is kept to the letter, and so is all text that may have a comment, which ends with its line.
_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
# Expressions and texts for people; all others are names, which are taken to the letter.
_FREE = frozenset(
    {
        *(
            "by",
            "case",
            "declared",
            "due",
            "expression",
            "from",
            "measure",
            "must",
            "period",
            "quantity",
            "stage",
            "to",
        ),
        *("until", "value", "when", "where", "who", "window"),
        *("because", "instead", "message", "reading", "remedy", "text", "title"),
    }
)
_BARE = frozenset({"number", "expression"})
_COMMENT = re.compile(r"--|/\*")


def leaves(model: BaseModel) -> dict[str, Leaf]:
    """Every value of a model by its dotted key; what is null or empty by default is not there."""
    return dict(_walk(model, ""))


def dated(values: Iterable[DatedValue]) -> dict[str, Leaf]:
    """The values of a parameter, each with its source, by the day from which it holds."""
    found: dict[str, Leaf] = {}
    for each in values:
        since = f"from {each.since}" if each.since else "always"
        found[since] = each.value
        found[f"{since}, source"] = each.source
    return found


def _walk(value: object, key: str) -> Iterator[tuple[str, Leaf]]:
    if isinstance(value, BaseModel):
        yield from _model(value, key)
    elif isinstance(value, Mapping) and value:
        for name, below in value.items():
            yield from _walk(below, _under(key, str(name)))
    elif isinstance(value, tuple) and any(isinstance(each, BaseModel) for each in value):
        for name, below in zip(_names(value), value, strict=True):
            yield from _walk(below, _under(key, name))
    else:
        yield key, _leaf(value)


def _model(model: BaseModel, key: str) -> Iterator[tuple[str, Leaf]]:
    fields = type(model).model_fields
    given = {info.alias or name: getattr(model, name) for name, info in fields.items() if not _left_out(model, name)}
    if isinstance(model, Bound) and model.of is None:
        del given["measure"]
        if given.keys() <= _BARE:
            yield key, _leaf(model.number if model.expression is None else _laid_out(model.expression))
            return
    for name, below in given.items():
        yield from _walk(_laid_out(below) if name in _FREE and isinstance(below, str) else below, _under(key, name))


def _left_out(model: BaseModel, name: str) -> bool:
    """Whether a value is null or empty, as where nobody wrote it; an empty list that somebody wrote may say much."""
    value = getattr(model, name)
    default = type(model).model_fields[name].get_default(call_default_factory=True, validated_data={})
    return (value is None or (isinstance(value, tuple | Mapping) and not value)) and bool(value == default)


def _laid_out(text: str) -> str:
    """The text without what is layout alone: where lines break, and how wide blanks are, outside quotes."""
    if _COMMENT.search(text):
        return text.strip()
    parts = _QUOTED.split(text.strip())
    return "".join(part if index % 2 else re.sub(r"\s+", " ", part) for index, part in enumerate(parts))


def _leaf(value: Any) -> Leaf:  # noqa: ANN401 what models hold
    match value:
        case Enum():
            return str(value.value)
        case time():
            return value.isoformat().removesuffix(":00")
        case Mapping():
            return ()
        case _:
            leaf: Leaf = value
            return leaf


def _names(items: Sequence[object]) -> list[str]:
    """Clauses go by section and number where these are their own; all else by its place, from 1."""
    clauses = [f"{each.section}/{each.number}" for each in items if isinstance(each, Clause)]
    if len(clauses) == len(items) and max(Counter(clauses).values()) == 1:
        return clauses
    return [str(place) for place in range(1, len(items) + 1)]


def _under(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
