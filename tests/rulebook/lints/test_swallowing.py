"""Whether a breach of one rule is one of another, held against a search for records that say otherwise."""

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.test_answers import CONDITION, NUMBER

from compliance.kinds.base import Kind
from compliance.kinds.condition import Condition
from compliance.kinds.limit import Limit
from compliance.kinds.prohibition import Prohibition
from compliance.kinds.quota import Quota
from compliance.rulebook.lints.swallowing import follows

GRID = [None, *(number / 2 for number in range(-1, 8))]
EVERY = [(a, b) for a in GRID for b in GRID]
SIDE = st.sampled_from(["at_least", "more_than", "at_most", "less_than"])
PAIR = st.one_of(
    st.tuples(CONDITION, CONDITION),
    CONDITION.map(lambda each: (each, each)),
    st.tuples(CONDITION, CONDITION).map(lambda each: (f"({each[0]}) and ({each[1]})", each[0])),
    st.tuples(CONDITION, CONDITION).map(lambda each: (each[0], f"({each[0]}) and ({each[1]})")),
)
"""The filters of two rules, of which one is inside the other often enough."""
BOUND = st.tuples(SIDE, NUMBER)
BOUNDS = st.one_of(st.tuples(BOUND, BOUND), BOUND.map(lambda each: (each, each)))
RECORDS = st.lists(st.sampled_from(EVERY), max_size=8)
BROKEN = {"at_least": "<", "more_than": "<=", "at_most": ">", "less_than": ">="}


def asked(select: str, records: list[tuple[float | None, float | None]] = EVERY) -> object:
    """The one value that SQLite answers over records."""
    with sqlite3.connect(":memory:") as database:
        database.execute("create table t (a, b)")
        database.executemany("insert into t values (?, ?)", records)
        return database.execute(select).fetchone()[0]


def by_search(narrow: str, wide: str) -> bool:
    """Whether no record is like this and not like that."""
    return asked(f"select count(*) from t where ({narrow}) and not coalesce(({wide}), false)") == 0


def bounded(model: type[Kind], where: str, side: str, number: int, **more: str) -> Kind:
    return model.model_validate({"of": "t", "where": where, side: number, **more})


NULL = st.sampled_from(["undetermined", "breached"])
ASKED = st.one_of(
    st.builds(lambda where: (Prohibition, {"where": where}, "1"), CONDITION),
    st.builds(lambda where, must: (Condition, {"where": where, "must": must}, f"not ({must})"), CONDITION, CONDITION),
    st.builds(
        lambda where, bound: (
            Limit,
            {"where": where, "value": "a", bound[0]: bound[1]},
            f"a {BROKEN[bound[0]]} {bound[1]}",
        ),
        CONDITION,
        BOUND,
    ),
)
"""A rule of records with what makes one of them wrong."""


@settings(max_examples=300)
@given(ASKED, ASKED, NULL)
def test_of_single_records_a_breach_of_the_one_is_one_of_the_other_where_no_record_says_otherwise(
    narrow: tuple[type[Kind], dict[str, object], str], wide: tuple[type[Kind], dict[str, object], str], null: str
) -> None:
    one, other = (model.model_validate({"of": "t", "if_null": null, **keys}) for model, keys, _ in (narrow, wide))
    unknown = "true" if null == "breached" else "false"
    breach, other_breach = (
        f"coalesce(({keys['where']}), {unknown}) and coalesce(({wrong}), {unknown})"
        for _, keys, wrong in (narrow, wide)
    )
    assert follows(one, other) == by_search(breach, other_breach)


@given(PAIR, BOUNDS)
def test_of_limits_no_record_beyond_the_one_lies_within_the_other(
    filters: tuple[str, str], bounds: tuple[tuple[str, int], tuple[str, int]]
) -> None:
    one = bounded(Limit, filters[0], *bounds[0], value="a")
    other = bounded(Limit, filters[1], *bounds[1], value="a")
    beyond, other_beyond = (
        f"({where}) and a {BROKEN[side]} {number}" for where, (side, number) in zip(filters, bounds, strict=True)
    )
    assert not follows(one, other) or by_search(beyond, other_beyond)


@settings(max_examples=300)
@given(PAIR, BOUNDS, RECORDS)
def test_of_quotas_no_records_miss_the_one_and_keep_the_other(
    filters: tuple[str, str],
    bounds: tuple[tuple[str, int], tuple[str, int]],
    records: list[tuple[float | None, float | None]],
) -> None:
    one, other = bounded(Quota, filters[0], *bounds[0], per="day"), bounded(Quota, filters[1], *bounds[1], per="day")
    missed, other_missed = (
        asked(f"select count(*) {BROKEN[side]} {number} from t where {where}", records)
        for where, (side, number) in zip(filters, bounds, strict=True)
    )
    assert not follows(one, other) or not missed or other_missed
