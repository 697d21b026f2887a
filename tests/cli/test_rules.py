import json
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT, Command

LISTED = """\
id                       kind         force  severity  clause  title
starter.no-large-gifts   prohibition  must   moderate          Gifts to clients stay small
starter.visits-per-week  quota        must   minor             Three clients are visited every week
"""
SHOWN = """\
# work/rules/no-large-gifts.yaml
# A prohibition: every record that is like this is a breach.
id: starter.no-large-gifts
title: Gifts to clients stay small
severity: moderate
prohibition:
  of: expenses
  where: kind = 'gift' and amount > :gift_limit   # a colon and a name: a value of parameters.yaml
message: "{bearer}: {record} is a gift beyond the limit"
remedy: Tell the owner to whom the gift went and why; from now on ask before buying.

Parameters
  starter.gift_limit: 50 from 2025-01-01 (source: house rules, page 4)
"""
UNKNOWN = """\
work/rules/no-large-gifts.yaml:2:5: warning: rule `starter.no-large-gifts` has no cases [case-missing]
  id: starter.no-large-gifts
      ^^^^^^^^^^^^^^^^^^^^^^
  help: write no-large-gifts.test.yaml beside it, with a breach and with none
work/rules/no-large-gifts.yaml:2:5: warning: rule `starter.no-large-gifts` has no clause [unexplained-rule]
  id: starter.no-large-gifts
      ^^^^^^^^^^^^^^^^^^^^^^
  help: audited all the same; a reader will ask for them
work/rules/no-large-gifts.yaml:7:28: table `expenses` has no column `amuont`
    where: kind = 'gift' and amuont > :gift_limit   # a colon and a name: a value of parameters.yaml
                             ^^^^^^
  help: did you mean `amount`?
"""


def _ids(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines()[1:]]


def test_a_folder_s_rules(compliance: Command, workspace: Path) -> None:
    assert compliance("rules", "list", workspace / "rules") == (0, LISTED, "")


def test_a_pack_by_its_path(compliance: Command, workspace: Path) -> None:
    assert compliance("rules", "list", "--pack", f"./{workspace}/rules") == (0, LISTED, "")


def test_without_any_the_shipped_ones(compliance: Command) -> None:
    ids = _ids(compliance("rules", "list").out)
    assert ids == sorted(ids)
    assert {"wholesale.calls-per-day", "confidentiality.customers"} < set(ids)
    assert _ids(compliance("rules", "list", "--pack", "confidentiality").out) == [
        each for each in ids if each.startswith("confidentiality.")
    ]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["--kind", "deadline"], ["wholesale.monthly-report"]),
        (["--norm", "S2-165"], ["wholesale.calls-per-day"]),
        (["--clause", "client-search-manager/3.1/6"], ["wholesale.calls-per-day"]),
        (["--clause", "client-search-manager/3.1/1"], []),
        (["--clause", "client-search-manager/5.7"], ["wholesale.personal-plan"]),
        (["--table", "plans"], ["wholesale.personal-plan"]),
        (
            ["--table", "authority", "--kind", "limit"],
            ["wholesale.discount-within-authority", "wholesale.order-within-authority"],
        ),
        (["--table", "complaints", "--position", "client-search-manager"], ["wholesale.complaint-settled-with-cause"]),
        (["--position", "director"], []),
    ],
)
def test_filters(compliance: Command, filters: list[str], ids: list[str]) -> None:
    packs = ("--pack", "wholesale-client-search-manager", "--pack", "confidentiality")
    ran = compliance("rules", "list", *packs, *filters)
    assert _ids(ran.out) == ids
    assert (ran.status, ran.err) == (0, "" if ids else "no rule is like that\n")


def test_a_kind_that_is_none(compliance: Command) -> None:
    assert compliance("rules", "list", "--kind", "quotta") == (
        2,
        "",
        "there is no kind quotta\n  help: did you mean `quota`?\n",
    )


def test_a_path_that_is_not_there(compliance: Command) -> None:
    assert compliance("rules", "list", "nowhere") == (
        2,
        "",
        "there is no file or folder nowhere\n  help: name rule files or packs\n",
    )


def test_a_rule_is_shown_as_it_is_written(compliance: Command, workspace: Path) -> None:
    assert compliance("rules", "show", "starter.no-large-gifts", workspace / "rules") == (0, SHOWN, "")


def test_a_rule_is_shown_with_its_clause_and_document(compliance: Command) -> None:
    ran = compliance("rules", "show", "wholesale.monthly-report")
    assert ran.out.endswith(
        "\n\nClause client-search-manager/3.1/15\n"
        "  Report on the month's work by the third of the next month, in the form laid down for it.\n\n"
        "Document\n  Job description of the client search manager, wholesale\n\n"
        "Parameters\n  wholesale.report_day: 3 from 2025-01-01 (source: clause 3.1/15)\n"
    )


def test_a_rule_that_is_not_there(compliance: Command) -> None:
    assert compliance("rules", "show", "wholesale.call-per-day") == (
        2,
        "",
        "there is no rule wholesale.call-per-day\n  help: did you mean `wholesale.calls-per-day`?\n",
    )


def test_the_shipped_rules_are_sound_but_for_norms_that_no_rule_or_two_rules_keep(compliance: Command) -> None:
    ran = compliance("rules", "lint", ROOT / "rules")
    assert ran.status == 0
    assert [
        line for line in ran.out.splitlines() if not line.endswith(("[clause-without-rule]", "[norm-claimed-twice]"))
    ] == []


def test_a_lint_is_explained_without_a_path(compliance: Command) -> None:
    ran = compliance("rules", "lint", "--explain", "alike-titles")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "## alike-titles (warning)")
    ran = compliance("rules", "lint", "--explain", "alike-tiles")
    assert ran == (2, "", "there is no lint `alike-tiles`\n  help: did you mean `alike-titles`?\n")
    assert compliance("rules", "lint").status == 2


def test_problems_for_a_program_and_for_github(compliance: Command, workspace: Path) -> None:
    gifts = workspace / "rules" / "no-large-gifts.yaml"
    (workspace / "rules" / "visits-per-week.yaml").unlink()
    gifts.write_text(gifts.read_text(encoding="utf-8") + "# lint: allow alike-titles\n", encoding="utf-8")
    ran = compliance("rules", "lint", workspace / "rules", "--format", "github", "--workspace", workspace)
    told = next(line for line in ran.out.splitlines() if "unused-silencing" in line)
    assert ran.status == 2
    assert told.startswith("::error file=work/rules/no-large-gifts.yaml,line=10,col=1,title=unused-silencing::this")
    ran = compliance("rules", "lint", workspace / "rules", "--format", "json", "--workspace", workspace)
    found = [(each["lint"], each["level"], each["line"], each["column"]) for each in json.loads(ran.out)["problems"]]
    assert ("unused-silencing", "error", 10, 1) in found


def test_errors_stand_a_line_each_on_stdout_and_exit_2(compliance: Command, workspace: Path) -> None:
    rule = workspace / "rules" / "no-large-gifts.yaml"
    rule.write_text(
        rule.read_text(encoding="utf-8").replace("severity: moderate", "severity: modest\nseverty: x"), encoding="utf-8"
    )
    ran = compliance("rules", "lint", rule)
    assert ran == (
        2,
        (
            "work/rules/no-large-gifts.yaml:4:11: "
            "`severity` must be observation, minor, moderate, serious or critical, not `modest`\n"
            "work/rules/no-large-gifts.yaml:5:1: unknown key `severty`\n"
        ),
        "2 errors\n",
    )


def test_with_v_errors_come_with_caret_and_help(compliance: Command, workspace: Path) -> None:
    rule = workspace / "rules" / "no-large-gifts.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("amount >", "amuont >"), encoding="utf-8")
    ran = compliance("rules", "lint", rule, "-v")
    assert (ran.status, ran.err) == (2, "1 error, 2 warnings\n")
    assert ran.out == UNKNOWN


def test_warnings_alone_exit_0(compliance: Command, workspace: Path) -> None:
    ran = compliance("rules", "lint", workspace / "rules" / "no-large-gifts.yaml")
    assert ran == (
        0,
        (
            "work/rules/no-large-gifts.yaml:2:5: warning: "
            "rule `starter.no-large-gifts` has no cases [case-missing]\n"
            "work/rules/no-large-gifts.yaml:2:5: warning: "
            "rule `starter.no-large-gifts` has no clause [unexplained-rule]\n"
        ),
        "2 warnings\n",
    )


def test_against_a_workspace_its_own_tables_are_known(compliance: Command, workspace: Path) -> None:
    assert compliance("rules", "lint", workspace / "rules").status == 2
    ran = compliance("rules", "lint", workspace / "rules", "--workspace", workspace)
    assert (ran.status, ran.err) == (0, "4 warnings\n")


def test_with_fix_what_needs_no_thought_is_mended_and_the_rest_told(compliance: Command, workspace: Path) -> None:
    path = workspace / "rules/no-large-gifts.yaml"
    right = path.read_text()
    path.write_text(right.replace("remedy:", "remdy:").replace("amount", "amuont"))
    found = compliance("rules", "lint", "--fix", path)
    assert found.status == 2
    assert found.err.splitlines()[0] == f"{path}:9:1: `remdy` is now `remedy`"
    assert "remdy" not in found.out
    assert "has no column `amuont`" in found.out
    assert path.read_text() == right.replace("amount", "amuont")


def test_without_a_workspace_an_unknown_table_may_be_one_s_own(compliance: Command, workspace: Path) -> None:
    ran = compliance("rules", "lint", workspace / "rules")
    assert (
        "work/rules/visits-per-week.yaml:7:7: "
        "there is no table `visits`; tables of your own are known with --workspace\n"
    ) in ran.out
    gifts = workspace / "rules" / "no-large-gifts.yaml"
    gifts.write_text(gifts.read_text(encoding="utf-8").replace("of: expenses", "of: expences"), encoding="utf-8")
    ran = compliance("rules", "lint", gifts, "-v")
    assert "there is no table `expences`; tables of your own are known with --workspace\n" in ran.out
    assert "did you mean `expenses`?" in ran.out


@pytest.mark.parametrize("more", [[], ["--workspace", "work"]])
@pytest.mark.parametrize("path", ["work", "work/compliance.yaml"])
def test_a_workspace_is_no_rule(compliance: Command, workspace: Path, path: str, more: list[str]) -> None:
    ran = compliance("rules", "lint", path, *more)
    assert ran == (
        2,
        "",
        (
            f"{workspace}: this is a workspace\n"
            "  help: `compliance rules lint work/rules --workspace work` proof-reads its rules\n"
        ),
    )


def test_a_measure_that_no_law_allows_is_an_error_of_the_judgement_rules(compliance: Command, here: Path) -> None:
    (here / "judgement").mkdir()
    rule = "id: measure.own\nstage: measure\ntitle: Own\ndoes: {propose: fine}\nbecause: so\nsource: own\n"
    (here / "judgement" / "own.yaml").write_text(rule)
    ran = compliance("rules", "lint", "judgement")
    assert (ran.status, ran.err) == (2, "2 errors\n")
    assert [line.partition(" gives no basis for `fine`")[0] for line in ran.out.splitlines()] == [
        "judgement/own.yaml:4:7: German labour law",
        "judgement/own.yaml:4:7: Labour Code of the Russian Federation",
    ]


def test_the_rules_of_a_workspace_below_are_found_and_hidden_folders_are_not(
    compliance: Command, workspace: Path, here: Path
) -> None:
    shutil.copytree(workspace / "rules", here / ".old")
    assert compliance("rules", "list", ".") == (0, LISTED, "")


def test_a_rule_file_of_another_ending_is_told(compliance: Command, workspace: Path) -> None:
    gifts = workspace / "rules" / "no-large-gifts.yaml"
    gifts.rename(gifts.with_suffix(".yml"))
    ran = compliance("rules", "lint", workspace / "rules")
    assert (ran.status, ran.out) == (2, "work/rules/no-large-gifts.yml: it is not read: rule files end in .yaml\n")


def test_every_form_of_problems_has_the_same_ones_and_the_same_status(compliance: Command, workspace: Path) -> None:
    rule = workspace / "rules" / "no-large-gifts.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("amount >", "amuont >"), encoding="utf-8")
    for form in ("text", "json", "github", "sarif", "junit", "md"):
        ran = compliance("rules", "lint", workspace / "rules", "--format", form)
        assert (ran.status, "amuont" in ran.out) == (2, True), form
