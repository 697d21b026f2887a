from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.sample import compiled, evaluated, refusal

from compliance.language.grammar import ExpressionError
from compliance.language.values import Family, Literal


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("0.1 + 0.2 = 0.3", True),
        ("n / 2", Decimal("3.5")),
        ("1 / 3", Decimal("0.333333333333")),
        ("2 / 3", Decimal("0.666666666667")),
        ("-2 / 3", Decimal("-0.666666666667")),
        ("99999999999999 / 7", Decimal("14285714285714.142857142857")),
        ("n / 0", None),
        ("m * d", Decimal("25.25")),
        ("m / n", Decimal("1.442857142857")),
        ("n - d", Decimal("4.5")),
        ("-(n + 1) * 2", -16),
        ("abs(-d)", Decimal("2.5")),
        ("p + 0.5", Decimal("15.5")),
        ("1000000000000 * 1000000000000", 10**24),
        ("12345678901234567890 + 1", 12345678901234567891),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(d / 3, 4)", Decimal("0.8333")),
        ("round(1 / 3 * 3, 6)", 1),
        ("case when b then n else d end", 7),
        ("case t when 'abc' then 1 when 'Abc' then 2 else 3 end", 2),
        ("case t when 'abc' then 1 end", None),
        ("case x when 'abc' then 1 else 3 end", 3),
        ("at <= timestamp '2026-01-31 18:00'", True),
        ("at <= timestamp '2026-01-31'", False),
    ],
)
def test_arithmetic_is_exact_and_rounds_half_away_from_zero(text: str, answer: Literal) -> None:
    assert evaluated(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("on_day - '2026-01-01'", 30),
        ("on_day - date '2025-12-31'", 31),
        ("at - on_day", 0),
        ("at - '2026-01-30 06:00'", Decimal("1.5")),
        ("at - '2026-01-31 17:59:59.999999'", Decimal("0.000000000012")),
        ("on_day + 1", date(2026, 2, 1)),
        ("1 + on_day", date(2026, 2, 1)),
        ("on_day - n", date(2026, 1, 24)),
        ("at + 1", at("2026-02-01 18:00")),
        ("on_day + interval '1 month'", date(2026, 2, 28)),
        ("on_day + interval '25 months'", date(2028, 2, 29)),
        ("on_day - interval '2 weeks'", date(2026, 1, 17)),
        ("at - interval '1 day'", at("2026-01-30 18:00")),
        ("at + interval '90 minutes'", at("2026-01-31 19:30")),
        ("on_day + interval '48 hours'", at("2026-02-02")),
        ("year(on_day) * 10000 + month(at) * 100 + day(at)", 20260131),
        ("weekday(on_day)", 6),
        ("weekday(on_day + 1)", 7),
        ("weekday(at + 2)", 1),
    ],
)
def test_dates_are_counted_in_days_and_moments_exactly(text: str, answer: Literal) -> None:
    assert evaluated(text) == answer


def test_hours_are_real_time_where_the_clocks_change_and_days_are_the_calendar_s() -> None:
    # Pyongyang's clocks went on from 23:30 to 00:00 on 4 May 2018.
    assert evaluated("date '2018-05-04' + interval '1 day'", "Asia/Pyongyang") == date(2018, 5, 5)
    assert evaluated("date '2018-05-04' + interval '24 hours'", "Asia/Pyongyang") == at("2018-05-05 00:30")
    difference = "(date '2018-05-04' + interval '24 hours') - (date '2018-05-04' + interval '0 hours')"
    assert evaluated(difference, "Asia/Pyongyang") == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("at > '2026-01-31'", False),
        ("at >= '2026-01-31'", True),
        ("at = on_day", True),
        ("at <= '2026-01-31 18:00'", True),
        ("at < '2026-01-31 18:00'", False),
        ("at < '2026-01-31T18:00:00.000001'", True),
        ("on_day between '2026-01-01' and '2026-01-31'", True),
        ("at between '2026-01-01' and '2026-01-31'", True),
        ("at between '2026-01-01' and '2026-01-31 17:00'", False),
        ("on_day in ('2026-01-30', '2026-01-31')", True),
        ("at - '2026-01-30 06:00' > interval '36 hours'", False),
        ("at - '2026-01-30 06:00' >= interval '36 hours'", True),
        ("on_day - '2026-01-01' > interval '29 days'", True),
        ("case when b then on_day else at end = '2026-01-31'", True),
    ],
)
def test_where_one_side_is_a_day_both_are_compared_as_days(text: str, answer: Literal) -> None:
    assert evaluated(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("t = 'abc'", False),
        ("lower(t) = 'abc'", True),
        ("t like 'A%' and not t like 'a%'", True),
        ("t not like 'A%'", False),
        ("t not like 'a%'", True),
        ("x not like 'a%'", None),
        ("t || '!' || t", "Abc!Abc"),
        ("length(t || '!')", 4),
        ("t || ' / ' || n", "Abc / 7"),
        ("t > 'Abb'", True),
        ("case when n > 5 then 'big' else 'small' end", "big"),
        ("coalesce(x, t, 'none')", "Abc"),
    ],
)
def test_text_is_case_sensitive(text: str, answer: Literal) -> None:
    assert evaluated(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("x = 'a'", None),
        ("not x = 'a'", None),
        ("x <> 'a'", None),
        ("x in ('a', 'b')", None),
        ("x not in ('a', 'b')", None),
        ("x = 'a' or true", True),
        ("x = 'a' and b", None),
        ("x = 'a' and false", False),
        ("x is null", True),
        ("x is not null", False),
        ("(x = 'a') is null", True),
        ("x || t", None),
        ("length(x)", None),
        ("case when x = 'a' then 1 end", None),
        ("b and null", None),
        ("n in ()", False),
    ],
)
def test_null_is_neither_true_nor_false(text: str, answer: Literal) -> None:
    assert evaluated(text) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [("n > :most", True), ("t in :kinds", False), ("t in (:kinds)", False), ("t in (:kinds, 'Abc')", True)],
)
def test_a_parameter_is_a_value_and_a_list_stands_behind_in(text: str, answer: Literal) -> None:
    assert evaluated(text) is answer


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "nn > 1",
            """
rule.yaml:1:1: no column `nn`
  nn > 1
  ^^
  help: did you mean `n`?""",
        ),
        (
            "b and client.tier = 'a'",
            """
rule.yaml:1:7: no column `client.tier`
  b and client.tier = 'a'
        ^^^^^^^^^^^
  help: there are: n, d, m, p, b, t, x, on_day, at""",
        ),
        (
            "b and t = 1",
            """
rule.yaml:1:7: text can't be compared with a number
  b and t = 1
        ^^^^^
  help: put the number into quotes""",
        ),
        (
            "on_day = 5",
            """
rule.yaml:1:1: a date can't be compared with a number
  on_day = 5
  ^^^^^^^^^^
  help: a date is written as text: '2026-03-31'""",
        ),
        (
            't = "call"',
            """
rule.yaml:1:5: no column `call`
  t = "call"
      ^^^^^^
  help: a text stands in single quotes: 'call'; there are: n, d, m, p, b, t, x, on_day, at""",
        ),
        (
            "t in ('call', visit)",
            """
rule.yaml:1:15: no column `visit`
  t in ('call', visit)
                ^^^^^
  help: a text stands in single quotes: 'visit'; there are: n, d, m, p, b, t, x, on_day, at""",
        ),
        (
            "zone = t",
            """
rule.yaml:1:1: no column `zone`
  zone = t
  ^^^^
  help: there are: n, d, m, p, b, t, x, on_day, at""",
        ),
        (
            "on_day > '2026-1-31'",
            """
rule.yaml:1:1: '2026-1-31' is not a date or datetime
  on_day > '2026-1-31'
  ^^^^^^^^^^^^^^^^^^^^
  help: write dates as '2026-03-31', datetimes as '2026-03-31 18:00'""",
        ),
        (
            "date '2026-02-30' < on_day",
            """
rule.yaml:1:6: '2026-02-30' is not a date or datetime
  date '2026-02-30' < on_day
       ^^^^^^^^^^^^
  help: write dates as '2026-03-31', datetimes as '2026-03-31 18:00'""",
        ),
        (
            "interval '2 working_days' < interval '1 month'",
            """
rule.yaml:1:1: months and working days have no fixed length to compare with
  interval '2 working_days' < interval '1 month'
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^""",
        ),
        (
            "b and not like(t, 'A%')",
            """
rule.yaml:1:11: `like` stands between two texts
  b and not like(t, 'A%')
            ^^^^
  help: write it as in `name like 'A%'`""",
        ),
        (
            "n between symmetric 9 and 1",
            """
rule.yaml:1:1: `between` has no `symmetric` here
  n between symmetric 9 and 1
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: name the lower bound first""",
        ),
        (
            "t is not n",
            """
rule.yaml:1:10: `is` asks for null, true or false, not for `n`
  t is not n
           ^
  help: write `=`, or `<>` for `is not`""",
        ),
        (
            "n is 3 or on_day is null",
            """
rule.yaml:1:6: `is` asks for null, true or false, not for `3`
  n is 3 or on_day is null
       ^
  help: write `=`, or `<>` for `is not`""",
        ),
        (
            "n = null",
            """
rule.yaml:1:1: a comparison with null is never true
  n = null
  ^^^^^^^^
  help: write `is null` or `is not null`""",
        ),
        (
            "b and n",
            """
rule.yaml:1:7: a condition is wanted here, not a number
  b and n
        ^""",
        ),
        (
            "not on_day",
            """
rule.yaml:1:5: a condition is wanted here, not a date
  not on_day
      ^^^^^^""",
        ),
        (
            "n is true",
            """
rule.yaml:1:1: `is true` wants a condition, not a number
  n is true
  ^""",
        ),
        (
            "n like '7%'",
            """
rule.yaml:1:1: `like` compares text, not a number
  n like '7%'
  ^""",
        ),
        (
            "t || d",
            """
rule.yaml:1:6: `||` joins text, not a number
  t || d
       ^
  help: say under `types` that the column is text""",
        ),
        (
            "n + t > 1",
            """
rule.yaml:1:5: a number is wanted here, not text
  n + t > 1
      ^""",
        ),
        (
            "on_day + 0.5",
            """
rule.yaml:1:1: only whole days can be added to a moment
  on_day + 0.5
  ^^^^^^^^^^^^
  help: write `interval '36 hours'`""",
        ),
        (
            "1 - on_day",
            """
rule.yaml:1:1: a date can't be taken from a number
  1 - on_day
  ^^^^^^^^^^""",
        ),
        (
            "on_day + at",
            """
rule.yaml:1:1: a date can't be added to a datetime
  on_day + at
  ^^^^^^^^^^^""",
        ),
        (
            "on_day - on_day > interval '1 month'",
            """
rule.yaml:1:1: months and working days have no fixed length to compare with
  on_day - on_day > interval '1 month'
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^""",
        ),
        (
            "on_day + interval '3 working_days'",
            """
rule.yaml:1:1: working days can't be added in an expression
  on_day + interval '3 working_days'
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write `working_days(a, b) <= 2`""",
        ),
        (
            "n < 1 and at > interval '2 fortnights'",
            """
rule.yaml:1:16: `2 fortnights` is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month
  n < 1 and at > interval '2 fortnights'
                 ^^^^^^^^^^^^^^^^^^^^^^^""",
        ),
        (
            "n < 1 and d > :mos",
            """
rule.yaml:1:15: there is no parameter `mos`
  n < 1 and d > :mos
                ^^^^
  help: did you mean `most`?""",
        ),
        (
            "n < 1 and t = :kinds",
            """
rule.yaml:1:15: `:kinds` is a list; it can only stand behind `in`
  n < 1 and t = :kinds
                ^^^^^^""",
        ),
        (
            "lower(n) = 'a'",
            """
rule.yaml:1:7: `lower` wants text, not a number
  lower(n) = 'a'
        ^""",
        ),
        (
            "year(t) = 2026",
            """
rule.yaml:1:6: a date is wanted here, not text
  year(t) = 2026
       ^
  help: say under `types` that the column is a date or datetime""",
        ),
        (
            "weekday() = 1",
            """
rule.yaml:1:1: `weekday` wants one date
  weekday() = 1
  ^^^^^^^""",
        ),
        (
            "round(d, 13) > 1",
            """
rule.yaml:1:10: the number of places is a whole number from 0 to 12
  round(d, 13) > 1
           ^^""",
        ),
        (
            "coalesce(x, 1) = 'a'",
            """
rule.yaml:1:1: a number and text can't stand side by side
  coalesce(x, 1) = 'a'
  ^^^^^^^^""",
        ),
        (
            "case n when 'a' then b end",
            """
rule.yaml:1:13: a number can't be compared with text
  case n when 'a' then b end
              ^^^
  help: write the number without quotes""",
        ),
        (
            "working_days(on_day, n) > 1",
            """
rule.yaml:1:1: `working_days` wants two dates: working_days(asked_at, answered_at)
  working_days(on_day, n) > 1
  ^^^^^^^^^^^^""",
        ),
        (
            "nth() = 1",
            """
rule.yaml:1:1: `nth` wants what a record is counted among: nth(client_id)
  nth() = 1
  ^^^""",
        ),
        (
            "nth(t) = 1",
            """
rule.yaml:1:1: `nth` of 1 can't be told here
  nth(t) = 1
  ^^^""",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(text: str, told: str) -> None:
    assert refusal(text) == told.removeprefix("\n")


def test_an_expression_of_the_wrong_type_is_marked_whole() -> None:
    with pytest.raises(ExpressionError) as raised:
        compiled("n + 1", Family.BOOLEAN)
    assert (raised.value.says, raised.value.start, raised.value.width) == (
        "this is a number, but yes or no is wanted here",
        0,
        5,
    )


def test_null_stands_in_for_any_type() -> None:
    assert compiled("null", Family.BOOLEAN).family is Family.NULL


def test_percentages_stay_percentages_through_arithmetic() -> None:
    assert compiled("p * 2 + 1").percent
    assert not compiled("d * 2 + 1").percent


def test_a_text_in_a_rule_can_be_no_code() -> None:
    assert evaluated("t = '''; drop table r; --'") is False
    assert evaluated("t || '''); drop table r; --'") == "Abc'); drop table r; --"


SMALL = st.decimals(-(10**6), 10**6, places=3, allow_nan=False)


@given(a=SMALL, b=SMALL)
@settings(max_examples=25, deadline=None)
def test_the_engine_calculates_as_decimals_do(a: Decimal, b: Decimal) -> None:
    sums = evaluated(f"(({a}) + ({b})) - ({b}) = ({a}) and ({a}) * ({b}) = ({b}) * ({a})")
    assert sums is True
    assert evaluated(f"({a}) * ({b})") == a * b
    if b:
        quotient = evaluated(f"({a}) / ({b})")
        assert isinstance(quotient, Decimal)
        assert abs(quotient - a / b) <= Decimal("0.0000000000006")
