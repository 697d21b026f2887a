from decimal import Decimal

import duckdb
import pytest
from sqlglot import exp

from compliance.kinds.measures import Aggregate, Measure
from compliance.language.values import column
from compliance.model.types import ColumnType

MONEY, YES = column("amount", ColumnType.MONEY), column("late", ColumnType.BOOLEAN)
ROWS = """
    select * from (values (true, 10.00::decimal(18, 2), true), (true, 10.00, false), (true, 0.01, null),
        (false, 99.00, true), (null, 50.00, true), (true, null, false)) as t(counts, amount, late)
"""


def answer(measure: Measure, where: str = "true") -> object:
    query = exp.select(measure.sql(exp.column("counts"))).from_("r").where(where)
    return duckdb.connect().execute(f"with r as ({ROWS}) {query.sql(dialect='duckdb')}").fetchall()[0][0]


@pytest.mark.parametrize(
    ("measure", "found", "of_nothing"),
    [
        (Measure(Aggregate.COUNT), 4, 0),
        (Measure(Aggregate.DISTINCT, MONEY), 2, 0),
        (Measure(Aggregate.SUM, MONEY), Decimal("20.01"), 0),
        (Measure(Aggregate.AVG, MONEY), Decimal("6.67"), None),
        (Measure(Aggregate.MIN, MONEY), Decimal("0.01"), None),
        (Measure(Aggregate.MAX, MONEY), Decimal("10.00"), None),
        (Measure(Aggregate.SHARE, YES), Decimal("0.333333333333"), None),
    ],
)
def test_a_measure_counts_what_counts_and_of_nothing_only_counts_and_sums_are_zero(
    measure: Measure, found: object, of_nothing: object
) -> None:
    assert answer(measure) == found
    assert answer(measure, "false") == of_nothing


def test_an_average_is_exact_to_twelve_places() -> None:
    assert answer(Measure(Aggregate.AVG, MONEY), "amount < 50 or amount is null") == Decimal("6.67")
    assert answer(Measure(Aggregate.AVG, MONEY), "late is not null") == Decimal("10.00")
    assert Measure(Aggregate.AVG, MONEY).scale == 12
    assert Measure(Aggregate.SUM, MONEY).scale == 2
    assert Measure(Aggregate.COUNT).scale == 0


def test_what_is_pro_rated_and_what_one_more_record_can_raise_by_one() -> None:
    assert [each for each in Aggregate if each.pro_rated] == [Aggregate.COUNT, Aggregate.DISTINCT, Aggregate.SUM]
    assert [each for each in Aggregate if each.counted] == [Aggregate.COUNT, Aggregate.DISTINCT]
