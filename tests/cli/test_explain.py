import json
from pathlib import Path

from tests.cli.conftest import Command

GIFT = """\
Incident ff083e26f9d31f2a, moderate: Gifts to clients stay small
  The duty: Gifts to clients stay small (rule starter.no-large-gifts)
    In the rule's own words: where: kind = 'gift' and amount > :gift_limit
  What was found
    Jon Keel (jon): expenses e3 is a gift beyond the limit
      The records of expenses that count: 1
        expenses e3
"""


def test_the_beginning_of_an_id_is_enough(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    ran = compliance("explain", "ff083e26", "--register", workspace / "register.sqlite")
    assert ran.out.startswith(GIFT)
    assert (ran.status, ran.err) == (0, "")


HEARD = """\
  The right to be heard, as the audit as of 2026-03-16 00:00 left it
    no grade is final yet: the person has not been asked for an explanation.
    the person may give an explanation, bring an excuse, and name records that are missing here.
"""
NOW = """\
  How the case stands now: under review
    2026-03-17 09:00: asked by jon2, due by the end of 2026-03-20.
    2026-03-18 12:00: answered by jon.
    2026-03-19 08:00: assigned by jon2 to mara.
"""


def test_what_was_done_since_the_audit_is_told_beside_what_the_audit_knew(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    register = ("--register", workspace / "register.sqlite")
    asked = ("--due", "2026-03-20", "--by", "jon2", "--at", "2026-03-17 09:00")
    assert "How the case stands now" not in compliance("explain", "ff083e26", *register).out
    compliance("incidents", "ask", "ff083e26", *asked, *register)
    answered = ("--by", "jon", "--at", "2026-03-18 12:00", "--why", "so")
    compliance("incidents", "answer", "ff083e26", *answered, *register)
    given = ("--by", "jon2", "--at", "2026-03-19 08:00", "--to", "mara")
    compliance("incidents", "assign", "ff083e26", *given, *register)
    told = compliance("explain", "ff083e26", *register).out
    assert HEARD in told
    assert NOW in told


def test_the_records_columns_are_kept_where_a_page_showed_them(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace, "--format", "html")
    ran = compliance("explain", "ff083e26", "--register", workspace / "register.sqlite")
    assert "        expenses e3: expense_id e3, employee_id jon, " in ran.out


def test_in_a_workspace_its_own_register_is_meant(compliance: Command, here: Path) -> None:
    compliance("init", ".")
    manifest = here / "compliance.yaml"
    written = manifest.read_text(encoding="utf-8").replace("register: register.sqlite", "register: kept.sqlite")
    manifest.write_text(written, encoding="utf-8")
    compliance("audit", ".")
    assert (here / "kept.sqlite").is_file()
    assert compliance("explain", "ff083e26").out.startswith(GIFT)


def test_without_a_register(compliance: Command) -> None:
    assert compliance("explain", "ff083e26") == (
        2,
        "",
        "register register.sqlite: there is no such file\n  help: name an existing one with --register\n",
    )


def test_an_id_that_is_not_there(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    assert compliance("explain", "00000000", "--register", workspace / "register.sqlite") == (
        2,
        "",
        (
            "register work/register.sqlite: no incident or finding has the id 00000000\n"
            "  help: ids stand in reports; what was met is not kept in the register\n"
        ),
    )


def test_as_json(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    ran = compliance("explain", "ff083e26", "--register", workspace / "register.sqlite", "--format", "json")
    told = json.loads(ran.out)
    assert (told["version"], told["kind"], told["id"], told["grade"]) == (1, "incident", "ff083e26f9d31f2a", "moderate")
