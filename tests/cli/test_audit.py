import json
import re
import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import exp
from tests.cli.conftest import Command

from compliance import audit as module
from compliance.engines.duckdb import DuckDB
from compliance.sql import laid_out
from compliance_cli.examine import FORMS
from compliance_cli.main import ended
from compliance_cli.output import BINARY
from compliance_cli.talk import Talk

WHOLE = """\
Harbour & Daughters
period  2026-03-02 to 2026-03-15
as of   2026-03-16 00:00
audit   ID, engine duckdb

Everything could be determined.

Tables
  employees   3 read =  3 accepted + 0 rejected
  expenses    4 read =  4 accepted + 0 rejected
  visits     11 read = 11 accepted + 0 rejected

Rules
  rule                     met  breached  excused  pending  undetermined  not owed
  starter.no-large-gifts     \N{EN DASH}         1        0        0             0         0
  starter.visits-per-week    3         1        0        0             0         0
  dutybook.unmapped-title    0         0        0        0             0         0  nothing of the kind found

Incidents: 1 moderate, 1 minor

  Sales: 1 moderate, 1 minor
  moderate     ff083e26  Jon Keel (jon)          Gifts to clients stay small     expenses e3               not allowed
  minor        8eb6f247  Mara Lind (mara)        Three clients are visited eve…  2026-03-09 to 2026-03-15  2 of 3

  No grade is final yet for 2 incidents: who answers was not heard

Notes
  absences are not kept: nobody's duties are pro-rated or excused by leave
  deputies are not kept: who stood in for whom is not looked at
  acknowledgements are not kept: whether people signed their job descriptions is not looked at
  circumstances are not kept: harm, intent and excuses are not looked at
  no jurisdiction is set: grades are given, but no measures and no last days

Against the register: 2 new, 0 known, 0 gone

findings: 3 met, 2 breached, 0 excused, 0 pending, 0 undetermined, 0 not applicable; incidents: 1 moderate, 1 minor
"""


def _without_id(report: str) -> str:
    return re.sub(r"(?m)^audit   [0-9a-f]{16},", "audit   ID,", report)


def test_the_starter_workspace_as_it_is(compliance: Command, workspace: Path) -> None:
    ran = compliance("audit", workspace)
    assert _without_id(ran.out) == WHOLE
    assert (ran.status, ran.err) == (1, "")


def test_an_audit_that_does_not_fit_into_memory_names_the_rule_that_asked_for_it(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = DuckDB.create

    def full(engine: DuckDB, name: str, query: exp.Query, *, kept: bool) -> None:
        if name.startswith("verdicts "):
            raise duckdb.OutOfMemoryException("failed to allocate data of size 16.0 KiB")
        create(engine, name, query, kept=kept)

    monkeypatch.setattr(DuckDB, "create", full)
    rules = "(starter.no-large-gifts|starter.visits-per-week)"
    assert (ran := compliance("audit", workspace)).status == 2
    assert re.fullmatch(
        f"the records do not fit into 1GB of memory and what is free on disk, while {rules} was judged\n"
        "  help: allow more with --memory-limit, or audit a shorter period\n",
        ran.err,
    )


def test_the_second_time_the_register_says_the_same_of_the_same_audit(compliance: Command, workspace: Path) -> None:
    first = compliance("audit", workspace)
    assert compliance("audit", workspace) == first


def test_a_period_that_is_not_over_is_warned_of_beside_a_report_that_stays_the_same(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance_cli.audit.local_now", lambda _zone: datetime(2026, 3, 10, 9))  # noqa: DTZ001 local
    compliance("audit", workspace)
    ran = compliance("audit", workspace)
    assert ran.err == (
        "warning: judged as of 2026-03-16 00:00, which is still to come, since the period ends then: "
        "what is due between today and then counts as missed; --as-of 2026-03-10 leaves it pending\n"
    )
    monkeypatch.setattr("compliance_cli.audit.local_now", lambda _zone: datetime(2026, 3, 16))  # noqa: DTZ001 local
    assert compliance("audit", workspace) == (ran.status, ran.out, "")


def test_whoever_gave_the_moment_is_not_warned_of_it(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance_cli.audit.local_now", lambda _zone: datetime(2026, 3, 10, 9))  # noqa: DTZ001 local
    assert compliance("audit", workspace, "--as-of", "2026-03-16").err == ""
    ran = compliance("audit", workspace, "--as-of", "2026-03-10")
    assert (ran.err, ", 2 pending, " in ran.out) == ("", True)


@pytest.mark.parametrize(
    ("grade", "status"), [("observation", 1), ("minor", 1), ("moderate", 1), ("serious", 0), ("critical", 0)]
)
def test_which_grade_makes_it_fail_is_the_caller_s_choice(
    compliance: Command, workspace: Path, grade: str, status: int
) -> None:
    assert compliance("audit", workspace, "--fail-on", grade).status == status


def test_what_is_not_shown_makes_it_fail_all_the_same(compliance: Command, workspace: Path) -> None:
    ran = compliance("audit", workspace, "--rule", "starter.visits-per-week", "--bearer", "mara", "--limit", "1")
    assert ran.status == 1
    assert "Jon Keel" not in ran.out
    assert "Incidents: 1 moderate, 1 minor" in ran.out
    assert ran.out.splitlines()[-1].endswith("incidents: 1 moderate, 1 minor")


def test_a_period_in_which_nothing_was_owed_is_3(compliance: Command, workspace: Path) -> None:
    ran = compliance("audit", workspace, "--from", "2022-03-01", "--to", "2022-04-01")
    assert ran.status == 3
    assert ran.out.splitlines()[-1] == (
        "findings: 0 met, 0 breached, 0 excused, 0 pending, 0 undetermined, 0 not applicable; incidents: none"
    )


def test_strict_asks_that_everything_be_determined(compliance: Command, workspace: Path) -> None:
    (workspace / "rules" / "no-large-gifts.yaml").unlink()
    visits = workspace / "visits.csv"
    visits.write_text(
        visits.read_text(encoding="utf-8").replace("2026-03-12 09:00", "2026-02-30 09:00"), encoding="utf-8"
    )
    assert compliance("audit", workspace).status == 0
    ran = compliance("audit", workspace, "--strict")
    assert ran.status == 3
    assert "Could not be determined: 1 finding. Nobody is blamed for these." in ran.out


def test_every_form_goes_to_stdout_or_into_a_file_alike(compliance: Command, workspace: Path) -> None:
    first = {}
    for form in (each for each in FORMS if each not in BINARY):
        shown = compliance("audit", workspace, "--format", form)
        kept = compliance("audit", workspace, "--format", form, "-o", f"report.{form}")
        assert (kept.status, kept.out, kept.err) == (1, "", "")
        assert Path(f"report.{form}").read_bytes().decode() == shown.out
        first[form] = shown.out.split(maxsplit=1)[0]
    assert first.pop("csv").startswith("finding,rule,title,verdict,")
    assert list(first.values()) == [
        "Harbour",
        '{"version":',
        "<!doctype",
        "##",
        '{"$schema":',
        '{"assessment-results":',
        '{"category_uid":',
        "BEGIN:VCALENDAR",
        "<?xml",
        "::error",
    ]


def test_a_files_ending_says_its_form_where_nobody_does(compliance: Command, workspace: Path) -> None:
    first = {}
    for name in ("report.json", "report.HTML", "report.sarif", "report.txt", "report"):
        assert compliance("audit", workspace, "-o", name).status == 1
        first[name] = Path(name).read_text("utf-8").split(maxsplit=1)[0]
    assert first == {
        "report.json": '{"version":',
        "report.HTML": "<!doctype",
        "report.sarif": '{"$schema":',
        "report.txt": "Harbour",
        "report": "Harbour",
    }
    compliance("audit", workspace, "--format", "text", "-o", "report.json")
    assert Path("report.json").read_text("utf-8").startswith("Harbour")


def test_what_is_no_text_goes_into_a_file_and_on_no_terminal(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance_cli.output.on_terminal", lambda: True)
    for form in BINARY & {*FORMS}:
        assert compliance("audit", workspace, "--format", form) == (
            *(2, "", f"{form} is no text that can be shown here\n  help: name a file, as in -o report.{form}\n"),
        )
        assert not (workspace / "register.sqlite").exists()
        assert compliance("audit", workspace, "--format", form, "-o", f"report.{form}") == (1, "", "")
        assert Path(f"report.{form}").read_bytes()[:4] in {b"PK\x03\x04", b"%PDF"}
        (workspace / "register.sqlite").unlink()


def test_what_is_no_text_can_be_read_by_another_program(here: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert ended(["init", str(here)], Talk()) == 0
    capsysbinary.readouterr()
    for form in BINARY & {*FORMS}:
        assert ended(["audit", str(here), "--format", form], Talk()) == 1
        read = capsysbinary.readouterr()
        assert (read.out[:4] in {b"PK\x03\x04", b"%PDF"}, read.err) == (True, b"")


def test_a_baseline_lets_only_what_is_new_fail(compliance: Command, workspace: Path) -> None:
    assert compliance("audit", workspace, "--format", "json", "-o", "old.json").status == 1
    ran = compliance("audit", workspace, "--baseline", "old.json", "--fail-on", "observation")
    assert ran.status == 0
    assert "breaches 0 new, 2 known, 0 gone; incidents 0 new, 2 known." in ran.out
    part = compliance("audit", workspace, "--to", "2026-03-09", "--format", "json", "-o", "older.json")
    assert part.status == 0
    assert compliance("audit", workspace, "--baseline", "older.json").status == 1


def test_a_baseline_that_is_none_is_2_before_anything_is_written(compliance: Command, workspace: Path) -> None:
    Path("old.json").write_text("{}", encoding="utf-8")
    ran = compliance("audit", workspace, "--baseline", "old.json")
    assert (ran.status, ran.out) == (2, "")
    says, advice = ran.err.splitlines()
    assert says == "the baseline old.json is no JSON report of an audit"
    assert advice.startswith("  help: name a report that `compliance audit --format json -o FILE` wrote")
    assert not (workspace / "register.sqlite").exists()


def test_all_brings_back_what_was_met(compliance: Command, workspace: Path) -> None:
    def verdicts(*more: str) -> list[str]:
        found = json.loads(compliance("audit", workspace, "--format", "json", *more).out)["findings"]
        return sorted(finding["verdict"] for finding in found)

    assert verdicts() == ["breached", "breached"]
    assert verdicts("--all") == ["breached", "breached", "met", "met", "met"]


def test_a_register_that_cant_be_written_is_2_before_any_report_is_replaced(
    compliance: Command, workspace: Path
) -> None:
    Path("report.txt").write_text("the earlier one", encoding="utf-8")
    ran = compliance("audit", workspace, "--register", "nowhere/register.sqlite", "-o", "report.txt")
    assert ran == (
        2,
        "",
        (
            "register nowhere/register.sqlite: it can't be opened\n"
            "  help: name a file in a folder that exists and that you may write to\n"
        ),
    )
    assert Path("report.txt").read_text(encoding="utf-8") == "the earlier one"


def test_the_report_never_takes_the_register_s_place(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    before = (workspace / "register.sqlite").read_bytes()
    ran = compliance("audit", workspace, "-o", workspace / "register.sqlite")
    assert ran == (2, "", "work/register.sqlite is the register\n  help: name another file with -o\n")
    assert (workspace / "register.sqlite").read_bytes() == before


def test_the_manifest_names_the_register_and_the_command_line_wins(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace, "--register", "other.sqlite")
    assert not (workspace / "register.sqlite").exists()
    assert Path("other.sqlite").exists()


def test_the_stages_are_told_to_whoever_asks(compliance: Command, workspace: Path) -> None:
    ran = compliance("audit", workspace, "-v")
    assert re.sub(r"\d+\.\d{3}\n", "0.000\n", ran.err) == (
        "stage intake 0.000\nstage duties 0.000\nstage assess 0.000\n"
        "stage judge 0.000\nstage register 0.000\nstage report 0.000\n"
    )
    assert _without_id(ran.out) == WHOLE


def test_the_queries_are_shown_on_stderr(compliance: Command, workspace: Path) -> None:
    ran = compliance("-q", "audit", workspace, "--show-sql")
    assert _without_id(ran.out) == WHOLE
    statements = ran.err.removesuffix(";\n").split(";\n\n")
    assert [laid_out(each, "duckdb") for each in statements] == statements
    assert any(each.startswith('CREATE OR REPLACE TABLE "verdicts 1" AS\nWITH') for each in statements)


def test_a_pack_by_its_path_is_looked_for_where_the_user_stands(compliance: Command, workspace: Path) -> None:
    shutil.move(workspace / "rules", "elsewhere")
    Path("elsewhere/no-large-gifts.yaml").unlink()
    ran = compliance("audit", workspace, "--pack", "./elsewhere")
    assert ran.out.splitlines()[-1].startswith("findings: 3 met, 1 breached,")
    assert ran.status == 0


def test_a_pack_that_is_not_there(compliance: Command, workspace: Path) -> None:
    ran = compliance("audit", workspace, "--pack", "confidentialty")
    assert ran == (2, "", "there is no pack `confidentialty`\n  help: did you mean `confidentiality`?\n")


def test_a_rule_that_is_not_there(compliance: Command, workspace: Path) -> None:
    ran = compliance("audit", workspace, "--rule", "starter.visit-per-week")
    assert ran == (
        2,
        "",
        "--rule: this audit has no rule starter.visit-per-week\n  help: did you mean `starter.visits-per-week`?\n",
    )


@pytest.mark.parametrize(
    ("given", "says", "advice"),
    [
        ("--bearer=Jon", "--bearer: this audit knows nobody with the id Jon", "did you mean `jon`?"),
        (
            "--bearer=Jon Keal",
            "--bearer: this audit knows nobody with the id Jon Keal",
            "did you mean `jon` (Jon Keel)?",
        ),
        (
            "--bearer=xyz",
            "--bearer: this audit knows nobody with the id xyz",
            "ids stand in brackets behind the names in reports",
        ),
        ("--department=sale", "--department: this audit knows no department sale", "did you mean `Sales`?"),
        ("--department=HR", "--department: this audit knows no department HR", "there are: Management, Sales"),
    ],
)
def test_a_filter_that_names_nobody(compliance: Command, workspace: Path, given: str, says: str, advice: str) -> None:
    assert compliance("audit", workspace, given) == (2, "", f"{says}\n  help: {advice}\n")


def test_without_a_roster_nobody_can_say_that_a_bearer_is_none(compliance: Command, workspace: Path) -> None:
    manifest = workspace / "compliance.yaml"
    written = (
        manifest.read_text(encoding="utf-8")
        .replace("  employees: employees.csv\n", "")
        .replace("refs: {employee_id: employees}", "refs: {}")
    )
    manifest.write_text(written, encoding="utf-8")
    assert "none passes the filter" in compliance("audit", workspace, "--bearer", "xyz").out
    assert "none passes the filter" in compliance("audit", workspace, "--department", "xyz").out


def test_where_the_roster_tells_no_department_there_is_none_to_filter_by(compliance: Command, workspace: Path) -> None:
    people = workspace / "employees.csv"
    people.write_text(people.read_text(encoding="utf-8").replace("department", "desk"), encoding="utf-8")
    says = "--department: this audit knows no department Sales\n  help: nobody on the roster is of one\n"
    assert compliance("audit", workspace, "--department", "Sales") == (2, "", says)


def test_only_for_a_terminal_is_a_line_cut_to_its_width(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Talk, "width", property(lambda _talk: 96))
    assert "  Gifts t…  expenses e3               not allowed\n" in compliance("audit", workspace).out
    compliance("audit", workspace, "-o", "report.txt")
    assert _without_id(Path("report.txt").read_text(encoding="utf-8")) == WHOLE


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (["--from", "2026-02-30"], "'--from': '2026-02-30' is no date; write it as 2026-03-31 or '2026-03-31 18:00'."),
        (["--as-of", "today"], "'--as-of': 'today' is no date; write it as 2026-03-31 or '2026-03-31 18:00'."),
        (
            ["--to", "2026-03-01T00:00Z"],
            "'--to': '2026-03-01T00:00Z' has an offset; local time is meant, so leave it out.",
        ),
        (["--memory-limit", "much"], "'--memory-limit': 'much' is no amount of memory; write it as 1GB or 512MB."),
        (["--limit", "-1"], "'--limit': -1 is not in the range x>=0."),
        (["--format", "odt"], f"'--format': 'odt' is not one of {', '.join(map(repr, FORMS))}."),
    ],
)
def test_an_option_that_makes_no_sense(compliance: Command, workspace: Path, option: list[str], says: str) -> None:
    ran = compliance("audit", workspace, *option)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines()[-1] == f"Error: Invalid value for {says}"


def test_options_reach_the_audit_as_they_were_meant(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[module.Options] = []
    real = module.audit

    def watched(folder: Path, options: module.Options, **rest: object) -> module.Outcome:
        seen.append(options)
        return real(folder, options, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "audit", watched)
    compliance("audit", workspace)
    compliance(
        *("audit", workspace, "--from", "2026-03-02", "--to", "2026-03-09 12:00", "--as-of", "2026-03-10T00:00:01"),
        *("--judge", "plain", "--memory-limit", "512MB", "--all"),
    )
    compliance("audit", workspace, "--format", "html", "-q")
    assert seen == [
        module.Options(proofread=True),
        module.Options(
            start=date(2026, 3, 2),
            end=datetime(2026, 3, 9, 12),  # noqa: DTZ001 local
            as_of=datetime(2026, 3, 10, 0, 0, 1),  # noqa: DTZ001 local
            judge="plain",
            memory_limit="512MB",
            keep_all=True,
            proofread=True,
        ),
        module.Options(records=True),
    ]


@pytest.mark.parametrize("column", ["key", "note"])
def test_a_damaged_page_of_parquet_is_one_sentence_whenever_it_is_met(
    compliance: Command, here: Path, column: str
) -> None:
    (here / "rules").mkdir()
    rule = "id: own.n\ntitle: None is 5\nseverity: minor\nprohibition: {of: things, where: note = 'n5'}\n"
    (here / "rules" / "n.yaml").write_text(rule, encoding="utf-8")
    tables = "tables: {things: {source: things.parquet, key: key, at: at, bearer: who}}"
    period = "period: {from: 2026-03-01, to: 2026-04-01}"
    (here / "compliance.yaml").write_text(f"packs: [./rules]\n{period}\n{tables}\n", encoding="utf-8")
    days = [datetime(2026, 3, 2)] * 3000  # noqa: DTZ001 local
    rows = {"key": [str(each) for each in range(3000)], "at": days, "who": ["a"] * 3000}
    rows["note"] = [f"n{each * 7919 % 3000}" for each in range(3000)]
    pq.write_table(pa.table(rows), here / "things.parquet", use_dictionary=False)
    assert compliance("audit", ".", "--fail-on", "minor").status == 1
    page = pq.ParquetFile(here / "things.parquet").metadata.row_group(0).column([*rows].index(column)).data_page_offset
    whole = bytearray((here / "things.parquet").read_bytes())
    whole[page + 40 : page + 140] = b"\xff" * 100
    (here / "things.parquet").write_bytes(whole)
    assert compliance("audit", ".") == (
        2,
        "",
        ("things.parquet is damaged: a part of it can't be read\n  help: fetch it again, or export it anew\n"),
    )


def test_what_lint_calls_an_error_is_noted_beside_the_report_and_stops_neither_audit_nor_check(
    compliance: Command, workspace: Path
) -> None:
    rule = workspace / "rules" / "no-large-gifts.yaml"
    written = rule.read_text(encoding="utf-8")
    rule.write_text(written.replace("{record} is a gift beyond the limit", "due {due}"), encoding="utf-8")
    says = f"{rule}:8:25: a finding of this prohibition has no `due`"
    linted = compliance("rules", "lint", rule)
    assert (linted.status, linted.out.count(says)) == (2, 1)
    quiet = compliance("audit", workspace, "--format", "json", "-q")
    assert (quiet.status, quiet.err) == (1, "")
    assert compliance("audit", workspace, "--format", "json") == (
        1,
        quiet.out,
        f"note: {says} (`rules lint` calls this an error)\n",
    )
    checked = compliance("check", workspace)
    assert (checked.status, checked.err) == (0, "")
