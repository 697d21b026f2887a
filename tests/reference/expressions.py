"""The expressions of rules, read by hand and worked out with three truth values and exact numbers."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

from tests.reference.world import Value, World, day_of

Tree = tuple[Any, ...]
"""A node: its name, then its parts."""

TOKEN = re.compile(r"\s*(<=|>=|<>|!=|\|\||'(?:[^']|'')*'|\d+(?:\.\d+)?|:?[A-Za-z_][\w.]*|[-+*/(),=<>])")
COMPARE = ("=", "<>", "!=", "<", "<=", ">", ">=")


class Scope(Protocol):
    """Where names get their values."""

    @property
    def world(self) -> World: ...

    def value(self, name: str) -> Value:
        """What a name stands for, null where it leads nowhere."""

    def ordinal(self, parts: Sequence[Tree]) -> Value:
        """The record's place among those with equal values of these."""


@cache
def parse(text: str) -> Tree:
    """The tree of an expression."""
    tokens = [match[1] for match in TOKEN.finditer(text)]
    return _Parser(tokens).whole()


def evaluate(text: str, scope: Scope) -> Value:
    """The value of an expression in a scope."""
    return work_out(parse(text), scope)


def holds(text: str | bool | None, scope: Scope) -> bool | None:  # noqa: FBT001 a rule may say `true` itself
    """Whether a condition is true, false or null; one that is left out is true."""
    if text is None or isinstance(text, bool):
        return text is None or text
    found = evaluate(text, scope)
    return None if found is None else bool(found)


class _Parser:
    """Reads from the loosest binding to the tightest."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [*tokens, ""]
        self.place = 0

    def whole(self) -> Tree:
        tree = self._either()
        if self._peek():
            raise ValueError(f"unread: {self.tokens[self.place :]}")
        return tree

    def _peek(self) -> str:
        token = self.tokens[self.place]
        return token if token.startswith("'") else token.lower()

    def _next(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def _take(self, *words: str) -> str | None:
        if self._peek() in words:
            return self._next().lower()
        return None

    def _must(self, word: str) -> None:
        if not self._take(word):
            raise ValueError(f"expected {word}, found {self.tokens[self.place :]}")

    def _either(self) -> Tree:
        return self._chain(("or",), self._both)

    def _both(self) -> Tree:
        return self._chain(("and",), self._denied)

    def _denied(self) -> Tree:
        return ("not", self._denied()) if self._take("not") else self._compared()

    def _compared(self) -> Tree:
        left = self._added()
        if sign := self._take(*COMPARE):
            return (sign, left, self._added())
        if self._take("is"):
            denied = self._take("not")
            self._must("null")
            return ("not", ("null?", left)) if denied else ("null?", left)
        denied = self._take("not")
        tree = self._ranged(left)
        return ("not", tree) if denied else tree

    def _ranged(self, left: Tree) -> Tree:
        if self._take("between"):
            low = self._added()
            self._must("and")
            return ("and", (">=", left, low), ("<=", left, self._added()))
        if self._take("in"):
            if self._peek().startswith(":"):
                return ("in", left, ("name", self._next()))
            self._must("(")
            return ("in", left, *self._listed())
        return ("like", left, self._added()) if self._take("like") else left

    def _listed(self) -> Iterator[Tree]:
        if self._take(")"):
            return
        yield self._either()
        while self._take(","):
            yield self._either()
        self._must(")")

    def _added(self) -> Tree:
        return self._chain(("+", "-", "||"), lambda: self._chain(("*", "/"), self._single))

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Tree]) -> Tree:
        tree = part()
        while sign := self._take(*signs):
            tree = (sign, tree, part())
        return tree

    def _single(self) -> Tree:
        if self._take("-"):
            return ("-", ("value", Fraction(0)), self._single())
        if self._take("("):
            tree = self._either()
            self._must(")")
            return tree
        if self._take("case"):
            return self._case()
        if self._take("interval"):
            return ("interval", self._next().strip("'"))
        return self._word(self._next())

    def _case(self) -> Tree:
        parts: list[Tree] = []
        while self._take("when"):
            condition = self._either()
            self._must("then")
            parts.append((condition, self._either()))
        other = self._either() if self._take("else") else ("value", None)
        self._must("end")
        return ("case", other, *parts)

    def _word(self, word: str) -> Tree:
        if word.startswith("'"):
            return ("value", word[1:-1].replace("''", "'"))
        if word[0].isdigit():
            return ("value", Fraction(word))
        if self._take("("):
            return ("call", word.lower(), *self._listed())
        constants = {"true": True, "false": False, "null": None}
        return ("value", constants[word.lower()]) if word.lower() in constants else ("name", word)


def work_out(tree: Tree, scope: Scope) -> Value:  # noqa: C901, PLR0911 one line for each shape
    """The value of a tree."""
    match tree:
        case ("value", value):
            return value  # type: ignore[no-any-return] # literals are values
        case ("name", name):
            return scope.value(name)
        case ("call", "nth", *parts):
            return scope.ordinal(parts)
        case ("call", name, *parts):
            return _call(name, [work_out(part, scope) for part in parts], scope.world)
        case ("case", other, *parts):
            chosen = next((then for when, then in parts if work_out(when, scope) is True), other)
            return work_out(chosen, scope)
        case ("and" | "or" as word, left, right):
            return _joined(word, work_out(left, scope), work_out(right, scope))
        case ("not", part):
            value = work_out(part, scope)
            return None if value is None else not value
        case ("null?", part):
            return work_out(part, scope) is None
        case ("in", left, *parts):
            return _among(work_out(left, scope), [work_out(part, scope) for part in parts], scope.world)
        case (sign, left, ("interval", length)):
            return _moved(work_out(left, scope), length, sign, scope.world)
        case (sign, left, right):
            return _operate(sign, work_out(left, scope), work_out(right, scope), scope.world)
    raise ValueError(f"unknown: {tree}")


def _joined(word: str, left: Value, right: Value) -> Value:
    """`and` is settled by one false, `or` by one true; else a null leaves it open."""
    settles = word == "or"
    if settles in (left, right):
        return settles
    return None if None in (left, right) else not settles


def _among(left: Value, parts: list[Value], world: World) -> Value:
    found: Value = False
    for part in unrolled(parts):
        found = _joined("or", found, _operate("=", left, part, world))
    return found


def unrolled(parts: Sequence[Any]) -> Iterator[Value]:
    """The values of a list, those of a list parameter each by itself."""
    for part in parts:
        yield from unrolled(part) if isinstance(part, list) else (part,)


def _operate(sign: str, left: Value, right: Value, world: World) -> Value:
    if left is None or right is None:
        return None
    if sign in COMPARE:
        return compared(sign, left, right, world)
    if sign == "||":
        return f"{left}{right}"
    if sign == "like":
        pattern = re.escape(str(right)).replace("%", ".*").replace("_", ".")
        return re.fullmatch(pattern, str(left), re.DOTALL) is not None
    if isinstance(left, date):
        return _moved_by(left, right, sign) if isinstance(right, Fraction) else _between(left, right, world)
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        raise TypeError(f"{left} {sign} {right}")
    return _arithmetic(sign, left, right)


def _arithmetic(sign: str, left: Fraction, right: Fraction) -> Value:
    if sign == "/":
        return left / right if right else None
    return left + right if sign == "+" else left - right if sign == "-" else left * right


def _moved_by(left: date, days: Fraction, sign: str) -> Value:
    return left + timedelta(days=int(days)) * (1 if sign == "+" else -1)


def _between(left: date, right: Value, world: World) -> Value:
    """A date minus a date in days; a datetime minus a datetime in exact days, by instants."""
    if not isinstance(right, date):
        raise TypeError(f"{left} - {right}")
    if isinstance(left, datetime) and isinstance(right, datetime):
        passed = world.instant(left) - world.instant(right)
        return Fraction(passed // timedelta(microseconds=1), 86_400_000_000)
    return Fraction((day_of(left) - day_of(right)).days)


def _moved(left: Value, length: str, sign: str, world: World) -> Value:
    """Days by the calendar, of a date as of a datetime; hours are real, and of a date from its 00:00 on."""
    if not isinstance(left, date):
        return None
    count, unit = length.split()
    many = int(count) if sign == "+" else -int(count)
    return world.hours_after(left, many) if unit.startswith("hour") else left + timedelta(days=many)


def compared(sign: str, left: Value, right: Value, world: World) -> bool:
    """Whether a comparison holds; where one side is a date both are days, datetimes compare by instant."""
    low, high = _alike(left, right, world)
    match sign:
        case "=":
            return bool(low == high)
        case "<>" | "!=":
            return bool(low != high)
        case "<":
            return bool(low < high)
        case "<=":
            return bool(low <= high)
        case ">":
            return bool(low > high)
        case _:
            return bool(low >= high)


def _alike(left: Value, right: Value, world: World) -> tuple[Any, Any]:
    if isinstance(left, date) and isinstance(right, str):
        right = _moment(right)
    if isinstance(right, date) and isinstance(left, str):
        left = _moment(left)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return world.instant(left), world.instant(right)
    if isinstance(left, date) and isinstance(right, date):
        return day_of(left), day_of(right)
    return left, right


def _moment(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == len("2026-01-01") else datetime.fromisoformat(text)


def _call(name: str, parts: list[Value], world: World) -> Value:
    if name == "coalesce":
        return next((part for part in parts if part is not None), None)
    if None in parts:
        return None
    return _FUNCTIONS[name](world, *parts)


def _working_days(world: World, start: Any, stop: Any) -> Fraction:  # noqa: ANN401 checked where it is called
    """Those after a up to and including b."""
    one = timedelta(days=1)
    return Fraction(world.days.count(day_of(start) + one, day_of(stop) + one))


def _rounded(_world: World, number: Any, places: Any = 0) -> Fraction:  # noqa: ANN401 as above
    """Half away from zero."""
    unit = Fraction(10) ** int(places)
    scaled = abs(number) * unit + Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole if number >= 0 else -whole) / unit


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "lower": lambda _world, text: text.lower(),
    "length": lambda _world, text: Fraction(len(text)),
    "abs": lambda _world, number: abs(number),
    "round": _rounded,
    "year": lambda _world, moment: Fraction(moment.year),
    "month": lambda _world, moment: Fraction(moment.month),
    "day": lambda _world, moment: Fraction(moment.day),
    "weekday": lambda _world, moment: Fraction(moment.isoweekday()),
    "working_days": _working_days,
}


@dataclass(frozen=True)
class Measure:
    """`count`, `count(distinct x)`, `sum(x)`, `avg(x)`, `min(x)`, `max(x)` or `share(condition)`."""

    name: str
    of: str | None

    @staticmethod
    def read(text: str) -> "Measure":
        """A measure as a rule writes it."""
        found = re.fullmatch(r"(\w+)(?:\((distinct )?(.*)\))?", text)
        if found is None:
            raise ValueError(text)
        return Measure("distinct" if found[2] else found[1], found[3])

    def over(self, scopes: Sequence[Scope]) -> Fraction | None:
        """The measure over records; None where there is nothing to take an average, least, greatest or share of."""
        if self.name == "count":
            return Fraction(len(scopes))
        if self.name == "share":
            told = [met for scope in scopes if (met := holds(self.of, scope)) is not None]
            return Fraction(sum(told), len(told)) if told else None
        values = [value for scope in scopes if (value := evaluate(self.of or "", scope)) is not None]
        if self.name == "distinct":
            return Fraction(len(set(values)))
        return self._of_numbers([value for value in values if isinstance(value, Fraction)])

    def _of_numbers(self, numbers: list[Fraction]) -> Fraction | None:
        total = sum(numbers, Fraction(0))
        if self.name == "sum":
            return total
        if not numbers:
            return None
        return {"avg": total / len(numbers), "min": min(numbers), "max": max(numbers)}[self.name]
