import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from junitparser import Failure, JUnitXml, Skipped
from tests.reports import schemas
from tests.reports.sample import (
    DISCLOSED,
    FINDINGS,
    FORMULA,
    HOSTILE,
    INCIDENTS,
    empty_audit,
    large_audit,
    sample_audit,
)
from tests.reports.snapshots import assert_snapshot

from compliance.model.audit import Audit, RuleAccount
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Grade
from compliance.model.printable import printable
from compliance.model.problem import UserError
from compliance.reports import csv as as_csv
from compliance.reports import github, html, junit, md, sarif, text, words
from compliance.reports import json as as_json
from compliance.reports.earlier import Earlier, compared, read
from compliance.reports.view import View
from compliance.standing import Exit, exit_status

WICKED = "a | b\n::error::x `c` ]]> <b> @everyone https://evil.example %0A"


def wicked_audit() -> Audit:
    """The sample with a message that would act in every format."""
    return replace(
        sample_audit(), findings=tuple(replace(f, message=WICKED) if f.id == DISCLOSED.id else f for f in FINDINGS)
    )


def kept(audit: Audit, folder: Path, view: View | None = None) -> Earlier:
    """The audit's JSON report, read back as a baseline."""
    path = folder / "earlier.json"
    path.write_text(as_json.render(audit, view or View()), encoding="utf-8")
    return read(path)


def against(audit: Audit, earlier: Audit, folder: Path) -> Audit:
    return replace(audit, baseline=compared(audit, kept(earlier, folder)))


def without(audit: Audit, *ids: str) -> Audit:
    """The audit without these incidents and their findings."""
    gone = {key for incident in audit.incidents if incident.id in ids for key in incident.findings}
    return replace(
        audit,
        findings=tuple(each for each in audit.findings if each.id not in gone),
        incidents=tuple(each for each in audit.incidents if each.id not in ids),
    )


@pytest.mark.parametrize(
    ("name", "render"),
    [
        ("sample.csv", as_csv.render),
        ("sample.md", md.render),
        ("sample.junit.xml", junit.render),
        ("sample.github.txt", github.render),
        ("sample.sarif", sarif.render),
    ],
)
def test_the_whole_audit(name: str, render: Callable[[Audit, View], str]) -> None:
    assert_snapshot(name, render(sample_audit(), View()))


# --- CSV ------------------------------------------------------------------------------------


def test_csv_has_a_row_for_each_finding_and_no_cell_that_a_spreadsheet_would_run() -> None:
    rows = list(csv.DictReader(StringIO(as_csv.render(sample_audit(), View()), newline="")))
    assert [row["finding"] for row in rows] == [finding.id for finding in FINDINGS]
    named = next(row for row in rows if row["bearer"] == "e-31")
    assert named["bearer_name"] == f"'{FORMULA}"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_neutralises_text_but_no_figure(sign: str) -> None:
    odd = replace(DISCLOSED, message=f"{sign}1", measured=-3)
    row = next(csv.DictReader(StringIO(as_csv.render(replace(sample_audit(), findings=(odd,)), View()), newline="")))
    assert (row["message"], row["measured"]) == (f"'{printable(sign)}1", "-3")


# --- Markdown -------------------------------------------------------------------------------


def test_markdown_escapes_what_a_record_says() -> None:
    written = md.render(wicked_audit(), View())
    row = next(line for line in written.splitlines() if "5ec4e700" in line)
    assert row.replace("\\|", "").count("|") == 7
    assert "a \\| b ::error::x \\`c\\` \\]\\]&gt; &lt;b&gt; @<!-- -->everyone https&#58;//evil.example %0A" in row


def test_markdown_is_cut_where_a_comment_would_be_with_a_count_of_the_rest() -> None:
    audit = large_audit(200_000)
    written = md.render(audit, View(limit=2_000))
    rows = [line for line in written.splitlines() if line.startswith("| moderate")]
    assert len(written) <= md.LENGTH
    assert 100 < len(rows) < 2_000
    assert f"{2_000 - len(rows):,} more incidents not shown, none graver than these." in written


def test_markdown_of_nothing() -> None:
    assert "No incident was raised." in md.render(empty_audit(), View())


# --- GitHub ---------------------------------------------------------------------------------


def test_no_record_can_give_github_a_command_of_its_own() -> None:
    written = github.render(wicked_audit(), View())
    first = written.splitlines()[0]
    assert first.startswith("::error title=Client data goes to nobody outside::critical: ")
    assert "::error::x `c`" in first
    assert "%250A" in first
    assert len(written.splitlines()) == len(github.render(sample_audit(), View()).splitlines())


def test_a_command_names_who_answers_once() -> None:
    audit = sample_audit()
    [last] = [each for each in audit.findings if each.id == audit.incidents[-1].findings[0]]
    named = words.person(audit, audit.incidents[-1].responsible)
    told = replace(audit, findings=(replace(last, message=f"{named} came late"),), incidents=audit.incidents[-1:])
    bare = replace(told, incidents=(replace(told.incidents[0], findings=(), derived_from=("a",)),))
    grade, key = told.incidents[0].grade.value, told.incidents[0].id[:8]
    for each, said in ((told, f"{named} came late"), (bare, named)):
        assert github.render(each, View()).splitlines()[0].endswith(f"::{grade}: {said} [{key}]")


# --- JUnit ----------------------------------------------------------------------------------


def test_junit_fails_breaches_with_an_incident_and_skips_what_nobody_answers_for() -> None:
    read_back = JUnitXml.fromstring(junit.render(sample_audit(), View()).encode())
    cases = [case for suite in read_back for case in suite]
    ended = {case.name[-9:-1]: case.result[0] for case in cases if case.result}
    judged = {key[:8] for incident in INCIDENTS for key in incident.findings}
    assert {key for key, result in ended.items() if isinstance(result, Failure)} == judged
    assert {result.type for result in ended.values() if isinstance(result, Skipped)} == {
        *("excused", "pending", "undetermined", "told"),
    }
    assert (read_back.failures, read_back.tests) == (sum(len(i.findings) for i in INCIDENTS), len(cases))


def test_junit_holds_what_is_no_xml() -> None:
    read_back = JUnitXml.fromstring(
        junit.render(replace(wicked_audit(), organisation="a\x00\ud83d]]>"), View()).encode()
    )
    said = [result.message for suite in read_back for case in suite for result in case.result]
    assert WICKED.replace("\n", " ") in said
    assert read_back.name == "a\\x00\\ud83d]]>"


def test_junit_forgets_no_finding_of_a_rule_that_is_not_counted() -> None:
    read_back = JUnitXml.fromstring(junit.render(replace(sample_audit(), rules=()), View()).encode())
    assert read_back.tests == len(FINDINGS)


# --- SARIF ----------------------------------------------------------------------------------


def test_sarif_is_valid_and_names_person_and_record() -> None:
    run = schemas.sarif(sarif.render(wicked_audit(), View()))
    results = {each["fingerprints"][sarif.FINGERPRINT]: each for each in run["results"]}
    assert list(results) == [finding.id for finding in FINDINGS]
    disclosed = results[DISCLOSED.id]
    assert (disclosed["kind"], disclosed["level"], disclosed["message"]["text"]) == ("fail", "error", WICKED)
    assert [each["fullyQualifiedName"] for each in disclosed["locations"][0]["logicalLocations"]] == [
        "messages/m-88",
        "employees/e-30",
    ]
    assert disclosed["locations"][0]["logicalLocations"][1]["name"] == f"{HOSTILE} (e-30)"


def test_sarif_suppresses_what_is_excused_and_blames_nobody_for_what_is_open() -> None:
    results = schemas.sarif(sarif.render(sample_audit(), View()))["results"]
    excused = [each for each in results if each["properties"]["verdict"] == Verdict.EXCUSED]
    assert [each["suppressions"][0]["status"] for each in excused] == ["accepted"]
    assert {(each["kind"], each["level"]) for each in results if "suppressions" not in each} >= {
        *[("open", "none"), ("informational", "none"), ("fail", "note")],
    }


def test_sarif_of_nothing() -> None:
    assert schemas.sarif(sarif.render(empty_audit(), View()))["results"] == []


# --- baseline -------------------------------------------------------------------------------


def test_against_itself_nothing_is_new_and_nothing_fails(tmp_path: Path) -> None:
    audit = against(sample_audit(), sample_audit(), tmp_path)
    assert audit.baseline
    assert not audit.baseline.new
    assert audit.baseline.incidents.new == ()
    assert exit_status(audit, fail_on=Grade.OBSERVATION, strict=False) is Exit.FINE
    assert exit_status(sample_audit(), fail_on=Grade.CRITICAL, strict=False) is Exit.INCIDENT


def test_only_what_is_new_fails_and_every_format_says_what_is_known(tmp_path: Path) -> None:
    audit = against(sample_audit(), without(sample_audit(), "5ec4e700aaaa"), tmp_path)
    assert audit.baseline
    assert audit.baseline.incidents.new == ("5ec4e700aaaa",)
    assert exit_status(audit, fail_on=Grade.CRITICAL, strict=False) is Exit.INCIDENT
    results = schemas.sarif(sarif.render(audit, View()))["results"]
    assert {each["fingerprints"][sarif.FINGERPRINT] for each in results if each.get("baselineState") == "new"} == {
        DISCLOSED.id
    }
    assert JUnitXml.fromstring(junit.render(audit, View()).encode()).failures == 1
    assert github.render(audit, View()).count("::error ") == 1
    sentence = "breaches 1 new, 37 known, 0 gone; incidents 1 new, 5 known."
    assert all(sentence in render(audit, View()) for render in (text.render, html.render, md.render))
    rows = csv.DictReader(StringIO(as_csv.render(audit, View()), newline=""))
    assert [row["finding"] for row in rows if row["baseline"] == "new"] == [DISCLOSED.id]


def test_what_is_gone_is_named(tmp_path: Path) -> None:
    audit = against(without(sample_audit(), "5ec4e700aaaa"), sample_audit(), tmp_path)
    assert audit.baseline
    assert [gone.id for gone in audit.baseline.gone] == [DISCLOSED.id]
    assert audit.baseline.incidents.gone == ("5ec4e700aaaa",)
    assert f"gone  {DISCLOSED.id[:8]}" in text.render(audit, View())
    results = schemas.sarif(sarif.render(audit, View()))["results"]
    assert [each["ruleId"] for each in results if each.get("baselineState") == "absent"] == [DISCLOSED.rule]


def test_a_known_incident_that_grew_or_became_graver_is_new(tmp_path: Path) -> None:
    first, *rest = INCIDENTS
    graver = replace(sample_audit(), incidents=(replace(first, grade=Grade.SERIOUS), *rest))
    assert exit_status(against(graver, sample_audit(), tmp_path), fail_on=Grade.MINOR, strict=False) is Exit.INCIDENT
    milder = replace(sample_audit(), incidents=(replace(first, grade=Grade.MINOR), *rest))
    assert exit_status(against(milder, sample_audit(), tmp_path), fail_on=Grade.MINOR, strict=False) is Exit.FINE

    def cut(finding: Finding) -> bool:
        return finding.id == first.findings[0]

    fewer = replace(sample_audit(), findings=tuple(each for each in FINDINGS if not cut(each)))
    grown = against(sample_audit(), fewer, tmp_path)
    assert grown.baseline
    assert grown.baseline.incidents.new == (first.id,)


def test_what_was_undetermined_in_the_baseline_and_is_breached_now_is_new(tmp_path: Path) -> None:
    doubted = tuple(
        replace(each, verdict=Verdict.UNDETERMINED) if each.id == DISCLOSED.id else each for each in FINDINGS
    )
    audit = against(sample_audit(), replace(sample_audit(), findings=doubted), tmp_path)
    assert audit.baseline
    assert audit.baseline.new == {DISCLOSED.id}


def test_a_baseline_does_not_make_an_audit_that_checked_nothing_fine(tmp_path: Path) -> None:
    idle = replace(empty_audit(), rules=(RuleAccount("a.b", undetermined=1),))
    assert exit_status(against(idle, idle, tmp_path), fail_on=Grade.MINOR, strict=False) is Exit.NOTHING_CHECKED


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is no JSON report of an audit"),
        ('{"version": 1, "check": {}}', "is no JSON report of an audit"),
        ('{"version": 2, "audit": {}}', "is a report of version 2, and only version 1 can be compared"),
        ('{"version": 1, "audit": {"id": "x"}}', "is no whole report of version 1: `audit.as_of` is missing or wrong"),
    ],
)
def test_a_baseline_that_is_none(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "old.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as raised:
        read(path)
    assert [problem.says for problem in raised.value.problems] == [f"the baseline {path} {says}"]


def test_a_baseline_that_is_not_there_or_of_others_or_filtered(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read: no such file"):
        read(tmp_path / "none.json")
    with pytest.raises(UserError, match="shows only bearer e-17"):
        kept(sample_audit(), tmp_path, View(bearer="e-17"))
    with pytest.raises(UserError, match="is a report on Others, this audit is of Northgate"):
        against(sample_audit(), replace(sample_audit(), organisation="Others"), tmp_path)
