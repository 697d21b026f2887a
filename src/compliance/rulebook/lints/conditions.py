"""The conditions of a rule, wherever they stand in its file, and the answers that they can give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from compliance.language.answers import answers
from compliance.language.formulas import Answer
from compliance.language.grammar import ExpressionError, parameters, parse
from compliance.language.parameters import Parameters
from compliance.rulebook.lints.bound_values import changes
from compliance.rulebook.lints.valued import on_day, valued
from compliance.rulebook.loading import LoadedRule
from compliance.yamldoc.nodes import Loc

_KEYS = {"where", "must", "when"}


@dataclass(frozen=True)
class Condition:
    """One condition: its place in the file, and the answers that it can give.

    `by_value` tells that these are fewer than it would give for any values of its parameters.
    """

    loc: Loc
    answers: frozenset[Answer]
    by_value: bool

    @property
    def key(self) -> str:
        """The key that it stands under."""
        return str(self.loc[-1])

    @property
    def valued(self) -> str:
        """That it is by values that could be others, in words."""
        return ", by the values of its parameters" if self.by_value else ""


def conditions(rule: LoadedRule, known: Parameters) -> Iterator[Condition]:
    """Every condition that can be read; what is wrong with the others is told where they are bound."""
    for loc, text in texts(rule):
        try:
            bare, given = _answers(text), _given(text, rule, known)
        except ExpressionError:
            continue
        yield Condition(loc, given, by_value=given != bare)


def texts(rule: LoadedRule) -> Iterator[tuple[Loc, str]]:
    """Every condition as it is written, with its place."""
    yield from _texts(rule.rule.model_dump(by_alias=True, exclude_none=True), ())


@cache
def _answers(text: str) -> frozenset[Answer]:
    """Two lints ask, and many rules have a condition in common."""
    return answers(parse(text))


def _given(text: str, rule: LoadedRule, known: Parameters) -> frozenset[Answer]:
    """The answers by the values that the parameters have on any day of the rule."""
    tree = parse(text)
    if not parameters(tree):
        return _answers(text)
    trees = [valued(tree, on_day(rule, known, day)) for day in changes((rule,), parameters(tree), known)]
    return frozenset(answer for each in trees or [tree] for answer in answers(each))


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
