"""What a condition says, as values: which terms its comparisons ask about, and how their answers are joined."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from sqlglot import exp

from compliance.language.constants import plain
from compliance.language.terms import Term

Answer: TypeAlias = bool | None
Sign: TypeAlias = type[exp.Expr]
TURNED: dict[Sign, Sign] = {exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that no record changes."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Compared:
    """A value held against a constant."""

    term: Term
    sign: Sign
    constant: Fraction | str


@dataclass(frozen=True, slots=True)
class Unless:
    """An answer that is none where a value is null."""

    term: Term
    answer: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """Whether a value is null."""

    term: Term


@dataclass(frozen=True, slots=True)
class Like:
    """A value held against a pattern."""

    term: Term
    pattern: str


@dataclass(frozen=True, slots=True)
class Open:
    """What may answer anything."""

    key: str


@dataclass(frozen=True, slots=True)
class Turned:
    """Not."""

    inner: "Formula"


@dataclass(frozen=True, slots=True)
class Joined:
    """`or` where true wins, `and` where false does."""

    one: "Formula"
    other: "Formula"
    wins: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The first of two where something is true, the second where it is not."""

    when: "Formula"
    then: "Formula"
    otherwise: "Formula"


@dataclass(frozen=True, slots=True)
class Is:
    """Whether another answer is this one."""

    inner: "Formula"
    answer: Answer


Formula: TypeAlias = Said | Compared | Unless | Missing | Like | Open | Turned | Joined | Chosen | Is


def holds(sign: Sign, one: object, other: object) -> bool:
    """Whether a comparison of two values of one sort holds."""
    equal = one == other
    if sign in {exp.EQ, exp.NEQ}:
        return equal is (sign is exp.EQ)
    above = not equal and one > other  # type: ignore[operator]  # of one sort
    return (above if sign in {exp.GT, exp.GTE} else not above and not equal) or (equal and sign in {exp.GTE, exp.LTE})


def likes(text: str, pattern: str) -> bool | None:
    """Whether a text meets a pattern; None where engines may count its letters differently."""
    if "_" in pattern and not plain(text):
        return None
    wild = {"%": ".*", "_": "."}
    return bool(re.fullmatch("".join(wild.get(each) or re.escape(each) for each in pattern), text, re.DOTALL))
