"""Quotients that are reckoned with further, against exact fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.sample import compiled, evaluated

WHOLE = st.integers(-1000, 1000)
CENTS = st.decimals(-(10**4), 10**4, places=2, allow_nan=False)
TWELFTH = Fraction(1, 10**12)


@given(a=CENTS, b=WHOLE, c=WHOLE, d=WHOLE)
@settings(max_examples=25, deadline=None)
def test_what_is_reckoned_with_further_is_rounded_once(a: Decimal, b: int, c: int, d: int) -> None:
    if not (b and c and d):
        return
    x, y, z = f"(({a}) / ({b}))", f"({c})", f"({d})"
    exact = Fraction(a) / b
    wanted = {
        f"{x} * {y}": exact * c,
        f"{x} / {y}": exact / c,
        f"{y} / {z} * {x}": exact * c / d,
        f"{x} + {y}": exact + c,
        f"{y} - {x}": c - exact,
        f"{x} + {y} / {z}": exact + Fraction(c, d),
        f"-{x} * {y}": -exact * c,
        f"abs({x}) * {y}": abs(exact) * c,
    }
    for text, value in wanted.items():
        found = evaluated(text)
        assert isinstance(found, Decimal)
        assert abs(Fraction(found) - value) <= TWELFTH / 2, text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("10 / 24 * 24 = 10", True),
        ("1 / 3 + 1 / 3 + 1 / 3 = 1", True),
        ("6 / (2 / 3) = 9", True),
        ("6 / (0 / 3) is null", True),
        ("6 / (2 / 0) is null", True),
        ("0 * (2 / 0) is null", True),
        ("(2 / 3) / 0 is null", True),
        ("coalesce(1 / 3, 0) * 3 = 1", True),
        ("case when 1 = 2 then 7 else 1 / 3 end * 3 = 1", True),
        ("coalesce(1 / 0, 1 / 3, 0) * 3 = 1", True),
        ("coalesce(1 / 0, 2) * 3 = 6", True),
        ("99999999999999.9999 / 0.0007 * 0.0007 > 99999999999999", True),
    ],
)
def test_a_third_three_times_is_the_whole_and_what_is_divided_by_nothing_is_null(text: str, answer: object) -> None:
    assert evaluated(text) is answer


def test_what_has_too_many_places_is_rounded_on_the_way() -> None:
    assert compiled("1.12345678 / 3 * 1.12345678").unrounded is None
    assert compiled("1.1 / 3 * 1.1").unrounded is not None
    assert compiled("p / 3 * 2").percent
