from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from tests.check.shop import CALLS_PER_WEEK, EMPLOYEES, MANIFEST, calls, shop
from tests.reports.snapshots import assert_snapshot

from compliance.audit import Options, audit
from compliance.check import check, json, text
from compliance.check.model import Answer
from compliance.check.unlocking import thing
from compliance.model.finding import Verdict
from compliance.model.problem import UserError

SNAPSHOTS = Path(__file__).parent / "snapshots"

STAFF = """\
employee_id,name,position,department
ada,Ada,sales,North
ben,Ben,Sales,north
eva,Eva,Head of sales,North
"""
MORE_TABLES = (
    MANIFEST
    + """\
  visits: {source: visits.csv, key: visit_id, at: at, bearer: Who}
  leads: leads.csv
  reports: reports.csv
"""
)
VISITS = "visit_id,at,Who\n" + "".join(f"{nth},2026-02-0{nth} 10:00,Anna {nth}\n" for nth in range(1, 7))
REPORTS = "report_id,employee_id,period,submitted_at\n1,ada,2026-01,the third\n"
RULES = """\
id: shop.{name}
title: {name}
severity: minor
{kind}
"""
ODD = {
    "compliance.yaml": MORE_TABLES,
    "employees.csv": STAFF,
    "calls.csv": calls(date(2026, 1, 1), date(2026, 1, 6)) + "x,2062-02-03 10:00,ada,1\ny,1900-01-01,,1\n",
    "visits.csv": VISITS,
    "leads.csv": "lead_id,employee_id,at\n",
    "reports.csv": REPORTS,
    "rules/tiers.yaml": RULES.format(name="tiers", kind="prohibition: {of: orders, where: client.tier = 'x'}"),
    "rules/orders.yaml": RULES.format(name="orders", kind="prohibition: {of: orders, where: amount > 9}"),
    "rules/cards.yaml": RULES.format(name="cards", kind="prohibition: {of: client_cards, where: client.tier = 'x'}"),
    "rules/levels.yaml": RULES.format(
        name="levels", kind="bearer: {level: 2}\nquota: {of: calls, per: month, at_least: 1}"
    ),
    "rules/leads.yaml": RULES.format(name="leads", kind="quota: {of: leads, per: month, at_least: 1}"),
    "rules/reports.yaml": RULES.format(name="reports", kind="deadline: {of: reports, every: month, by: {day: 3}}"),
    "rules/idle.yaml": RULES.format(
        name="idle", kind="bearer: {position: nobody}\nquota: {of: calls, per: day, at_least: 1}"
    ),
}


def test_a_sound_shop(tmp_path: Path) -> None:
    found = check(shop(tmp_path))
    assert (found.answerable, found.unlocks, found.titles, found.oddities) == (True, (), (), ())
    assert_snapshot("sound.txt", text.render(found), SNAPSHOTS)
    assert_snapshot("sound.json", json.render(found), SNAPSHOTS)


def test_a_shop_with_all_that_a_check_looks_for(tmp_path: Path) -> None:
    found = check(shop(tmp_path, ODD))
    assert not found.answerable
    assert_snapshot("odd.txt", text.render(found), SNAPSHOTS)
    assert_snapshot("odd.json", json.render(found), SNAPSHOTS)


def test_the_causes_are_those_that_an_audit_gives(tmp_path: Path) -> None:
    folder = shop(tmp_path, ODD)
    judged = audit(folder, Options(judge="plain")).audit
    undetermined = [each for each in judged.findings if each.verdict is Verdict.UNDETERMINED]
    told = {rule.rule: "; ".join(rule.causes) for rule in check(folder).rules if rule.answer is Answer.NONE}
    assert told == {each.rule: each.cause for each in undetermined if each.rule in told}
    assert {each.rule for each in undetermined} == {
        rule.rule for rule in check(folder).rules if rule.answer is not Answer.WHOLE
    }


def test_with_colour_headings_stand_out_and_lines_are_cut_to_the_terminal(tmp_path: Path) -> None:
    lines = text.render(check(shop(tmp_path)), colour=True, width=40).splitlines()
    assert lines[0] == "\x1b[1mThe Corner Shop\x1b[0m"
    assert max(len(line.replace("\x1b[1m", "").replace("\x1b[0m", "")) for line in lines) == 40


def test_another_pack_may_be_tried(tmp_path: Path) -> None:
    assert {rule.rule.split(".")[0] for rule in check(shop(tmp_path), ["confidentiality"]).rules} == {"confidentiality"}


def test_where_no_record_has_a_time_nothing_can_be_answered_and_the_tables_are_shown(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("period: {from: 2026-01-01, to: 2026-03-01}\n", "")
    found = check(shop(tmp_path, {"compliance.yaml": manifest, "calls.csv": "call_id,at,Who,fee\n"}))
    assert not found.answerable
    assert_snapshot("timeless.txt", text.render(found), SNAPSHOTS)
    assert '"period": null, "as_of": null, "answerable": false' in json.render(found)


def test_a_shop_without_rules_can_answer_them_all(tmp_path: Path) -> None:
    found = check(shop(tmp_path, {"compliance.yaml": MANIFEST.replace("packs: [./rules]\n", "")}))
    assert found.answerable
    assert text.render(found).endswith(
        "\n\n2 tables, 0 rules: 0 answered, 0 in part, 0 not answered; 0 unmapped titles, 0 oddities\n"
    )


def test_a_log_without_any_column_is_shown_as_it_is(tmp_path: Path) -> None:
    manifest = MANIFEST + "  doors: doors.jsonl\n"
    shown = text.render(check(shop(tmp_path, {"compliance.yaml": manifest, "doors.jsonl": ""})))
    assert (
        "\n\nTable doors, from doors.jsonl\n  0 read = 0 accepted + 0 rejected\n  key none, at none, bearer none\n\n"
    ) in shown


def test_a_rule_that_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        check(shop(tmp_path, {"rules/more.yaml": RULES.format(name="more", kind="prohibition: {of: cals}")}))
    assert str(raised.value).replace(f"{tmp_path}/", "") == (
        "rules/more.yaml:4:19: there is no table `cals`\n"
        "  prohibition: {of: cals}\n"
        "                    ^^^^\n"
        "  help: did you mean `calls`?"
    )


def test_a_period_that_can_not_be_audited_is_an_error_though(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("2026-01-01", "1066-01-01")
    with pytest.raises(UserError, match="the period must lie between"):
        check(shop(tmp_path, {"compliance.yaml": manifest}))


# --- titles ---------------------------------------------------------------------------------


def _titles(folder: Path, more: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(each.title, each.rows) for each in check(shop(folder, more)).titles]


def test_a_title_in_other_letter_case_is_another_title(tmp_path: Path) -> None:
    staff = EMPLOYEES + "eva,Eva,Sales\nfay,Fay,Sales\ngus,Gus,\n"
    assert _titles(tmp_path, {"employees.csv": staff}) == [("Sales", 2)]


def test_an_alias_to_a_position_that_no_rule_names_maps_the_title_all_the_same(tmp_path: Path) -> None:
    manifest = "positions: {Driver: driver}\n" + MANIFEST
    assert _titles(tmp_path, {"employees.csv": EMPLOYEES + "eva,Eva,Driver\n", "compliance.yaml": manifest}) == []


def test_where_no_rule_asks_for_a_position_titles_do_not_matter(tmp_path: Path) -> None:
    folder = shop(tmp_path, {"employees.csv": EMPLOYEES + "eva,Eva,Driver\n"})
    assert [each.title for each in check(folder).titles] == ["Driver"]
    (folder / "rules" / "calls-per-week.yaml").write_text(
        CALLS_PER_WEEK.replace("bearer: {position: sales}\n", ""), encoding="utf-8"
    )
    assert check(folder).titles == ()


# --- what is missing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "short"),
    [
        ("the table clients is not there", "table clients"),
        ("there is no roster (no table employees)", "table employees"),
        ("the column orders.amount is not there", "column orders.amount"),
        ("order_lines has no order.placed_at", "column order_lines.order.placed_at"),
        ("the table leads holds no record", "records in table leads"),
        ("a value that decides is not recorded", "a value that decides is not recorded"),
    ],
)
def test_what_a_cause_says_is_missing(cause: str, short: str) -> None:
    assert thing(cause) == short
