import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database
from tests.reports.sample import (
    CALLS,
    CHANGES,
    DISCOUNTED,
    INCIDENTS,
    LATE_REPORT,
    REPORT,
    SINGLE,
    large_audit,
    moment,
    sample_audit,
)

from compliance.model.audit import Audit, Changes
from compliance.model.finding import Verdict, Window
from compliance.model.incident import Incident
from compliance.model.problem import UserError
from compliance.register.file import reading
from compliance.register.recall import find
from compliance.register.store import BATCH, discovered, record
from compliance.register.verify import verify

EVERY = tuple(sorted(incident.id for incident in INCIDENTS))
MANY, ONE, LATE, OVER, OUT, PART = (incident.id for incident in INCIDENTS)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite"


def later(audit: Audit, days: int = 1, **changed: object) -> Audit:
    """The same audit made again as of some days later, with what is changed."""
    again = replace(audit, id=f"{audit.id}+{days}", as_of=audit.as_of + timedelta(days=days))
    return replace(again, **changed)  # type: ignore[arg-type]


def rows(register: Path) -> dict[str, int]:
    db = Database(register)
    return {name: db.table(name).count for name in db.table_names()}


def without(*ids: str) -> tuple[Incident, ...]:
    return tuple(incident for incident in INCIDENTS if incident.id not in ids)


def test_the_first_audit_finds_everything_new(register: Path) -> None:
    assert record(register, sample_audit()) == Changes(new=EVERY)


def test_the_same_audit_again_adds_nothing_and_answers_the_same(register: Path) -> None:
    first, before = record(register, sample_audit()), rows(register)
    record(register, later(sample_audit(), incidents=without(ONE)))
    assert record(register, sample_audit()) == first
    assert rows(register)["audits"] == before["audits"] + 1


def test_a_later_audit_knows_them_and_keeps_equal_texts_once(register: Path) -> None:
    record(register, sample_audit())
    before = rows(register)
    assert record(register, later(sample_audit())) == Changes(known=EVERY)
    after = rows(register)
    assert after["stories"] == before["stories"]
    assert after["audit_findings"] == 2 * before["audit_findings"]


def test_met_and_not_applicable_are_counted_but_not_kept(register: Path) -> None:
    extra = tuple(
        replace(SINGLE, id=f"extra{n}", verdict=verdict)
        for n, verdict in enumerate((Verdict.MET, Verdict.NOT_APPLICABLE))
    )
    record(register, replace(sample_audit(), findings=(*sample_audit().findings, *extra)))
    assert find(register, "extra") is None
    met = Database(register).execute("select met from audit_rules where rule = ?", [CALLS]).fetchone()
    assert met == (1_204,)


def test_an_incident_that_is_found_no_more_is_gone_and_said_once(register: Path) -> None:
    record(register, sample_audit())
    assert record(register, later(sample_audit(), incidents=without(ONE))).gone == (ONE,)
    assert record(register, later(sample_audit(), 2, incidents=without(ONE))).gone == ()
    assert record(register, later(sample_audit(), 3)).known == EVERY
    assert record(register, later(sample_audit(), 4, incidents=without(ONE))).gone == (ONE,)


def test_it_is_not_gone_from_a_period_that_this_audit_does_not_cover_whole(register: Path) -> None:
    record(register, sample_audit())
    shorter = Window(moment("2026-01-02"), sample_audit().period.end)
    assert record(register, later(sample_audit(), incidents=(), period=shorter)).gone == ()


def test_it_is_gone_from_a_period_that_lies_inside_this_one(register: Path) -> None:
    record(register, sample_audit())
    longer = Window(moment("2025-01-01"), sample_audit().period.end)
    assert record(register, later(sample_audit(), incidents=(), period=longer)).gone == EVERY


def test_an_incident_that_grew_is_gone_only_where_all_its_months_were_looked_at(register: Path) -> None:
    january, february = (Window(moment(f"2026-0{n}-01"), moment(f"2026-0{n + 1}-01")) for n in (1, 2))
    more = replace(SINGLE, id="f0ff")
    of_february = replace(INCIDENTS[1], findings=(more.id,))
    findings = (*sample_audit().findings, more)
    record(register, later(sample_audit(), 1, incidents=(INCIDENTS[1],), period=january))
    record(register, later(sample_audit(), 2, incidents=(of_february,), findings=findings, period=february))
    assert record(register, later(sample_audit(), 3, incidents=(), period=february)).gone == ()
    assert record(register, later(sample_audit(), 4, incidents=(), period=january)).gone == ()
    both = Window(january.start, february.end)
    assert record(register, later(sample_audit(), 5, incidents=(), period=both)).gone == (ONE,)
    record(register, later(sample_audit(), 6, incidents=(of_february,), findings=findings, period=february))
    assert record(register, later(sample_audit(), 7, incidents=(), period=february)).gone == (ONE,)


def test_it_is_not_gone_where_its_rule_was_not_asked(register: Path) -> None:
    record(register, sample_audit())
    rulebook = {key: info for key, info in sample_audit().rulebook.items() if key != REPORT}
    accounts = tuple(account for account in sample_audit().rules if account.rule != REPORT)
    again = later(sample_audit(), incidents=without(LATE, ONE), rulebook=rulebook, rules=accounts)
    assert record(register, again).gone == (ONE,)


def test_it_is_not_gone_from_an_audit_that_knows_less(register: Path) -> None:
    record(register, sample_audit())
    assert record(register, later(sample_audit(), -1, incidents=())).gone == ()


def test_an_incident_under_another_id_is_known_by_its_findings_and_the_old_one_not_gone(register: Path) -> None:
    record(register, sample_audit())
    renamed = replace(INCIDENTS[1], id="renamed")
    changes = record(register, later(sample_audit(), incidents=(*without(ONE), renamed)))
    assert "renamed" in changes.known
    assert (changes.new, changes.gone) == ((), ())
    assert record(register, later(sample_audit(), 2, incidents=without(ONE))).gone == ("renamed",)


def test_two_incidents_merged_are_known_as_one(register: Path) -> None:
    record(register, sample_audit())
    merged = replace(INCIDENTS[3], id="merged", findings=(DISCOUNTED.id, LATE_REPORT.id))
    changes = record(register, later(sample_audit(), incidents=(*without(OVER, LATE), merged)))
    assert "merged" in changes.known
    assert changes.gone == ()


def test_one_incident_split_is_known_in_both_parts(register: Path) -> None:
    record(register, sample_audit())
    whole = INCIDENTS[0]
    parts = replace(whole, findings=whole.findings[:10]), replace(whole, id="rest", findings=whole.findings[10:])
    assert record(register, later(sample_audit(), incidents=(*without(MANY), *parts))).new == ()


def test_a_superior_who_answers_for_the_same_findings_is_new(register: Path) -> None:
    record(register, sample_audit())
    supervision = replace(INCIDENTS[0], id="supervision", responsible="e-40")
    assert record(register, later(sample_audit(), incidents=(*INCIDENTS, supervision))).new == ("supervision",)


def test_a_breach_is_discovered_by_the_audit_that_first_recorded_it(register: Path) -> None:
    record(register, sample_audit())
    record(register, later(sample_audit()))
    assert discovered(register)[SINGLE.id] == sample_audit().as_of


def test_what_was_pending_is_discovered_only_when_it_is_breached(register: Path) -> None:
    pending = replace(SINGLE, verdict=Verdict.PENDING)
    record(register, replace(sample_audit(), findings=(pending,), incidents=()))
    assert discovered(register) == {}
    record(register, later(sample_audit(), findings=(SINGLE,), incidents=(INCIDENTS[1],)))
    assert discovered(register) == {SINGLE.id: sample_audit().as_of + timedelta(days=1)}


def test_without_a_register_nothing_is_discovered(register: Path) -> None:
    assert discovered(register) == {}
    assert not register.exists()


def test_an_id_is_found_by_its_beginning(register: Path) -> None:
    record(register, sample_audit())
    found = find(register, "3a7e")
    assert found
    assert (found.kind, found.id, found.state) == ("incident", LATE, "new")
    assert found.body["rules"][0]["clause"] == "client-search-manager/3.4/2"
    assert found.body["findings"][0]["arithmetic"] == LATE_REPORT.arithmetic


def test_a_beginning_that_several_ids_share_is_refused(register: Path) -> None:
    record(register, sample_audit())
    with pytest.raises(UserError, match="0bd2: several ids begin so, such as finding 0bd200000001"):
        find(register, "0bd2")


def test_a_whole_id_wins_over_the_longer_ones_that_begin_so(register: Path) -> None:
    findings = (SINGLE, *(replace(SINGLE, id=f"{SINGLE.id}{n}") for n in range(9)))
    record(register, replace(sample_audit(), findings=findings, incidents=()))
    found = find(register, SINGLE.id)
    assert found
    assert found.id == SINGLE.id


def test_an_unknown_id_is_none(register: Path) -> None:
    record(register, sample_audit())
    assert find(register, "ffff") is None


def test_a_gone_incident_is_still_explained(register: Path) -> None:
    record(register, sample_audit())
    record(register, later(sample_audit(), incidents=without(ONE)))
    found = find(register, ONE)
    assert found
    assert (found.state, found.audit) == ("gone", sample_audit().id)


def test_the_evidence_is_kept_whole_with_the_columns_of_the_first_records(register: Path) -> None:
    record(register, sample_audit())
    found = find(register, INCIDENTS[0].findings[0])
    assert found
    evidence = found.body["evidence"]
    assert len(evidence) == 26
    assert evidence[0]["columns"] == {"at": "2026-03-02 09:01", "kind": "call", "direction": "outbound"}


def test_hostile_text_is_kept_as_it_is(register: Path) -> None:
    odd = replace(SINGLE, message="'); drop table audits; --\ud83d")
    record(register, replace(sample_audit(), findings=(odd,)))
    found = find(register, odd.id)
    assert found
    assert found.body["message"] == odd.message


def test_the_head_of_the_chain_covers_what_an_audit_recorded(tmp_path: Path) -> None:
    heads = []
    for n, message in enumerate(("28 of 30", "28 of 30", "29 of 30")):
        path = tmp_path / f"{n}.sqlite"
        record(path, replace(sample_audit(), findings=(replace(SINGLE, message=message),)))
        heads.append(verify(path).head)
    assert heads[0] == heads[1] != heads[2]


def test_more_findings_than_one_batch_holds_are_all_recorded(register: Path) -> None:
    audit = large_audit(2 * BATCH + 1)
    record(register, audit)
    with reading(register) as db:
        kept = db.execute("select count(*), count(distinct finding) from audit_findings").fetchone()
    assert tuple(kept) == (len(audit.findings), len(audit.findings))


def test_the_sample_says_what_the_register_would(register: Path) -> None:
    incident = replace(INCIDENTS[0], id=CHANGES.gone[0], findings=("another",))
    record(register, later(sample_audit(), -1, incidents=(INCIDENTS[2], incident)))
    assert record(register, sample_audit()) == CHANGES


def test_stories_are_plain_json(register: Path) -> None:
    record(register, sample_audit())
    for (body,) in Database(register).execute("select body from stories"):
        assert json.loads(body)["id"]
