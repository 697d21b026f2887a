import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.cli.conftest import Command

GIFT = "ff083e26f9d31f2a"
LISTED = """\
INCIDENT          GRADE     STATE  RESPONSIBLE  RULE
ff083e26f9d31f2a  moderate  new    jon          starter.no-large-gifts
8eb6f24724970003  minor     new    mara         starter.visits-per-week
2 incidents
"""
STORY = """\
Incident ff083e26f9d31f2a, moderate: decided
  Rules: starter.no-large-gifts
  Who answers: jon
  Department: Sales
  On record since: 2026-03-16 00:00; last found as of 2026-03-16 00:00
What was done
  2026-04-02 09:00  asked by ann, due by the end of 2026-04-07 (recorded at {})
  2026-04-03 12:00  answered by jon (recorded at {})
      The client had asked for it.
      I did not look at the price.
  2026-04-08 00:00  decided by ann, as moderate, measure: remark (recorded at {})
      The limit was known.
"""


@pytest.fixture
def audited(compliance: Command) -> Command:
    """The starter workspace in the current folder, audited once."""
    assert compliance("init", ".").status == 0
    assert compliance("audit", ".").status == 1
    return compliance


def test_the_open_cases_are_listed_the_gravest_first(audited: Command) -> None:
    assert audited("incidents", "list") == (0, LISTED, "")
    mara = audited("incidents", "list", "--responsible", "mara", "--format", "json")
    assert [each["id"] for each in json.loads(mara.out)["incidents"]] == ["8eb6f24724970003"]


def test_a_closed_case_is_listed_only_with_all_or_by_its_state(audited: Command) -> None:
    audited("incidents", "close", GIFT, "--by", "ann", "--why", "entered twice")
    assert GIFT not in audited("incidents", "list").out
    assert GIFT in audited("incidents", "list", "--all").out
    assert GIFT in audited("incidents", "list", "--state", "closed").out


def test_who_is_not_on_the_roster_is_put_on_record_and_warned_of(audited: Command) -> None:
    ran = audited("incidents", "assign", "ff08", "--by", "marah", "--to", "counsel")
    assert (ran.status, ran.err) == (
        0,
        (
            "warning: nobody on the roster has the id marah; did you mean `mara`?\n"
            "warning: nobody on the roster has the id counsel\n"
        ),
    )
    assert "assigned by marah to counsel" in ran.out
    assert audited("incidents", "comment", "ff08", "--by", "mara", "--why", "so").err == ""
    assert audited("incidents", "comment", "ff08", "--by", "marah", "--why", "so", "-q").err == ""


def test_a_roster_that_cant_be_read_stops_no_deed(audited: Command) -> None:
    Path("employees.csv").rename("staff.csv")
    ran = audited("incidents", "comment", "ff08", "--by", "mara", "--why", "so")
    assert (ran.status, ran.err) == (
        0,
        "warning: the roster can't be read, so nobody looked whether it has who is named here\n",
    )


def test_a_case_from_the_question_to_the_decision(audited: Command) -> None:
    audited("incidents", "ask", "ff08", "--by", "ann", "--at", "2026-04-02 09:00", "--due", "2026-04-07")
    said = "The client had asked for it.\nI did not look at the price."
    audited("incidents", "answer", "ff08", "--by", "jon", "--at", "2026-04-03 12:00", "--why", said)
    decide = ("decide", "ff08", "--by", "ann", "--measure", "remark", "--why", "The limit was known.")
    ran = audited("incidents", *decide, "--at", "2026-04-08")
    assert ran.status == 0
    when = [line.rpartition("recorded at ")[2].rstrip(")") for line in ran.out.splitlines() if "recorded" in line]
    assert ran.out == STORY.format(*when)
    assert audited("incidents", "show", "ff08").out == ran.out
    told = json.loads(audited("incidents", "show", "ff08", "--format", "json").out)
    assert (told["version"], told["state"], told["deeds"][2]["measure"]) == (1, "decided", "remark")


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_two_working_days_to_explain_are_those_of_the_register_s_workspace(
    audited: Command, monkeypatch: pytest.MonkeyPatch, *, elsewhere: bool
) -> None:
    register = Path("register.sqlite").absolute()
    if elsewhere:
        Path("elsewhere").mkdir()
        monkeypatch.chdir("elsewhere")
    ask = ("ask", "ff08", "--by", "ann", "--at", "2026-04-30 10:00", "--register", register)
    assert "asked by ann, due by the end of 2026-05-05" in audited("incidents", *ask).out  # 1 May is a holiday


def test_now_is_told_by_the_clock_of_the_register_s_workspace(
    audited: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Path("register.sqlite").absolute()
    manifest = Path("compliance.yaml")
    manifest.write_text(manifest.read_text().replace("timezone: Europe/Berlin", "timezone: Pacific/Kiritimati"))
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    audited("incidents", "comment", "ff08", "--by", "mara", "--why", "so", "--register", register)
    told = json.loads(audited("incidents", "show", "ff08", "--format", "json", "--register", register).out)
    there = datetime.now(ZoneInfo("Pacific/Kiritimati")).replace(tzinfo=None)
    assert abs(datetime.fromisoformat(told["deeds"][0]["at"]) - there) < timedelta(minutes=5)


def test_where_a_reason_is_asked_for_blanks_are_none(audited: Command) -> None:
    ran = audited("incidents", "excuse", "ff08", "--by", "ann", "--why", " ")
    assert (ran.status, ran.out, ran.err.splitlines()[-1]) == (
        *(2, "", "Error: Invalid value for '--why': nothing is written there."),
    )


def test_nobody_decides_the_own_case(audited: Command) -> None:
    assert audited("incidents", "excuse", "ff08", "--by", "jon", "--why", "I may") == (
        2,
        "",
        (
            f"incident {GIFT}: jon answers for it, and nobody deals with the own case\n"
            "  help: let somebody else do it, named with --by\n"
        ),
    )
    ran = audited("incidents", "assign", "ff08", "--by", "ann", "--to", "jon")
    assert (ran.status, ran.out) == (2, "")


def test_what_was_refused_left_nothing_in_the_register(audited: Command, here: Path) -> None:
    before = (here / "register.sqlite").read_bytes()
    assert audited("incidents", "uphold", "ff08", "--by", "ann", "--why", "so").status == 2
    assert (here / "register.sqlite").read_bytes() == before


@pytest.mark.parametrize(("within", "status"), [("3d", 0), ("4d", 1), ("1w", 1), ("4 days", 1), ("3", 0)])
def test_what_is_due_within_so_many_days(audited: Command, within: str, status: int) -> None:
    audited("incidents", "ask", "ff08", "--by", "ann", "--at", "2026-04-02 09:00", "--due", "2026-04-07")
    ran = audited("incidents", "due", "--within", within, "--at", "2026-04-03")
    assert ran.status == status
    term = f"2026-04-07  {GIFT}  the term of the explanation ends\n1 due\n"
    assert ran.out == (term if status else "0 due\n")


def test_no_number_of_days(audited: Command) -> None:
    ran = audited("incidents", "due", "--within", "soon")
    assert ran.status == 2
    assert "'soon' is no number of days; write it as 7d or 2w." in ran.err


@pytest.mark.parametrize("words", [("close", "--why", "so"), ("ask",)])
def test_a_deed_of_another_year_by_mistake_bars_no_other(audited: Command, words: tuple[str, ...]) -> None:
    deed, *why = words
    ran = audited("incidents", deed, GIFT, "--by", "ann", *why, "--at", "2926-04-02")
    assert (ran.status, ran.err.splitlines()) == (
        2,
        [
            "2926-04-02 00:00 lies ahead, and only what was done is put on record",
            "  help: check the year that --at gives",
        ],
    )
    assert audited("incidents", "comment", GIFT, "--by", "ann", "--why", "on time").status == 0


def test_without_a_moment_it_is_done_now(audited: Command) -> None:
    told = json.loads(audited("incidents", "comment", "ff08", "--by", "jon", "--why", "yes", "--format", "json").out)
    assert told["deeds"][0]["recorded_at"] is None
    assert told["deeds"][0]["at"] > "2026-03-16"


def test_a_register_that_is_not_there(compliance: Command) -> None:
    ran = compliance("incidents", "list")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("register register.sqlite: there is no such file")


def test_what_was_closed_by_the_audit_s_moment_is_open_no_more_until_it_is_reopened(audited: Command) -> None:
    later = ("audit", ".", "--as-of", "2026-03-20")
    audited("incidents", "close", "ff08", "--by", "ann", "--at", "2026-03-18", "--why", "entered twice")
    assert audited("audit", ".").status == 1  # as of 16 March nobody had closed it
    ran = audited(*later)
    assert (ran.status, "not allowed, known, closed\n" in ran.out) == (0, True)
    closed = {each["id"]: each["closed"] for each in json.loads(audited(*later, "--format", "json").out)["incidents"]}
    assert (closed[GIFT], list(closed.values()).count(True)) == (True, 1)
    assert "::notice" in audited(*later, "--format", "github").out
    audited("incidents", "reopen", "ff08", "--by", "ann", "--at", "2026-03-19", "--why", "there are two")
    assert audited(*later).status == 1


def test_a_breach_that_comes_to_a_closed_incident_opens_it_again(audited: Command) -> None:
    rule = Path("rules/no-large-gifts.yaml")
    rule.write_text(rule.read_text() + "incident: {per: month}\n")
    found = json.loads(audited("audit", ".", "--as-of", "2026-03-17", "--format", "json").out)["incidents"][0]["id"]
    audited("incidents", "close", found, "--by", "ann", "--at", "2026-03-18", "--why", "talked over")
    assert audited("audit", ".", "--as-of", "2026-03-19").status == 0
    with Path("expenses.csv").open("a") as records:
        records.write("\ne9;11.03.2026;jon;gift;180,00;0,00")
    assert audited("audit", ".", "--as-of", "2026-03-20").status == 1
