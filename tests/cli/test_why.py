import json
from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Command

ASKED = ("--rule", "starter.visits-per-week", "--who", "jon", "--on", "2026-03-04")


def test_a_met_duty_has_its_margin(compliance: Command, workspace: Path) -> None:
    ran = compliance("why", workspace, *ASKED)
    assert (ran.status, ran.err) == (0, "")
    assert ", met: " in ran.out.splitlines()[0] or ", breached: " in ran.out.splitlines()[0]
    assert "    The margin: " in ran.out
    assert not (workspace / "register.sqlite").exists()


def test_json(compliance: Command, workspace: Path) -> None:
    ran = compliance("why", workspace, *ASKED, "--format", "json")
    told = json.loads(ran.out)
    assert (ran.status, told["version"], told["asked"]["rule"]) == (0, 1, "starter.visits-per-week")
    assert [each["bearer"] for each in told["answers"]] == ["Jon Keel (jon)"]
    assert told["unflagged"] == []


def test_without_a_person_what_names_nobody_is_explained(compliance: Command, workspace: Path) -> None:
    rule = "id: starter.told\ntitle: Told\nseverity: minor\nbearer: {who: none}\nprohibition: {of: visits}\n"
    (workspace / "rules" / "told.yaml").write_text(rule, encoding="utf-8")
    ran = compliance("why", workspace, "--rule", "starter.told", "--on", "2026-03-02", "--format", "json")
    answers = json.loads(ran.out)["answers"]
    assert (ran.status, ran.err) == (0, "")
    assert [(each["bearer"], each["verdict"], each["record"]["key"]) for each in answers] == [(None, "breached", "v1")]


def test_where_nothing_names_nobody_that_is_said(compliance: Command, workspace: Path) -> None:
    ran = compliance("why", workspace, *ASKED[:2], *ASKED[4:])
    assert (ran.status, ran.err) == (0, "")
    assert "No finding of starter.visits-per-week about nobody on 2026-03-04" in ran.out
    assert "nothing of this rule that names nobody lies on 2026-03-04; --who asks about somebody" in ran.out


def test_an_unknown_rule_exits_2_with_the_nearest_name(compliance: Command, workspace: Path) -> None:
    assert compliance("why", workspace, "--rule", "starter.visit-per-week", *ASKED[2:]) == (
        2,
        "",
        "no pack has a rule `starter.visit-per-week`\n  help: did you mean `starter.visits-per-week`?\n",
    )


def test_an_unknown_person_exits_2_with_the_nearest_id(compliance: Command, workspace: Path) -> None:
    assert compliance("why", workspace, *ASKED[:3], "jno", *ASKED[4:]) == (
        2,
        "",
        "nobody is known as `jno`\n  help: did you mean `jon`?\n",
    )


def test_a_name_is_answered_with_its_id(compliance: Command, workspace: Path) -> None:
    assert compliance("why", workspace, *ASKED[:3], "Jon Keel", *ASKED[4:]) == (
        2,
        "",
        "nobody is known as `Jon Keel`\n  help: did you mean `jon`?\n",
    )


def test_a_built_in_rule_is_explained_elsewhere(compliance: Command, workspace: Path) -> None:
    assert compliance("why", workspace, "--rule", "dutybook.backdated", *ASKED[2:]) == (
        2,
        "",
        (
            "no pack has a rule `dutybook.backdated`\n"
            "  help: a built-in finding is explained by its id, with `compliance explain`\n"
        ),
    )


def test_no_day(compliance: Command, workspace: Path) -> None:
    ran = compliance("why", workspace, *ASKED[:5], "yesterday")
    assert (ran.status, ran.out) == (2, "")
    assert "'yesterday' is no date; write it as 2026-03-31" in ran.err


def test_a_period_that_is_not_over_is_warned_of_unless_the_moment_was_given(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance_cli.why.local_now", lambda _zone: datetime(2026, 3, 10, 9))  # noqa: DTZ001 local
    assert compliance("why", workspace, *ASKED).err == (
        "warning: judged as of 2026-03-16 00:00, which is still to come, since the period ends then: "
        "what is due between today and then counts as missed; --as-of 2026-03-10 leaves it pending\n"
    )
    assert compliance("why", workspace, *ASKED, "--as-of", "2026-03-16").err == ""


def test_a_day_after_all_records_says_that_nothing_is_known(compliance: Command, workspace: Path) -> None:
    ran = compliance("why", workspace, *ASKED[:5], "2026-03-04", "--as-of", "2026-03-03")
    assert (ran.status, ran.err) == (0, "")
    assert ", pending: " in ran.out or "nothing is known yet" in ran.out
