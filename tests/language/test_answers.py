"""Which answers a condition can give, held against a database that is asked for every value."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.language.answers import ANY, Answer, answers, implied
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


def counted_out(condition: str) -> frozenset[bool | None]:
    """Every answer that SQLite gives over a, b in -0.5 to 3.5 by halves and null: a value in each gap."""
    values = " union all ".join(f"select {each} v" for each in ("null", *(n / 2 for n in range(-1, 8))))
    with sqlite3.connect(":memory:") as database:
        found = database.execute(
            f"select distinct {condition} from (select v a from ({values})), (select v b from ({values}))"
        ).fetchall()
    return frozenset(None if each is None else bool(each) for (each,) in found)


@given(CONDITION)
def test_the_answers_are_those_of_a_database_that_tries_every_value(condition: str) -> None:
    assert answers(parse(condition)) == counted_out(condition)


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
        ("note like 'a%'", "note is not null", False),
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
    ],
)
def test_what_can_and_can_not_be_told(condition: str, expected: set[bool | None]) -> None:
    assert answers(parse(condition)) == expected
