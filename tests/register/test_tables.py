from datetime import date
from pathlib import Path

import pytest
from tests.assess.workspaces import house, written
from tests.reports.sample import moment

from compliance.audit import Options, Outcome, audit
from compliance.check import check
from compliance.model.history import Deed
from compliance.model.problem import UserError
from compliance.proof import proofread
from compliance.register.deeds import do
from compliance.register.store import record
from compliance.ruletest.comparing import shown
from compliance.why import Question, why

HEARING = """id: house.heard-in-time
title: Whoever answers for a serious incident is asked within three days
severity: moderate
bearer: {who: employee.superior_id}
response:
  after: {of: incidents, where: grade = 'serious'}
  expect: {of: decisions, where: kind = 'asked', match: [incident_id]}
  within: 3 days
"""
OPEN = """id: house.none-open
title: No serious incident stays open
severity: minor
quota: {of: incidents, where: state <> 'closed' and grade = 'serious', at_most: 0}
"""
DECIDED = """id: house.no-fines
title: No fine is decided
severity: serious
bearer: {who: decided_by}
prohibition: {of: decisions, where: "kind = 'decided' and measure = 'fine'"}
"""
MARCH_2, MARCH_9, MARCH_16 = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose first week was audited and recorded: Ann made a gift, Bob called too little and explained."""
    folder = house(tmp_path / "house")
    record(folder / "register.sqlite", week(folder, MARCH_2, MARCH_9).audit)
    other = next(each.id for each in week(folder, MARCH_2, MARCH_9).audit.incidents if each.rules == ("house.calls",))
    do(folder / "register.sqlite", other, Deed.ANSWERED, by="b", at=moment("2026-03-09 09:00"), text="I was ill.")
    return written(folder, {"rules/heard.yaml": HEARING})


def week(folder: Path, start: date, end: date, **more: object) -> Outcome:
    return audit(folder, Options(start=start, end=end, judge="plain", **more))  # type: ignore[arg-type]


def gift(folder: Path) -> str:
    found = week(folder, MARCH_2, MARCH_9).audit
    return next(each.id for each in found.incidents if each.rules == ("house.gifts",))


def told(outcome: Outcome, rule: str = "house.heard-in-time") -> list[str]:
    return [shown(each) for each in outcome.audit.findings if each.rule == rule]


def ask(folder: Path, at: str) -> None:
    do(folder / "register.sqlite", gift(folder), Deed.ASKED, by="c", at=moment(at), details={"due": "2026-03-13"})


def test_nobody_was_asked(folder: Path) -> None:
    key = gift(folder)
    (found,) = told(week(folder, MARCH_9, MARCH_16))
    assert found == f"house.heard-in-time of c for incidents/{key} breached (missing)"


@pytest.mark.parametrize(
    ("at", "verdict"), [("2026-03-12 23:59:59", None), ("2026-03-13 00:00", "late"), ("2026-03-16 00:01", "missing")]
)
def test_an_incident_on_record_since_the_9th_is_in_time_until_the_end_of_the_12th(
    folder: Path, at: str, verdict: str | None
) -> None:
    ask(folder, at)
    found = told(week(folder, MARCH_9, MARCH_16))
    assert [each.endswith(f" breached ({verdict})") for each in found] == [True] * (verdict is not None)


def test_without_a_register_the_rule_is_undetermined_once(tmp_path: Path) -> None:
    folder = written(house(tmp_path), {"rules/heard.yaml": HEARING})
    (found,) = told(week(folder, MARCH_2, MARCH_9))
    assert "undetermined, because the table incidents is not there" in found


def test_the_same_audit_again_is_the_same_although_it_was_recorded(tmp_path: Path) -> None:
    folder = written(house(tmp_path), {"rules/heard.yaml": HEARING})
    first = week(folder, MARCH_2, MARCH_9)
    changes = record(folder / "register.sqlite", first.audit)
    again = week(folder, MARCH_2, MARCH_9)
    assert (again.audit.id, again.audit.findings) == (first.audit.id, first.audit.findings)
    assert record(folder / "register.sqlite", again.audit) == changes


def test_a_later_audit_again_is_the_same_too_until_somebody_does_something_by_then(folder: Path) -> None:
    first = week(folder, MARCH_9, MARCH_16).audit
    record(folder / "register.sqlite", first)
    ask(folder, "2026-03-16 00:01")
    assert week(folder, MARCH_9, MARCH_16).audit == first
    do(folder / "register.sqlite", gift(folder), Deed.COMMENTED, by="c", at=moment("2026-03-17"), text="later")
    assert week(folder, MARCH_9, MARCH_16).audit.data_digest == first.data_digest


def test_a_deed_by_then_makes_it_another_audit(folder: Path) -> None:
    first = week(folder, MARCH_9, MARCH_16).audit
    ask(folder, "2026-03-16 00:00")
    assert week(folder, MARCH_9, MARCH_16).audit.id != first.id


def test_an_audit_that_was_judged_by_another_past_is_another_audit(folder: Path) -> None:
    (folder / "rules/heard.yaml").unlink()
    first = week(folder, MARCH_9, MARCH_16).audit
    ask(folder, "2026-03-16 00:01")
    assert week(folder, MARCH_9, MARCH_16).audit.id == first.id
    do(folder / "register.sqlite", gift(folder), Deed.ANSWERED, by="a", at=moment("2026-03-17"), text="Sorry.")
    assert week(folder, MARCH_9, MARCH_16).audit.id == first.id
    (folder / "register.sqlite").unlink()
    assert week(folder, MARCH_9, MARCH_16).audit.id != first.id


def test_the_state_is_that_of_as_of(folder: Path) -> None:
    written(folder, {"rules/open.yaml": OPEN})
    key, file = gift(folder), folder / "register.sqlite"
    do(file, key, Deed.EXCUSED, by="c", at=moment("2026-03-11"), text="a sample")
    do(file, key, Deed.CLOSED, by="c", at=moment("2026-03-16"), text="done")
    until_closed = week(folder, MARCH_9, MARCH_16, as_of=moment("2026-03-15 23:59"))
    assert told(until_closed, "house.none-open") == ["house.none-open of a breached (over), 1 of 0"]
    assert told(week(folder, MARCH_9, MARCH_16), "house.none-open") == []


def test_who_decided_answers_for_the_decision(folder: Path) -> None:
    written(folder, {"rules/fines.yaml": DECIDED})
    ask(folder, "2026-03-10")
    details = {"measure": "fine"}
    do(folder / "register.sqlite", gift(folder), Deed.ANSWERED, by="a", at=moment("2026-03-11"), text="Sorry.")
    do(
        folder / "register.sqlite",
        gift(folder),
        Deed.DECIDED,
        by="b",
        at=moment("2026-03-12"),
        text="So.",
        details=details,
    )
    (found,) = told(week(folder, MARCH_9, MARCH_16), "house.no-fines")
    assert found.startswith("house.no-fines of b for decisions/")
    assert found.endswith(" breached (forbidden)")


def test_another_register_is_read_where_one_is_named(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    (folder / "register.sqlite").rename(other)
    assert "undetermined" in told(week(folder, MARCH_9, MARCH_16))[0]
    assert "breached" in told(week(folder, MARCH_9, MARCH_16, register=other))[0]


def test_a_table_that_the_manifest_names_wins_over_the_register(folder: Path) -> None:
    manifest = (folder / "compliance.yaml").read_text(encoding="utf-8")
    own = "incident_id,employee_id,grade,at\nown,a,serious,2026-03-10 10:00\n"
    written(folder, {"incidents.csv": own, "compliance.yaml": f"{manifest}  incidents: incidents.csv\n"})
    (found,) = told(week(folder, MARCH_9, MARCH_16))
    assert "incidents/own" in found


def test_the_register_never_moves_the_period_or_as_of(folder: Path) -> None:
    manifest = (folder / "compliance.yaml").read_text(encoding="utf-8")
    written(folder, {"compliance.yaml": manifest.replace("period: {from: 2026-03-02, to: 2026-03-09}\n", "")})
    do(folder / "register.sqlite", gift(folder), Deed.COMMENTED, by="c", at=moment("2026-07-01"), text="much later")
    found = audit(folder, Options(judge="plain")).audit
    assert (str(found.period), found.as_of) == ("2026-03", moment("2026-04-01"))


def test_check_and_why_read_the_register_as_an_audit_does(folder: Path) -> None:
    answers = {each.rule: each for each in check(folder).rules}
    assert "house.heard-in-time" in answers
    told = why(folder, Question("house.heard-in-time", "c", date(2026, 3, 12), date(2026, 3, 16)))
    assert [each.verdict for each in told.answers] == ["breached"]


def test_lint_knows_the_columns_of_both_tables(folder: Path) -> None:
    assert not [each for each in proofread([folder / "rules/heard.yaml"], None) if each.level == "error"]
    wrong = written(folder, {"rules/wrong.yaml": HEARING.replace("kind =", "kin =").replace("heard", "wrong")})
    (problem, *_) = [each for each in proofread([wrong / "rules/wrong.yaml"], None) if each.level == "error"]
    assert "kin" in problem.says


def test_a_broken_register_is_told(folder: Path) -> None:
    (folder / "register.sqlite").write_text("no register", encoding="utf-8")
    with pytest.raises(UserError, match="not a register, or damaged"):
        week(folder, MARCH_9, MARCH_16)
