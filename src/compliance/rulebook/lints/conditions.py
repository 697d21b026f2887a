"""The conditions of a rule, wherever they stand in its file, and the answers that they can give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from compliance.language.answers import Answer, answers
from compliance.language.grammar import ExpressionError, parse
from compliance.rulebook.loading import LoadedRule
from compliance.yamldoc.nodes import Loc

_KEYS = {"where", "must", "when"}


@dataclass(frozen=True)
class Condition:
    """One condition: its place in the file, and the answers that it can give."""

    loc: Loc
    answers: frozenset[Answer]

    @property
    def key(self) -> str:
        """The key that it stands under."""
        return str(self.loc[-1])


def conditions(rule: LoadedRule) -> Iterator[Condition]:
    """Every condition that can be read; what is wrong with the others is told where they are bound."""
    for loc, text in _texts(rule.rule.model_dump(by_alias=True, exclude_none=True), ()):
        try:
            yield Condition(loc, _answers(text))
        except ExpressionError:
            continue


@cache
def _answers(text: str) -> frozenset[Answer]:
    """Two lints ask, and many rules have a condition in common."""
    return answers(parse(text))


def _texts(value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str):
        if loc and loc[-1] in _KEYS:
            yield loc, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, (*loc, str(key)))
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _texts(each, (*loc, index))
