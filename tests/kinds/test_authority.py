from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compliance.kinds.authority import Grant, authority_table, grants, steps
from compliance.roster import FIRST_DAY, LAST_DAY, Roster, appointments


def day(text: str) -> date:
    return date.fromisoformat(text)


def row(at_most: object, **more: object) -> dict[str, Any]:
    return {"act": "order", "at_most": None if at_most is None else Decimal(str(at_most)), **more}


def told(
    rows: list[dict[str, Any]], position: str | None = "seller", level: int | None = 1
) -> list[tuple[str, str, str]]:
    found = steps(grants(rows, {}), position, level)
    return [(str(since), str(until), "none" if grant is None else str(grant.at_most)) for since, until, grant in found]


def always(at_most: str) -> list[tuple[str, str, str]]:
    return [(str(FIRST_DAY), str(LAST_DAY), at_most)]


def test_the_row_that_names_most_of_position_and_level_wins_then_the_highest() -> None:
    anybody, seller, level, both = (
        row(900),
        row(100, position="seller"),
        row(150, level=1),
        row(50, position="seller", level=1),
    )
    assert told([anybody]) == always("900")
    assert told([anybody, seller]) == always("100")
    assert told([anybody, seller, level]) == always("150")
    assert told([anybody, seller, level, both]) == always("50")
    assert told([seller, row(120, position="seller"), seller]) == always("120")


def test_rows_of_other_positions_and_levels_do_not_speak() -> None:
    assert told([row(1, position="head"), row(2, level=2)]) == always("none")
    assert told([row(1, position="seller")], position=None) == always("none")
    assert told([], position=None, level=None) == always("none")


def test_a_row_holds_to_its_last_day_and_an_expired_one_is_none() -> None:
    rows = [
        row(100, position="seller", in_force_from=day("2026-01-01"), in_force_to=day("2026-03-31")),
        row(200, position="seller", in_force_from=day("2026-06-01")),
    ]
    assert told(rows) == [
        (str(FIRST_DAY), "2026-01-01", "none"),
        ("2026-01-01", "2026-04-01", "100"),
        ("2026-04-01", "2026-06-01", "none"),
        ("2026-06-01", str(LAST_DAY), "200"),
    ]


def test_where_rows_overlap_the_better_one_holds_and_then_the_other_again() -> None:
    rows = [row(500), row(100, position="seller", in_force_from=day("2026-02-01"), in_force_to=day("2026-02-28"))]
    assert [each[2] for each in told(rows)] == ["500", "100", "500"]


def test_a_row_without_an_act_is_nobody_s_and_titles_are_read_by_their_aliases() -> None:
    rows = [row(100, act=None), row(200, position="Senior Seller")]
    assert grants(rows, {"Senior Seller": "seller"}) == (
        Grant("order", "seller", None, Decimal(200), FIRST_DAY, LAST_DAY),
    )


def test_a_row_that_names_no_sum_bounds_nothing() -> None:
    assert told([row(None, position="seller")]) == always("None")


ROSTER = Roster(appointments([{"_key": "a", "position": "seller", "level": 1}, {"_key": "b", "position": "clerk"}]))


def test_everybody_on_the_roster_has_authority_or_expressly_none() -> None:
    table = authority_table(grants([row(100, position="seller")], {}), (), "order", ROSTER)
    assert table is not None
    assert [(each["bearer"], each["granted"], each["at_most"]) for each in table.to_pylist()] == [
        ("a", True, Decimal(100)),
        ("b", False, Decimal(0)),
    ]


def test_a_row_that_cannot_be_read_may_reach_higher_on_its_days_and_without_a_sum_to_any_height() -> None:
    unread = [row(90), row(300, in_force_to=day("2026-01-31")), row(None, act=None, position="clerk", level=7)]
    kept, doubted = grants([row(100, position="seller")], {}), grants(unread, {}, rejected=True)
    table = authority_table(kept, doubted, "order", ROSTER)
    assert table is not None
    assert [(each["bearer"], str(each["until"]), each["perhaps"]) for each in table.to_pylist()] == [
        ("a", "2026-02-01", Decimal(300)),
        ("a", str(LAST_DAY), None),
        ("b", "2026-02-01", Decimal(300)),
        ("b", str(LAST_DAY), Decimal(90)),
    ]


def test_where_no_authority_is_kept_for_an_act_there_is_no_table() -> None:
    assert authority_table(grants([row(100)], {}), (), "discount", ROSTER) is None


DATES = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
ROWS = st.builds(
    lambda at_most, position, level, since, until: row(
        at_most, position=position, level=level, in_force_from=since, in_force_to=until
    ),
    st.integers(0, 5),
    st.sampled_from([None, "seller", "head"]),
    st.sampled_from([None, 1, 2]),
    DATES,
    DATES,
)


@given(st.lists(ROWS, max_size=6), st.randoms())
def test_steps_tile_time_whatever_the_order_of_rows(rows: list[dict[str, Any]], random: Any) -> None:  # noqa: ANN401 hypothesis'
    found = told(rows)
    assert (found[0][0], found[-1][1]) == (str(FIRST_DAY), str(LAST_DAY))
    assert [each[1] for each in found[:-1]] == [each[0] for each in found[1:]]
    shuffled = rows[:]
    random.shuffle(shuffled)
    assert told(shuffled) == found
