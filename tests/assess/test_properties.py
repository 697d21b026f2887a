"""What no change of form may change: the order of rows and files, and somebody else's records."""

from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.workspaces import audited
from tests.assess.worlds import RULES, Row, World, world

from compliance.model.audit import Audit

SEEDS = st.integers(0, 2**32)
NEW_ROWS: dict[str, tuple[Row, ...]] = {
    "employees": (("new", "New", "seller", "1", "c", "", ""),),
    "clients": (("n-1", "new", "main", "2026-02-01 00:00:00"), ("n-2", "new", "other", "2026-03-10 00:00:00")),
    "contracts": (("n-1", "n-1", "new", "signed", "2026-03-12"),),
    "orders": (("n-1", "new", "n-1", "2026-03-12 10:00:00", "350"), ("n-2", "new", "n-2", "2026-03-12 11:00:00", "10")),
}


def judged(made: World) -> Audit:
    with TemporaryDirectory() as folder:
        return audited(made.write(Path(folder)), keep_all=True)


@given(SEEDS, SEEDS)
@settings(max_examples=3, deadline=None)
def test_the_order_of_rows_and_of_rule_files_changes_nothing_and_no_row_is_lost(seed: int, shuffle: int) -> None:
    made, random = world(seed), Random(shuffle)  # noqa: S311 an order
    names = dict(zip(RULES, random.sample([*RULES], len(RULES)), strict=True))
    other = replace(made, names=names).changed(lambda _name, rows: random.sample(rows, len(rows)))
    one, two = judged(made), judged(other)
    assert two.findings == one.findings
    assert two.incidents == one.incidents
    assert (two.rules, two.notes, two.people, two.period, two.as_of) == (
        one.rules,
        one.notes,
        one.people,
        one.period,
        one.as_of,
    )
    assert [replace(each, rejects=()) for each in two.tables] == [replace(each, rejects=()) for each in one.tables]
    for table in one.tables:
        assert table.read == len(made.tables[table.table]) == table.accepted + table.rejected
        assert table.rejected == sum(table.reasons.values()) == len(table.rejects)


@given(SEEDS)
@settings(max_examples=2, deadline=None)
def test_somebody_else_s_records_change_nobody_s_verdict(seed: int) -> None:
    made = world(seed)
    busy = next(row[1] for row in made.tables["activities"] if row[1].startswith("2026-03-1"))
    new = NEW_ROWS | {"activities": (("n-1", busy, "new", "call", "n-1", "7", busy),)}
    one, two = judged(made), judged(made.changed(lambda name, rows: (*rows, *new.get(name, ()))))
    assert [each for each in two.findings if each.bearer != "new"] == list(one.findings)
    assert any(each.bearer == "new" for each in two.findings)
