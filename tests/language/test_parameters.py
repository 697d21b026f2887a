from datetime import date
from decimal import Decimal

import duckdb
import pytest
from pydantic import ValidationError
from sqlglot import exp

from compliance.language.parameters import DatedValue, Parameters, Value
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Listed, Typed

DAY = exp.cast(exp.Literal.string("2026-03-31"), "date")
STEPS: dict[str, Value] = {"2025-01-01": 30, "2026-04-01": Decimal("25.5")}


def dated(values: dict[str, Value], source: str = "clause 3.1/6") -> tuple[DatedValue, ...]:
    return tuple(
        DatedValue.model_validate({"from": day or None, "value": v, "source": source}) for day, v in values.items()
    )


def known(**values: tuple[DatedValue, ...]) -> Parameters:
    return Parameters({name.replace("__", "."): value for name, value in values.items()})


def on(value: Typed) -> object:
    """What the engine answers."""
    return duckdb.connect().execute(exp.select(value.sql).sql(dialect="duckdb")).fetchall()[0][0]


def single(parameters: Parameters, name: str, day: exp.Expr) -> Typed:
    """A value that is no list."""
    told = parameters.told(name, day)
    assert isinstance(told, Typed)
    return told


def test_a_value_holds_from_its_day_on_until_the_next() -> None:
    parameters = known(wholesale__calls=dated(STEPS))
    days = (date(2024, 12, 31), date(2025, 1, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert [parameters.on("wholesale.calls", day) for day in days] == [None, 30, 30, Decimal("25.5")]


def test_the_engine_takes_the_value_of_the_day_of_the_act() -> None:
    parameters = known(wholesale__calls=dated(STEPS))
    days = ("2024-12-31", "2025-01-01", "2026-03-31", "2026-04-01")
    bound = [single(parameters, "wholesale.calls", exp.cast(exp.Literal.string(day), "date")) for day in days]
    assert [on(value) for value in bound] == [None, 30, 30, Decimal("25.5")]
    assert (bound[0].family, bound[0].scale) == (Family.NUMBER, 1)


def test_a_value_without_a_day_holds_always_before_the_others() -> None:
    parameters = known(a__b=dated({"": "old", "2026-04-01": "new"}))
    assert parameters.on("a.b", date(1900, 1, 1)) == "old"
    assert on(single(parameters, "a.b", DAY)) == "old"


def test_values_of_unlike_places_are_not_rounded_to_the_coarser() -> None:
    parameters = known(a__share=dated({"": Decimal("0.3"), "2026-04-01": Decimal("0.25")}))
    days = ("2026-03-31", "2026-04-01")
    told = [on(single(parameters, "a.share", exp.cast(exp.Literal.string(day), "date"))) for day in days]
    assert told == [Decimal("0.30"), Decimal("0.25")]


def test_a_short_name_is_looked_for_in_the_rule_s_own_pack_first() -> None:
    parameters = known(wholesale__calls=dated({"": 1}), calls=dated({"": 2}))
    assert parameters.full_name("calls", "wholesale") == "wholesale.calls"
    assert parameters.full_name("calls", "house") == "calls"
    assert parameters.full_name("wholesale.calls", "house") == "wholesale.calls"


def test_an_unknown_name_comes_with_those_that_are_known_by_their_short_names() -> None:
    with pytest.raises(UnknownName) as raised:
        known(wholesale__calls=dated({"": 1}), other__most=dated({"": 1})).full_name("cals", "wholesale")
    assert (raised.value.says, raised.value.known) == ("there is no parameter `cals`", ("calls", "other.most"))
    assert raised.value.help == "there are: calls, other.most"


def test_where_no_parameter_is_known_the_advice_says_where_they_stand() -> None:
    with pytest.raises(UnknownName) as raised:
        known().full_name("calls", "wholesale")
    assert raised.value.help == "give it a value in the pack's parameters.yaml"


def test_a_list_is_no_single_value_and_a_value_no_list() -> None:
    parameters = known(a__kinds=dated({"": ("x", "y")}), a__most=dated({"": 3}))
    ((since, until, members),) = parameters.listed("a.kinds")
    assert (since, until, [on(member) for member in members]) == (None, None, ["x", "y"])
    told = parameters.told("a.kinds", DAY)
    assert isinstance(told, Listed)
    assert told.always is not None
    assert isinstance(parameters.told("a.most", DAY), Typed)
    with pytest.raises(UnknownName) as raised:
        parameters.listed("a.most")
    assert raised.value.says == "`a.most` is no list"


def test_bands_are_told_as_written_and_no_rule_can_ask_for_one() -> None:
    bands = [{"up_to": 100, "percent": Decimal("2.50")}, {"percent": 5, "note": "the rest", "since": date(2026, 1, 1)}]
    value = DatedValue.model_validate({"value": bands})
    assert value.value == (
        '{"up_to": 100, "percent": 2.50}',
        '{"percent": 5, "note": "the rest", "since": 2026-01-01}',
    )
    parameters = known(a__scale=(value,))
    for ask in (lambda: parameters.listed("a.scale"), lambda: parameters.told("a.scale", DAY)):
        with pytest.raises(UnknownName) as raised:
            ask()
        assert raised.value.says == "`a.scale` holds bands, which a rule can't ask for a value"
        assert raised.value.help == "give each figure that a rule asks for as a parameter of its own"


@pytest.mark.parametrize("written", [[{"a": {"b": 1}}], [{"a": [1]}], [{"a": 1}, 2], [["a", 1]]])
def test_bands_are_mappings_of_single_values(written: list[object]) -> None:
    with pytest.raises(ValidationError):
        DatedValue.model_validate({"value": written})


def test_a_list_has_the_members_of_the_day() -> None:
    parameters = known(a__kinds=dated({"2026-01-01": ("x",), "2026-04-01": ("x", "y")}))
    told = parameters.told("a.kinds", DAY)
    assert isinstance(told, Listed)
    assert told.always is None
    assert [[on(member) for member in members] for _, members in told.steps] == [["x"], ["x", "y"]]


def test_what_nobody_but_us_has_set_is_assumed() -> None:
    parameters = known(a__ours=(DatedValue(value=1),), a__theirs=dated({"": 1}))
    assert parameters.assumed("a.ours") == [(None, None)]
    assert parameters.assumed("a.theirs") == []
