from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from compliance.language.exact import divide, multiply, places, pro_rata
from compliance.language.values import literal, number

WHOLE = st.integers(0, 10**6)
ENGINE = duckdb.connect()


def answer(query: exp.Expr) -> object:
    return ENGINE.execute(exp.select(query).sql(dialect="duckdb")).fetchall()[0][0]


def decimal(value: Decimal) -> tuple[exp.Expr, int]:
    return number(value), places(value)


@pytest.mark.parametrize("value", ["0", "-7", "12345678901234567890", "0.1", "-0.0001", "100.00", "1E+3"])
def test_a_number_reaches_the_engine_as_it_is(value: str) -> None:
    assert answer(number(Decimal(value))) == Decimal(value)
    assert answer(literal(Decimal(value)).sql) == Decimal(value)


@pytest.mark.parametrize(
    ("bound", "present", "total", "owed"),
    [
        ("4", 12, 22, 2),
        ("4", 22, 22, 4),
        ("4", 5, 22, 0),
        ("4.5", 11, 22, 2),
        ("0.5", 21, 22, 0),
        ("100", 0, 22, 0),
        ("3", 7, 21, 1),
    ],
)
def test_a_bound_is_owed_pro_rata_rounded_down(bound: str, present: int, total: int, owed: int) -> None:
    value, scale = decimal(Decimal(bound))
    assert answer(pro_rata(value, scale, exp.Literal.number(present), exp.Literal.number(total))) == owed


@given(st.decimals(0, 10**9, places=2), WHOLE, st.integers(1, 10**6))
@settings(max_examples=25, deadline=None)
def test_pro_rata_never_passes_through_floating_point(bound: Decimal, present: int, total: int) -> None:
    value, scale = decimal(bound)
    found = answer(pro_rata(value, scale, exp.Literal.number(present), exp.Literal.number(total)))
    assert found == Fraction(bound) * present // total


@given(st.decimals(-(10**9), 10**9, places=4), st.decimals(-(10**4), 10**4, places=3).filter(bool))
@settings(max_examples=25, deadline=None)
def test_a_quotient_has_twelve_places_rounded_half_away_from_zero(a: Decimal, b: Decimal) -> None:
    exact = Fraction(a) / Fraction(b) * 10**12
    rounded = int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
    found = answer(divide(*decimal(a), *decimal(b)))
    assert isinstance(found, Decimal)
    assert found == Decimal(rounded) / 10**12 or Fraction(found) == Fraction(rounded, 10**12)


def test_a_product_keeps_eighteen_places_at_most() -> None:
    sql, scale = multiply(number(Decimal("0.123456789012")), 12, number(Decimal("0.123456789012")), 12)
    assert scale == 18
    assert answer(sql) == Decimal("0.123456789") * Decimal("0.123456789")
