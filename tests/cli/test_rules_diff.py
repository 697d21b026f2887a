import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Command

RULE = """\
id: shop.calls
title: Clients are called
severity: minor
bearer: {position: manager}
quota:
  of: calls
  where: kind = 'cold  call' and done
  at_least: 3
  per: week
"""
OTHER = (
    "id: shop.gifts\ntitle: Gifts stay small\nseverity: minor\nprohibition: {of: expenses, where: amount > :limit}\n"
)
DEADLINE = """\
id: shop.plans
title: Plans come
severity: minor
deadline: {of: plans, every: month, by: {day: 2, time: 18:00}}
"""
PARAMETERS = "limit: [{value: 50, source: house rules}, {from: 2026-01-01, value: 60.5, source: house rules}]\n"
DOCUMENT = "id: house\ntitle: House rules\nclauses: [{section: 1, number: 2, text: Call clients.}]\n"
DATED = """\
changed  parameter shop.limit
  from 2026-01-01: 60.5 -> 70
  from 2027-01-01: (none) -> null
  from 2027-01-01, source: (none) -> `law`
added    parameter shop.term
  always: `2 days`
  always, source: `assumed`
1 parameter added, 1 parameter changed
"""
PACK = {"calls.yaml": RULE, "gifts.yaml": OTHER, "parameters.yaml": PARAMETERS, "document.yaml": DOCUMENT}

Packs = Callable[..., tuple[Path, Path]]


@pytest.fixture
def packs(here: Path) -> Packs:
    """Two packs, the second with some files written anew, or gone."""

    def write(**anew: str | None) -> tuple[Path, Path]:
        files = {**PACK, **{f"{name}.yaml": text for name, text in anew.items()}}
        for folder, texts in (("old", PACK), ("new", files)):
            (here / folder).mkdir()
            for name, text in texts.items():
                if text is not None:
                    (here / folder / name).write_text(text, "utf-8")
        return Path("old"), Path("new")

    return write


def test_equal_packs_differ_in_nothing(compliance: Command, packs: Packs) -> None:
    assert compliance("rules", "diff", *packs()) == (0, "no differences\n", "")


@pytest.mark.parametrize(
    "same",
    [
        f"# why\n{RULE}  # lint: nothing\n",
        RULE.replace("{position: manager}", "\n  position: [manager]"),
        RULE.replace("kind = 'cold  call' and done", ">\n    kind = 'cold  call'\n    and   done\n"),
        RULE.replace("at_least: 3", "at_least: {number: 3.0}"),
        RULE.replace("severity: minor", "severity: minor\nstatus: stable\nforce: must\nclause: null"),
        "\n".join(reversed(RULE.splitlines()[:4])) + "\n" + "\n".join(RULE.splitlines()[4:]) + "\n",
    ],
)
def test_comments_layout_short_forms_and_defaults_are_no_change(compliance: Command, packs: Packs, same: str) -> None:
    assert same != RULE
    assert compliance("rules", "diff", *packs(calls=same)) == (0, "no differences\n", "")


@pytest.mark.parametrize(
    ("anew", "told"),
    [
        (RULE.replace("3", "4"), "quota.at_least: 3 -> 4"),
        (RULE.replace("3", "three"), "quota.at_least: 3 -> `three`"),
        (RULE.replace("3", "'3'"), "quota.at_least: 3 -> `3`"),
        (RULE.replace("minor", "serious"), "severity: `minor` -> `serious`"),
        (RULE.replace("cold  call", "cold call"), "quota.where: `kind = 'cold  call' and done` -> "),
        (f"{RULE}  prorate: false\n", "quota.prorate: true -> false"),
        (f"{RULE}in_force: {{from: 2026-02-01}}\n", "in_force.from: (none) -> 2026-02-01"),
        (RULE.replace("  per: week\n", ""), "quota.per: `week` -> (none)"),
        (f"{RULE}  for_each: [{{of: clients}}, [town]]\n", "quota.for_each.2.columns: (none) -> [`town`]"),
        (RULE.replace("manager", "[]"), "bearer.position: [`manager`] -> []"),
        (RULE.replace("manager", "'sales  manager'"), "bearer.position: [`manager`] -> [`sales  manager`]"),
        (RULE.replace("3", "{plan: calls}"), "quota.at_least.plan: (none) -> `calls`"),
        (RULE.replace("manager", "[manager, clerk]"), "bearer.position: [`manager`] -> [`manager`, `clerk`]"),
    ],
)
def test_a_changed_key_is_told_with_both_values(compliance: Command, packs: Packs, anew: str, told: str) -> None:
    ran = compliance("rules", "diff", *packs(calls=anew))
    assert ran.status == 1
    assert ran.out.startswith("changed  rule shop.calls\n")
    assert f"  {told}" in ran.out
    assert ran.out.endswith("\n1 rule changed\n")


def test_comments_within_expressions_end_with_their_line(compliance: Command, packs: Packs) -> None:
    expression = "kind = 'cold  call' -- as ever{}and done"
    where = f"|\n    {expression.format(chr(10) + '    ')}\n"
    old, new = packs(calls=RULE.replace("kind = 'cold  call' and done", where))
    (old / "calls.yaml").write_text(RULE.replace("kind = 'cold  call' and done", expression.format(" ")), "utf-8")
    assert compliance("rules", "diff", old, new).status == 1


def test_rules_that_came_and_went_are_named(compliance: Command, packs: Packs) -> None:
    told = "removed  rule shop.gifts\n  title: `Gifts stay small`\nadded    rule shop.plans\n  title: `Plans come`\n"
    counts = "1 rule added, 1 rule removed\n"
    assert compliance("rules", "diff", *packs(gifts=None, plans=DEADLINE)) == (1, told + counts, "")


def test_parameters_are_compared_by_day(compliance: Command, packs: Packs) -> None:
    anew = (
        "limit: [{from: 2027-01-01, value: null, source: law}, {from: 2026-01-01, value: 70, source: house rules},"
        " {value: 50, source: house rules}]\nterm: [{value: 2 days}]\n"
    )
    assert compliance("rules", "diff", *packs(parameters=anew)) == (1, DATED, "")


def test_an_empty_list_of_positions_is_not_no_list(compliance: Command, packs: Packs) -> None:
    old, new = packs(calls=RULE.replace("manager", "[]"))
    (old / "calls.yaml").write_text(RULE.replace("bearer: {position: manager}\n", ""), "utf-8")
    assert "  bearer.position: (none) -> []\n" in compliance("rules", "diff", old, new).out


def test_blanks_in_a_value_are_no_layout(compliance: Command, packs: Packs) -> None:
    old, new = packs(parameters="limit: [{value: 'north  shop'}]\n")
    (old / "parameters.yaml").write_text("limit: [{value: 'north shop'}]\n", "utf-8")
    assert "  always: `north shop` -> `north  shop`\n" in compliance("rules", "diff", old, new).out


def test_true_is_not_one(compliance: Command, packs: Packs) -> None:
    old, new = packs(parameters="limit: [{value: [1, 2]}]\n")
    (old / "parameters.yaml").write_text("limit: [{value: [true, 2]}]\n", "utf-8")
    assert "  always: [true, 2] -> [1, 2]\n" in compliance("rules", "diff", old, new).out


def test_clauses_are_told_by_their_number(compliance: Command, packs: Packs) -> None:
    anew = "id: house\ntitle: House rules\nclauses:\n  - {section: 1, number: 1, text: Be kind.}\n"
    anew += "  - {section: 1, number: 2, text: Call every client.}\n"
    out = compliance("rules", "diff", *packs(document=anew)).out
    assert "  clauses.1/2.text: `Call clients.` -> `Call every client.`\n" in out
    assert "  clauses.1/1.text: (none) -> `Be kind.`\n" in out


def test_two_files_are_compared_as_rules(compliance: Command, packs: Packs) -> None:
    old, new = packs(calls=RULE.replace("calls\n  where", "visits\n  where"))
    ran = compliance("rules", "diff", old / "calls.yaml", new / "calls.yaml")
    assert ran == (1, "changed  rule shop.calls\n  quota.of: `calls` -> `visits`\n1 rule changed\n", "")


def test_json_has_every_key(compliance: Command, packs: Packs) -> None:
    ran = compliance("rules", "diff", *packs(calls=RULE.replace("3", "3.5"), plans=DEADLINE), "--format", "json")
    told = json.loads(ran.out)
    assert (ran.status, told["version"], told["equal"]) == (1, 1, False)
    changed, added = told["changes"]
    assert changed == {
        "sort": "rule",
        "name": "shop.calls",
        "way": "changed",
        "keys": [{"key": "quota.at_least", "old": 3, "new": 3.5}],
    }
    assert (added["name"], added["way"]) == ("shop.plans", "added")
    assert {"key": "deadline.by.time", "new": "18:00"} in added["keys"]


def test_json_of_equal_packs(compliance: Command, packs: Packs) -> None:
    ran = compliance("rules", "diff", *packs(), "--format", "json")
    assert (ran.status, json.loads(ran.out)) == (0, {"version": 1, "equal": True, "changes": []})


def test_markdown_is_a_table(compliance: Command, packs: Packs) -> None:
    ran = compliance(
        "rules", "diff", *packs(calls=RULE.replace("title: Clients", "title: Tell @all *clients*")), "--format=md"
    )
    assert ran.status == 1
    assert ran.out.startswith("## Rules: 1 rule changed\n\n| what | name |  | key | old | new |\n")
    assert "| rule | shop.calls | changed | title | " in ran.out
    assert "@all" not in ran.out
    assert "*clients*" not in ran.out.replace("\\*", "")


def test_markdown_counts_what_it_leaves_out(compliance: Command, packs: Packs) -> None:
    many = "".join(f"p{number}: [{{value: 1}}]\n" for number in range(60))
    ran = compliance("rules", "diff", *packs(parameters=PARAMETERS + many), "--format", "md")
    assert ran.out.count("| parameter |") == 100
    assert ran.out.endswith("\n\n20 more lines not shown.\n")


def test_what_can_not_be_read_is_told_of_both_sides(compliance: Command, packs: Packs) -> None:
    old, new = packs(calls=RULE.replace("at_least", "at_lest"))
    (old / "gifts.yaml").write_text("id: [", "utf-8")
    ran = compliance("rules", "diff", old, new)
    assert (ran.status, ran.out) == (2, "")
    assert "old/gifts.yaml:2:1" in ran.err
    assert "new/calls.yaml:8:3" in ran.err


@pytest.mark.parametrize("gone", ["nowhere", "empty"])
def test_a_path_without_rules_is_refused(compliance: Command, packs: Packs, gone: str) -> None:
    old, _ = packs()
    Path("empty").mkdir()
    ran = compliance("rules", "diff", old, gone)
    assert (ran.status, ran.out) == (2, "")
    assert gone in ran.err


OWN = """\
id: own.calls
title: Calls are short
severity: {severity}
condition: {{of: activities, where: kind = 'call', must: minutes <= {bound}}}
message: "a long call"
"""
ACTIVITIES = "activity_id,at,employee_id,kind,minutes\n1,2026-03-02,ada,call,5\n2,2026-03-02,ben,call,7\n"


@pytest.fixture
def office(here: Path) -> Path:
    """A workspace with a call of five minutes by ada and one of seven by ben, and three states of its one rule."""
    for name, severity, bound in (("rules", "minor", 6), ("strict", "minor", 4), ("grave", "serious", 6)):
        (here / name).mkdir()
        (here / name / "calls.yaml").write_text(OWN.format(severity=severity, bound=bound), "utf-8")
    (here / "compliance.yaml").write_text("organisation: Office\npacks: [./rules]\n", "utf-8")
    (here / "activities.csv").write_text(ACTIVITIES, "utf-8")
    manifest = "period: {from: 2026-03-01, to: 2026-04-01}\ntables: {activities: activities.csv}\n"
    with (here / "compliance.yaml").open("a", encoding="utf-8") as file:
        file.write(manifest)
    return here


def _effects(compliance: Command, old: str, new: str) -> tuple[int, dict[str, int], list[tuple[str, str]]]:
    ran = compliance("rules", "diff", old, new, "--on", ".", "--format", "json")
    told = json.loads(ran.out)
    counts = {name: told["on"][name] for name in ("gained", "lost", "regraded", "others")}
    return ran.status, counts, [(each["effect"], each["bearer"]) for each in told["effects"]]


@pytest.mark.usefixtures("office")
def test_a_narrower_bound_gains_the_breach_of_whoever_kept_the_old_one(compliance: Command) -> None:
    none = {"gained": 0, "lost": 0, "regraded": 0, "others": 0}
    assert _effects(compliance, "rules", "strict") == (1, none | {"gained": 1}, [("gained", "ada")])
    assert _effects(compliance, "strict", "rules") == (1, none | {"lost": 1}, [("lost", "ada")])


@pytest.mark.usefixtures("office")
def test_a_graver_rule_grades_anew_whom_it_accused_already(compliance: Command) -> None:
    none = {"gained": 0, "lost": 0, "regraded": 0, "others": 0}
    assert _effects(compliance, "rules", "grave") == (1, none | {"regraded": 1}, [("regraded", "ben")])


@pytest.mark.usefixtures("office")
def test_on_records_nothing_differs_between_equal_rules(compliance: Command) -> None:
    ran = compliance("rules", "diff", "rules", "rules", "--on", ".")
    assert ran.status == 0
    assert ran.out == "no differences\non the records of Office, March 2026: no breach differs\n"


@pytest.mark.usefixtures("office")
def test_effects_on_records_are_told_by_person_and_rule(compliance: Command) -> None:
    text = compliance("rules", "diff", "rules", "strict", "--on", ".").out
    assert "ada\n  own.calls\n    gained   activities/1: met -> breached, minor; a long call\n" in text
    assert text.endswith("on the records of Office, March 2026: 1 gained\n")
    told = compliance("rules", "diff", "rules", "strict", "--on", ".", "--format", "md").out
    assert "| ada | own.calls | gained | activities/1 | met | breached, minor | a long call |" in told


@pytest.mark.usefixtures("office")
def test_effects_on_one_person_are_told_in_the_order_of_time(compliance: Command) -> None:
    days = [f"2026-03-{day:02}" for day in (9, 3, 30, 12, 24, 5)]
    rows = "".join(f"{number},{day},ada,call,5\n" for number, day in enumerate(days))
    Path("activities.csv").write_text(ACTIVITIES.splitlines(keepends=True)[0] + rows, "utf-8")
    told = json.loads(compliance("rules", "diff", "rules", "strict", "--on", ".", "--format", "json").out)
    assert [each["record"]["key"] for each in told["effects"]] == ["1", "5", "0", "3", "4", "2"]


@pytest.mark.usefixtures("office")
def test_on_records_one_file_is_no_pack(compliance: Command) -> None:
    ran = compliance("rules", "diff", "rules/calls.yaml", "strict/calls.yaml", "--on", ".")
    assert (ran.status, "name the folders" in ran.err) == (2, True)
