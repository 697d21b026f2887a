from datetime import date
from pathlib import Path

from tests.assess.workspaces import FILES, audited, house

from compliance.model.finding import RecordRef
from compliance.reports.answer import Apart
from compliance.why import Question, why

MANIFEST = (
    FILES["compliance.yaml"]
    + """\
  reports: {source: reports.csv, key: report_id, at: made_at, bearer: employee_id, types: {said: integer}}
"""
)
REPORTS = """report_id,made_at,employee_id,day,said
r1,2026-03-08 10:00,a,2026-03-02,3
r2,2026-03-08 10:00,a,2026-03-05,1
"""
RULE = """id: house.gifts
title: What is reported was done
severity: minor
reconciliation: {of: reports, declared: said, against: {of: calls, match: [employee_id], window: day}}
"""


def test_a_breach_of_what_was_declared_rests_on_the_records_of_its_time(tmp_path: Path) -> None:
    house(tmp_path, compliance=MANIFEST, rules_gifts=RULE)
    (tmp_path / "reports.csv").write_text(REPORTS, encoding="utf-8")
    rests = {each.record: each.evidence for each in audited(tmp_path).findings if each.rule == "house.gifts"}
    first, second = RecordRef("reports", "r1"), RecordRef("reports", "r2")
    assert rests == {first: (first, RecordRef("calls", "1"), RecordRef("calls", "2")), second: (second,)}
    answers = why(tmp_path, Question("house.gifts", "a", date(2026, 3, 8))).answers
    reads = [[read for read in each.read if read.table == "calls"] for each in answers]
    assert [(read.counted, read.apart) for (read,) in reads] == [
        (2, (Apart(1, "outside what was declared"),)),
        (0, (Apart(3, "outside what was declared"),)),
    ]
