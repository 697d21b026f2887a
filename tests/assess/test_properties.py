"""What no change of form may change: the order of rows and files, and somebody else's records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.assess.workspaces import audited
from tests.assess.worlds import RULES, Row, World, world

from compliance.audit import Options
from compliance.model.audit import Audit
from compliance.model.finding import Finding, Verdict, Window

SEEDS = st.integers(0, 2**32)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # a smaller seed makes no smaller world
NEW_ROWS: dict[str, tuple[Row, ...]] = {
    "employees": (("new", "New", "seller", "1", "c", "", ""),),
    "clients": (("n-1", "new", "main", "2026-02-01 00:00:00"), ("n-2", "new", "other", "2026-03-10 00:00:00")),
    "contracts": (("n-1", "n-1", "new", "signed", "2026-03-12"),),
    "orders": (("n-1", "new", "n-1", "2026-03-12 10:00:00", "350"), ("n-2", "new", "n-2", "2026-03-12 11:00:00", "10")),
}


def judged(made: World, start: date | None = None, end: date | None = None, as_of: date | None = None) -> Audit:
    options = Options(start, end, as_of, judge="plain", keep_all=True)
    with TemporaryDirectory() as folder:
        return audited(made.write(Path(folder)), options=options)


def decided(audit: Audit) -> dict[str, Finding]:
    """What is no longer pending, by id; a rule's one finding about nobody belongs to every audit."""
    return {each.id: each for each in audit.findings if each.verdict is not Verdict.PENDING and each.bearer is not None}


def _busy(activities: Sequence[Row]) -> str:
    """A moment of a day that is not silent: rows of one key that disagree may have happened at any time."""
    keys = [row[0] for row in activities]
    return next(row[1] for row in activities if row[1].startswith("2026-03-1") and keys.count(row[0]) == 1)


@given(SEEDS, SEEDS)
@settings(max_examples=3, deadline=None, phases=PHASES)
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
@settings(max_examples=2, deadline=None, phases=PHASES)
def test_somebody_else_s_records_change_nobody_s_verdict(seed: int) -> None:
    made = world(seed)
    busy = _busy(made.tables["activities"])
    new = NEW_ROWS | {"activities": (("n-1", busy, "new", "call", "n-1", "7", busy),)}
    one, two = judged(made), judged(made.changed(lambda name, rows: (*rows, *new.get(name, ()))))
    assert [each for each in two.findings if each.bearer != "new"] == list(one.findings)
    assert any(each.bearer == "new" for each in two.findings)


@given(SEEDS, st.integers(1, 34))
@settings(max_examples=2, deadline=None, phases=PHASES)
def test_neighbouring_audits_find_together_what_one_audit_of_both_periods_finds(seed: int, days: int) -> None:
    made, border, known = world(seed), date(2026, 3, 2) + timedelta(days=days), date(2026, 4, 10)
    before, after = judged(made, end=border, as_of=known), judged(made, start=border, as_of=known)
    whole = judged(made, as_of=known)
    assert decided(before) | decided(after) == decided(whole)
    assert decided(after) | decided(before) == decided(whole)
    open_ends = {each.id for each in before.findings if each.window and _end(each, each.window) > before.period.end}
    # What is told of a table without a time is told in every audit.
    timeless = {each.id for each in before.findings if each.rule == "dutybook.unmapped-title"}
    assert set(decided(before)) & set(decided(after)) <= open_ends | timeless


def _end(finding: Finding, window: Window) -> datetime:
    """When an obligation is decided at the latest."""
    return max(window.end, finding.due or window.end)
