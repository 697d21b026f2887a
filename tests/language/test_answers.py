"""Which answers a condition can give, held against a database that is asked for every value."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import product
from operator import add, eq, ge, gt, le, lt, ne
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.language.answers import ANY, answers, implied
from compliance.language.formulas import Answer
from compliance.language.grammar import parse

ANSWER = st.sampled_from([True, False, None])
COLUMN = st.sampled_from(["a", "b"])
NUMBER = st.integers(0, 3)
SIGN = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
LEAF = st.one_of(
    st.builds("{} {} {}".format, COLUMN, SIGN, NUMBER),
    st.builds("{} {} {}".format, NUMBER, SIGN, COLUMN),
    st.builds("{} {}between {} and {}".format, COLUMN, st.sampled_from(["", "not "]), NUMBER, NUMBER),
    st.builds("{} {}in ({}, {})".format, COLUMN, st.sampled_from(["", "not "]), NUMBER, NUMBER),
    st.builds("{} is {}null".format, COLUMN, st.sampled_from(["", "not "])),
)
CONDITION = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)


PLUS = st.sampled_from(["+", "-"])
RECKONED = st.recursive(
    st.one_of(
        LEAF,
        st.builds("{} {} {} {} {}".format, COLUMN, PLUS, NUMBER, SIGN, NUMBER),
        st.builds("{} - {} {} {}".format, NUMBER, COLUMN, SIGN, NUMBER),
        st.builds("-{} {} {}".format, COLUMN, SIGN, NUMBER),
        st.builds("{} {} {} * {} - {}".format, COLUMN, SIGN, NUMBER, NUMBER, NUMBER),
        st.builds("{0} {1} {2} {3} {0}".format, COLUMN, PLUS, NUMBER, SIGN),
        st.builds("{0} - {0} {1} {2}".format, COLUMN, SIGN, NUMBER),
        st.builds("{} * {} {} {}".format, COLUMN, st.sampled_from(["1", "2", "-1", "0"]), SIGN, NUMBER),
        st.builds("{} / {} {} {}".format, COLUMN, st.sampled_from(["1", "2", "3", "-2", "0.5"]), SIGN, NUMBER),
        st.builds("({} {} {}) / 2 {} {}".format, COLUMN, PLUS, NUMBER, SIGN, NUMBER),
        st.builds("coalesce({}, {}) {} {}".format, COLUMN, NUMBER, SIGN, NUMBER),
        st.builds("{} {} {}".format, NUMBER, SIGN, NUMBER),
    ),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not ({})".format, inner),
        st.builds("(({}) is {}null)".format, inner, st.sampled_from(["", "not "])),
        st.builds("case when {} then {} else {} end {} {}".format, inner, COLUMN, NUMBER, SIGN, NUMBER),
        st.builds("case when {} then {} end".format, inner, inner),
    ),
    max_leaves=5,
)
"""Conditions of one value at a time, whose arithmetic and choices can be taken apart."""
PAIRED = st.recursive(
    st.one_of(
        RECKONED,
        st.builds("a {} b".format, SIGN),
        st.builds("b {} a".format, SIGN),
        st.builds("a {} {} {} b".format, PLUS, NUMBER, SIGN),
        st.builds("{} - a {} {} - b".format, NUMBER, SIGN, NUMBER),
        st.builds("2 * a {} 2 * b - {}".format, SIGN, NUMBER),
        st.builds("3 * a {} {}".format, SIGN, NUMBER),
        st.builds("a / 2 {} b / 2 + {}".format, SIGN, NUMBER),
        st.builds("{} * a {} b + {}".format, st.sampled_from(["2", "3", "-2", "0.5"]), SIGN, NUMBER),
        st.builds("b {} {} - 2 * a".format, SIGN, NUMBER),
        st.builds("a / {} {} b - {}".format, st.sampled_from(["2", "-2", "4"]), SIGN, NUMBER),
        st.builds("b {} (a + {}) / 2".format, SIGN, NUMBER),
        st.builds("2 * {0} {1} {2} - {0}".format, COLUMN, SIGN, NUMBER),
        st.builds("a - b {} {}".format, SIGN, NUMBER),
        st.builds("b - a {} {}".format, SIGN, NUMBER),
        st.builds("abs({}) {} {}".format, COLUMN, SIGN, NUMBER),
        st.builds("round({}) {} {}".format, COLUMN, SIGN, NUMBER),
    ),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=4,
)
THREE = st.sampled_from(["a", "b", "c"])
APART = st.lists(
    st.one_of(
        st.tuples(THREE, SIGN, THREE, st.integers(-1, 1)),
        st.tuples(THREE, SIGN, st.just(""), st.integers(-1, 1)),
    ),
    min_size=2,
    max_size=4,
)
"""Comparisons of three values with one another, and with numbers: one more or less than a value, or than nothing."""
TEXT = st.sampled_from(["", "a", "A", "ab", "b%"])
PATTERN = st.sampled_from(["a", "a%", "%b", "A_", "%", "_", "b\\%"])
DATED = st.sampled_from(["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-03", "2026-02-28", "2026-03-01"])
PART = st.sampled_from(["year", "month", "day", "weekday"])
WORDED = st.recursive(
    st.one_of(
        st.builds("t {} '{}'".format, st.sampled_from(["=", "<>"]), TEXT),
        st.builds("lower(t) {} '{}'".format, st.sampled_from(["=", "<>"]), TEXT),
        st.builds("length(t) {} {}".format, SIGN, st.sampled_from(["-1", "0", "1", "1.5", "2"])),
        st.builds("{} {}like '{}'".format, st.sampled_from(["t", "lower(t)"]), st.sampled_from(["", "not "]), PATTERN),
        st.builds("t is {}null".format, st.sampled_from(["", "not "])),
        st.builds("d {} '{}'".format, SIGN, DATED),
        st.builds("{}(d) {} {}".format, PART, SIGN, st.sampled_from(["0", "1", "2", "2.5", "7", "13", "31", "2026"])),
        st.builds("d is {}null".format, st.sampled_from(["", "not "])),
    ),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=5,
)
"""Conditions of a text and a day, and of what calls make of them."""


def counted_out(condition: str) -> frozenset[bool | None]:
    """Every answer that SQLite gives over a, b in -6.5 to 9.5 by halves and null: a value in each gap."""
    values = " union all ".join(f"select {each} v" for each in ("null", *(n / 2 for n in range(-13, 20))))
    with sqlite3.connect(":memory:") as database:
        found = database.execute(
            f"select distinct {condition} from (select v a from ({values})), (select v b from ({values}))"
        ).fetchall()
    return frozenset(None if each is None else bool(each) for (each,) in found)


@given(CONDITION)
def test_the_answers_are_those_of_a_database_that_tries_every_value(condition: str) -> None:
    assert answers(parse(condition)) == counted_out(condition)


@given(RECKONED)
def test_arithmetic_and_choices_are_reckoned_as_by_a_database(condition: str) -> None:
    assert answers(parse(condition)) == counted_out(condition)


@given(PAIRED)
def test_of_two_values_held_against_one_another_no_answer_is_missed(condition: str) -> None:
    assert answers(parse(condition)) >= counted_out(condition)


THIRDS = [Fraction(number, 3) for number in range(-15, 16)]
DAYS_ALONE = [date(2026, 3, day) for day in range(1, 8)]
MOMENTS = [datetime.combine(day, time(hour)) for day in DAYS_ALONE for hour in (0, 8, 16)]
WITH = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def _by_day(one: Any, other: Any) -> tuple[Any, Any]:  # noqa: ANN401 numbers or moments
    """Two moments as they are compared: as days where one of them is a date."""
    if isinstance(one, datetime) and not isinstance(other, datetime):
        return one.date(), other
    if isinstance(other, datetime) and not isinstance(one, datetime):
        return one, other.date()
    return one, other


def _kept_together(parts: Sequence[tuple[Any, ...]], values: Mapping[str, Sequence[Any]], plus: Any) -> bool:  # noqa: ANN401 as above
    """Whether some choice of values meets every part; a value that is not told apart from a number is told from 0."""
    asked = sorted({each for left, _, right, _ in parts for each in (left, right)})
    for chosen in product(*(values[name] for name in asked)):
        known = dict(zip(asked, chosen, strict=True))
        if all(WITH[sign](*_by_day(known[left], plus(known[right], more))) for left, sign, right, more in parts):
            return True
    return False


def _joined_by_and(parts: Sequence[tuple[Any, ...]], nothing: Callable[[int], str]) -> str:
    right = (f"{other} + {more}" if other else nothing(more) for _, _, other, more in parts)
    return " and ".join(f"{one} {sign} {other}" for (one, sign, _, _), other in zip(parts, right, strict=True))


@given(APART)
def test_numbers_around_a_circle_can_be_met_together_or_not(parts: list[tuple[str, str, str, int]]) -> None:
    values = dict.fromkeys("abc", THIRDS) | {"": [Fraction(0)]}
    # A value beside a number is one itself: what could be moments is held to less.
    parts = [*parts, *((name, "<>", "", 9) for name in "abc")]
    told = answers(parse(_joined_by_and(parts, str)))
    assert (True in told) is _kept_together(parts, values, add)


@given(APART, st.tuples(*[st.sampled_from([MOMENTS, DAYS_ALONE])] * 3))
def test_of_dates_and_datetimes_around_a_circle_nothing_possible_is_called_impossible(
    parts: list[tuple[str, str, str, int]], kinds: tuple[Sequence[date], ...]
) -> None:
    values = dict(zip("abc", kinds, strict=True)) | {"": [date(2026, 3, 4)]}
    told = answers(parse(_joined_by_and(parts, lambda more: f"'2026-03-{4 + more:02}'")))
    met = _kept_together(parts, values, lambda one, more: one + timedelta(days=more))
    assert True in told or not met


TEXTS = [None, "", "a", "A", "ab", "aB", "Ab", "b", "b%", "xab", "abc"]
DAYS = [None, *(str(date(2025, 12, 20) + timedelta(days=number)) for number in range(90)), "2024-02-29", "2027-07-31"]


def met_with(condition: str) -> frozenset[bool | None]:
    """Every answer that SQLite gives over some texts and days."""
    with sqlite3.connect(":memory:") as database:
        database.execute("pragma case_sensitive_like = on")
        for part, told in (("year", "%Y"), ("month", "%m"), ("day", "%d"), ("weekday", "%u")):
            read = lambda day, told=told: None if day is None else int(date.fromisoformat(day).strftime(told))  # noqa: E731
            database.create_function(part, 1, read)
        database.execute("create table words (t)")
        database.execute("create table days (d)")
        database.executemany("insert into words values (?)", [(each,) for each in TEXTS])
        database.executemany("insert into days values (?)", [(each,) for each in DAYS])
        found = database.execute(f"select distinct {condition} from words, days").fetchall()
    return frozenset(None if each is None else bool(each) for (each,) in found)


@given(WORDED)
def test_of_texts_and_days_and_their_calls_no_answer_is_missed(condition: str) -> None:
    assert answers(parse(condition)) >= met_with(condition)


def never_against(given: str, claimed: str, answers: tuple[Answer, Answer]) -> bool:
    """Whether SQLite finds no a, b for which the one condition answers as asked and the other does not."""
    values = " union all ".join(f"select {each} v" for each in ("null", *(n / 2 for n in range(-1, 8))))
    with sqlite3.connect(":memory:") as database:
        found = database.execute(
            f"select count(*) from (select v a from ({values})), (select v b from ({values}))"
            f" where ({given}) is ? and ({claimed}) is not ?",
            answers,
        ).fetchone()
    return bool(found[0] == 0)


@given(CONDITION, CONDITION, st.tuples(ANSWER, ANSWER))
def test_what_follows_is_what_a_database_that_tries_every_value_finds_no_exception_to(
    given: str, claimed: str, answers: tuple[Answer, Answer]
) -> None:
    told = implied([(parse(given), answers[0])], [(parse(claimed), answers[1])])
    assert told == never_against(given, claimed, answers)


@pytest.mark.parametrize(
    ("given", "claimed", "expected"),
    [
        ("amount > 200", "amount > 100", True),
        ("amount > 100", "amount > 200", False),
        ("amount > :most and kind = 'a'", "amount > :most", True),
        ("amount > :most", "amount > :least", False),
        ("kind in ('a', 'b')", "kind is not null", True),
        ("note like 'a%'", "note is not null", True),
        ("paid_on > '2026-02-01'", "paid_on >= '2026-01-31'", True),
    ],
)
def test_what_follows_from_what(given: str, claimed: str, *, expected: bool) -> None:
    assert implied([(parse(given), True)], [(parse(claimed), True)]) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("kind = 'call' and kind = 'meeting'", {False, None}),
        ("kind = 'call' or kind <> 'call'", {True, None}),
        ("kind = 'call' or kind <> 'call' or kind is null", {True}),
        ("paid_on < '2026-01-01' and paid_on >= '2026-01-01'", {False, None}),
        ("client.tier = 1 and tier = 2", ANY),
        # A day and an instant of it are compared as days: nothing is said of the two together.
        ("at >= '2026-01-01 12:00' and at <= '2026-01-01'", ANY),
        ("note < 'a' and note > 'b'", ANY),
        ("amount > :most and amount < 3", ANY),
        ("false and amount > 3", {False}),
        ("a = b or not (a = b)", {True, None}),
        ("days_late > :limit and days_late < :limit", {False, None}),
        ("sold > 2 * planned + 1 and 2 * planned > sold", {False, None}),
        ("sold > 2 * planned or sold <= planned * 2 or sold is null or planned is null", {True}),
        ("sold > 2 * planned and sold < 3 * planned", ANY),
        ("2 * sold > sold + 3 and sold < 3", {False, None}),
        ("sold / 3 > planned and sold / 3 <= planned", {False, None}),
        ("planned < sold / 2 and sold / 2 < planned - 1", {False, None}),
        # A quotient has 12 places, a product all of them.
        ("sold / 3 > planned and sold < 3 * planned", ANY),
        ("sold / 2 > 0.5 * planned and 0.5 * sold <= planned / 2", ANY),
        ("(sold + 1) / 3 > planned and sold / 3 < planned", ANY),
        ("placed_at < placed_at", {False, None}),
        ("kind = kind", {True, None}),
        ("amount + 1 < amount", {False, None}),
        ("amount > 5 + 5 and amount < 10", {False, None}),
        ("amount > 5 + 5 and amount < 11", ANY),
        ("amount < 5 and 2 * amount > 20", {False, None}),
        ("amount < 7 and 3 * amount > 20", ANY),
        ("10 / 4 = 2.5 and 7 - 2 * 3 = 1", {True}),
        ("1 = 2", {False}),
        ("kind = 'call' and kind like 'x%'", {False, None}),
        ("kind = 'call' and kind like 'c%'", ANY),
        ("lower(kind) = 'CALL'", {False, None}),
        ("lower(kind) = 'call' and kind = 'Meeting'", {False, None}),
        ("lower(kind) = 'call' and kind = 'Call'", ANY),
        ("lower(kind) = 'Звонок'", {False, None}),
        ("lower(kind) like 'Ж%'", {False, None}),
        ("lower(kind) = 'звонок' and kind = 'Звонок' and length(kind) = 6", ANY),
        ("lower(kind) = 'звонок' and kind = 'Встреча'", {False, None}),
        ("length(note) < 0", {False, None}),
        ("length(note) < 1", ANY),
        ("abs(amount) < 0", {False, None}),
        ("abs(amount) <= 0", ANY),
        ("nth(client_id) < 1", {False, None}),
        ("working_days(a, b) >= 0", {True, None}),
        ("month(at) = 13", {False, None}),
        ("month(at) > 3 and month(at) < 4", {False, None}),
        ("weekday(at) = 0 or weekday(at) = 8 or day(at) > 31", {False, None}),
        ("weekday(at) = 7 and day(at) = 31", ANY),
        ("month(at) = 2 and day(at) > 29", {False, None}),
        ("month(at) = 2 and day(at) = 29", ANY),
        ("month(at) = 2 and day(due_on) = 30", ANY),
        ("month(at) in (4, 6, 9, 11) and day(at) = 31", {False, None}),
        ("year(at) = 2025 and at >= '2026-01-01'", {False, None}),
        ("year(at) = 2025 and at >= '2025-12-31'", ANY),
        ("month(at) = 3 and at between '2026-04-01' and '2026-04-30'", {False, None}),
        ("at > '2026-01-01' and at < '2026-01-02'", {False, None}),
        ("at > '2026-01-01 12:00' and at < '2026-01-02'", ANY),
        ("at > '2026-01-02 12:00' and at < '2026-01-01 13:00'", {False, None}),
        ("at > timestamp '2026-01-01' and at <= '2026-01-01'", ANY),
        ("due_on + 5 > '2026-01-10' and due_on <= '2026-01-05'", {False, None}),
        ("at + interval '5 days' < due_on and due_on < at + 4", {False, None}),
        # Hours are real time: a change of clocks may move them against the calendar.
        ("at + interval '1 hour' < at", ANY),
        ("shipped_at - placed_at > interval '48 hours' and shipped_at - placed_at < 2", {False, None}),
        ("a - b > 3 and b - a > -3", {False, None}),
        ("a < b + c and a - b + c > 5", ANY),
        ("a < b and b < c and c < a", {False, None}),
        ("a < b and b < c and c < d and d <= a", {False, None}),
        ("a < b and b < c and a < c", ANY),
        # With days and moments in it, each of these may be the same day.
        ("a <= b and b < c and c <= a", ANY),
        ("a <= b and b < c and c <= a and a > 1", {False, None}),
        ("starts_on > '2026-03-01' and ends_on < '2026-03-01' and starts_on < ends_on", {False, None}),
        ("at >= '2026-03-01 10:00' and due_on < '2026-03-01 09:00' and at <= due_on", ANY),
        ("at > '2026-03-01 10:00' and due_on < '2026-02-28 09:00' and at <= due_on", {False, None}),
        ("amount > 5 and price < 3 and amount <= price", {False, None}),
        ("amount > 5 and price < 3 and amount <= price + 3", ANY),
        ("x / 2 > 5 and x < 10", {False, None}),
        ("x / 2 > 5 and x < 11", ANY),
        ("x / 3 <= 5 and x > 15", {False, None}),
        ("10 - x / -4 < 8 and x > -8", {False, None}),
        ("minutes / 60 / 8 > 1 and minutes <= 480", {False, None}),
        ("x / 2 > y / 2 + 1 and x < y + 2", {False, None}),
        # Twelve places are all that a quotient has: a third is less than it by rounding.
        ("x / 3 <= 0.333333333333 and x >= 1", ANY),
        ("10 / x > 5 and x > 2", ANY),
        ("coalesce(amount, 0) > 3 and amount is null", {False}),
        ("case when kind = 'a' then 1 else 2 end = 3", {False}),
        ("case kind when 'a' then true when 'b' then true else true end", {True}),
        ("excused = true and not excused", {False, None}),
        ("excused or not excused or excused is null", {True}),
    ],
)
def test_what_can_and_can_not_be_told(condition: str, expected: set[bool | None]) -> None:
    assert answers(parse(condition)) == expected
