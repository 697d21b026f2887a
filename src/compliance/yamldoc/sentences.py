"""Faults in plain words: what is wrong, where, and the nearest right word."""

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

from compliance.model.problem import Mend, Problem
from compliance.yamldoc.document import Source
from compliance.yamldoc.keys import known_keys
from compliance.yamldoc.nodes import Loc, Mapping, Scalar, Sequence
from compliance.yamldoc.validation import Fault, Misplaced

_LONGEST = 60
_MANY_KEYS = 12
_NEARLY_THE_SAME = 0.8  # two letters changed places in a word of five
_OWN_WORDS = frozenset({"value_error", "assertion_error"})
_PYDANTIC = frozenset(get_args(ErrorType))

DAY, MOMENT = "a date such as 2026-01-31", "a date, or a date and time such as 2026-01-31 09:00"
# What was asked for, by the beginning of pydantic's type of error.
_SORTS: tuple[tuple[str, str], ...] = (
    ("int", "a whole number"),
    ("float", "a number"),
    ("decimal", "a number"),
    ("finite_number", "a number"),
    ("bool", "true or false"),
    ("string", "text"),
    ("datetime", MOMENT),
    ("timezone", "a date and time"),
    ("date", DAY),
    ("time_delta", "a duration"),
    ("time", "a time such as 18:00"),
    ("list", "a list"),
    ("tuple", "a list"),
    ("set", "a list"),
    ("frozen_set", "a list"),
    ("iterable", "a list"),
    ("dict", "a mapping (`key: value`)"),
    ("mapping", "a mapping (`key: value`)"),
    ("model", "a mapping (`key: value`)"),
    ("dataclass", "a mapping (`key: value`)"),
    ("none_required", "empty"),
)
# Sentences about a value of the right sort, by pydantic's type of error; the braces are filled from its context.
_BOUNDS: dict[str, str] = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "multiple_of": "a multiple of {multiple_of}",
    "string_too_long": "at most {max_length} characters long",
    "string_pattern_mismatch": "of the form `{pattern}`",
    "too_long": "at most {max_length} long",
    "decimal_max_digits": "a number with at most {max_digits} digits",
    "date_past": "in the past",
    "date_future": "in the future",
}
# `{where: round(a, 2) = b}`: what stands behind the comma is taken for the next key.
QUOTED = "a comma ends the value before it: put a value with a comma into double quotes"
_NO_NAME = re.compile(r"[()<>='\"+*]")
_AT_LEAST = {"string_too_short": "{min_length} characters long", "too_short": "{min_length} long"}


def problem_of(fault: Fault, source: Source, model: Any) -> Problem:  # noqa: ANN401 any type that pydantic checks
    """The fault as a problem at its place."""
    if fault.type == "extra_forbidden":
        return _unknown_key(fault, source, model)
    if fault.type == "missing":
        where = _within(source, fault.loc[:-1])
        return source.problem(fault.loc[:-1], f"`{shown(str(fault.loc[-1]))}` is missing{where}", width=1)
    if fault.type in _OWN_WORDS or fault.type not in _PYDANTIC:
        return _own_words(fault, source)
    wants = [want for part in (fault, *fault.others) for want in _wants(part)]
    says = f"{_subject(fault.loc, of_key=fault.of_key)} must be {_or(wants)}"
    found = "" if fault.type in _BOUNDS or fault.type in _AT_LEAST else f", not {_found(source, fault, wants)}"
    advice = _nearest_word(source, fault) or _keys_of(fault, model)
    return source.problem(fault.loc, says + found, advice, key=fault.of_key)


def _keys_of(fault: Fault, model: Any) -> str:  # noqa: ANN401 any type that pydantic checks
    """For a value that should be a mapping: its keys, where there are few."""
    known = known_keys(model, fault.steps) if fault.type == "model_type" else []
    return f"its keys: {', '.join(known)}" if 0 < len(known) <= _MANY_KEYS else ""


def _unknown_key(fault: Fault, source: Source, model: Any) -> Problem:  # noqa: ANN401 any type that pydantic checks
    """An unknown key, with the nearest known one or, where there are few, all of them."""
    key = str(fault.loc[-1])
    known = known_keys(model, fault.steps[:-1])
    advice = QUOTED if _NO_NAME.search(key) else did_you_mean(key, known)
    if not advice and 0 < len(known) <= _MANY_KEYS:
        advice = f"known here: {', '.join(known)}"
    beside = source.node(fault.loc[:-1])
    there = beside.keys if isinstance(beside, Mapping) else {}
    told = source.problem(fault.loc, f"unknown key `{shown(key)}`", advice, key=True)
    return replace(told, mend=only_near(key, known, there))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """The nearest right word as advice, empty where none is near."""
    near = nearest(word, words)
    return f"did you mean `{near}`?" if near else ""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The right word that is nearest, whatever its capitals; None where none is near."""
    by_folded = {known.casefold(): known for known in words}
    near = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else None


def only_near(word: str, words: Iterable[str], taken: Iterable[str] = ()) -> Mend | None:
    """The right word for a wrong one where one alone is nearly the same, and it is not taken."""
    near = get_close_matches(word, sorted(set(words)), n=2, cutoff=_NEARLY_THE_SAME)
    return Mend(word, near[0]) if len(near) == 1 and near[0] not in taken else None


def _own_words(fault: Fault, source: Source) -> Problem:
    """What a validator of ours said, word for word, at the place it names."""
    error = fault.ctx.get("error")
    if isinstance(error, Misplaced):
        loc = (*fault.loc, *error.path)
        told = source.problem(loc, str(error), error.help, offset=error.offset, width=error.width, key=error.key)
        return replace(told, lint=error.lint, mend=error.mend)
    return source.problem(fault.loc, str(error) if error else fault.message, key=fault.of_key)


def _wants(fault: Fault) -> list[str]:
    """What would have been right, each as a phrase that follows "must be"."""
    if fault.type in {"literal_error", "enum"}:
        return _words(fault)
    if fault.type in _AT_LEAST:
        some = fault.ctx.get("min_length") == 1
        return ["filled in"] if some else ["at least " + _AT_LEAST[fault.type].format(**fault.ctx)]
    if fault.type in _BOUNDS:
        return [_BOUNDS[fault.type].format(**fault.ctx)]
    phrases = (phrase for beginning, phrase in _SORTS if fault.type.startswith(beginning))
    return [next(phrases, "of another form")]


def _words(fault: Fault) -> list[str]:
    """The words that a literal or an enumeration allows."""
    return re.split(r", | or ", str(fault.ctx.get("expected", "")).replace("'", ""))


def _or(wants: Iterable[str]) -> str:
    phrases = dict.fromkeys(wants)
    if "a number" in phrases:
        phrases.pop("a whole number", None)
    if MOMENT in phrases:
        phrases.pop(DAY, None)
    *most, last = phrases
    return f"{', '.join(most)} or {last}" if most else last


def _nearest_word(source: Source, fault: Fault) -> str:
    """For a word that is not allowed: the allowed one that is nearest."""
    written = str(fault.loc[-1]) if fault.of_key else source.written(fault.loc)
    words = [word for part in (fault, *fault.others) if part.type in {"literal_error", "enum"} for word in _words(part)]
    return did_you_mean(written, words) if written else ""


def _found(source: Source, fault: Fault, wants: list[str]) -> str:
    """What stands there instead."""
    if fault.of_key:
        return f"`{shown(str(fault.loc[-1]))}`"
    match source.node(fault.loc):
        case Mapping() as mapping:
            return "a mapping" if mapping.start != mapping.end else "empty"
        case Sequence():
            return "a list"
        case Scalar() as scalar:
            return _found_scalar(scalar, names_it=_shows_text(fault, wants))
        case None:
            return "this"


def _found_scalar(scalar: Scalar, *, names_it: bool) -> str:
    if not scalar.text or scalar.value is None:
        return "empty"
    return f"`{shown(scalar.text)}`" if names_it or not isinstance(scalar.value, str) else "text"


def _shows_text(fault: Fault, wants: list[str]) -> bool:
    """Whether the text itself tells more than that it is text: beside words and dates."""
    words = any(part.type in {"literal_error", "enum"} for part in (fault, *fault.others))
    return words or any(want.startswith(("a date", "a time")) for want in wants)


def _subject(loc: Loc, *, of_key: bool = False) -> str:
    """How a sentence names a value: by its key, or as an entry of its list."""
    if not loc:
        return "the file"
    if of_key:
        return "a key here" if len(loc) == 1 else f"a key of {_subject(loc[:-1])}"
    if isinstance(loc[-1], int):
        return f"entry {loc[-1] + 1} of {_subject(loc[:-1])}"
    return f"`{shown(loc[-1])}`"


def _within(source: Source, loc: Loc) -> str:
    return f" in {_subject(loc)}" if loc and source.node(loc) else ""


def shown(text: str) -> str:
    """Text from a file, short and without anything a terminal would act on."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(character if character.isprintable() else "�" for character in short)
