from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.assess.workspaces import written

from compliance.audit import Options, audit
from compliance.model.problem import Level, UserError
from compliance.proof import proofread
from compliance.rulebook.lint import lint
from compliance.rulebook.lints import LINTS
from compliance.rulebook.lints.base import Lint
from compliance_cli.main import ended
from compliance_cli.talk import Talk

REST = "severity: minor\nclause: form/a/1\nmessage: no\nremedy: stop\n"
DOCUMENT = (
    "id: form\ntitle: Form\nin_force_from: 2025-01-01\nclauses:\n- {section: a, number: 1, text: t, norms: [N]}\n"
)


def rule(name: str = "own.a", title: str = "A", more: str = "prohibition: {of: activities}\n") -> str:
    return f"id: {name}\ntitle: {title}\n{REST}{more}"


def quota(bound: str, title: str = "A", name: str = "own.a", more: str = "") -> str:
    return rule(name, title, f"quota: {{of: activities, {bound}, per: day}}\n{more}")


def above(amount: int) -> str:
    return f"prohibition: {{of: orders, where: amount > {amount}}}\n"


PARAMETER = "most: [{from: 2025-01-01, value: 3, source: clause 1}]"
USES = "prohibition: {of: activities, where: 'minutes > :most'}\n"
ORDERS = "prohibition: {of: orders}\n"
MEETINGS = "prohibition: {of: activities, where: kind = 'meeting'}\n"
CALLS = "prohibition: {of: activities, where: kind = 'call'}\n"

GRACE = "fulfilment: {of: obligations, due: due_on, delivered: {of: deliveries, match: [obligation_id]}, grace: %s}\n"
TOO_LONG = (
    "a.yaml:7:104: a grace of 32 days can last longer than anybody may act: 2 weeks after discovery "
    "(German labour law), 1 month after discovery (Labour Code of the Russian Federation)"
)
GRANTS = """\
authority_id,position,act,at_most,in_force_from,in_force_to
1,seller,order,10,,2025-12-31
2,seller,order,20,2026-01-01,
"""
LIMIT = "limit: {of: orders, value: amount, at_most: {authority: order}}\nbearer: {position: [seller, head]}\n"
AUTHORITY = {
    "a.yaml": rule(more=LIMIT.replace("[seller, head]", "seller")),
    "../authority.csv": GRANTS,
    "../orders.csv": "order_id,placed_at,employee_id,amount\n1,2026-03-02 10:00,a,5\n",
    "../employees.csv": "employee_id,position\na,seller\n",
    "../compliance.yaml": """\
organisation: H
period: {from: 2026-03-02, to: 2026-03-09}
packs: [./own]
jurisdiction: ru-labour-code
tables: {orders: orders.csv, employees: employees.csv, authority: authority.csv}
""",
}
RAISES = """\
id: grade.up
stage: grade
title: Up
factor: extent
when: extent >= 0.3
does: {raise: 1}
because: so
source: own
"""
LOWERS = """\
id: grade.down
stage: grade
title: Down
factor: extent
when: extent <= %s
does: {lower: 1}
because: so
source: own
"""
MEASURE = "id: measure.own\nstage: measure\ntitle: Own\ndoes: %s\nbecause: so\nsource: own\n"
FEBRUARY, JUNE = "in 2024-02, whose days allow 21", "in 2024-06, whose days allow 20"
NEW_YEAR = "in 2024-01-01, whose days allow none"
BY = "response: {after: {of: orders}, expect: {of: invoices, match: [client_id]}, by: %s}\n"

SINCE = "in_force: {from: 2025-04-01}\n"
CASES = "- {case: late, expect: [{verdict: breached}]}\n- {case: in time}\n"

# lint: files that trip it, where and with which sentence, and files that do not.
EXAMPLES = {
    "alike-names": (
        {"a.yaml": rule("own.b-a", "A"), "b.yaml": rule("own.a-b", "B", ORDERS)},
        "a.yaml:1:5: its id reads like `own.a-b`",
        {"a.yaml": rule("own.b-a", "A"), "b.yaml": rule("own.a-c", "B", ORDERS)},
    ),
    "alike-titles": (
        {"a.yaml": rule(title="On time"), "b.yaml": rule("own.b", "'on, time'", ORDERS)},
        "b.yaml:2:8: its title reads like that of `own.a`",
        {"a.yaml": rule(title="On time"), "b.yaml": rule("own.b", "Too late", ORDERS)},
    ),
    "always-true": (
        {"a.yaml": rule(more="condition: {of: orders, must: amount > 0 or amount <= 100}\n")},
        "a.yaml:7:31: this is never false, so nobody can breach it",
        {"a.yaml": rule(more="condition: {of: orders, must: amount > 0 or amount < 0}\n")},
    ),
    "authority-gap": (
        AUTHORITY | {"../authority.csv": GRANTS.replace("2025-12-31", "2025-12-29")},
        "a.yaml:7:57: seller has no authority for `order` from 2025-12-30 to 2025-12-31",
        AUTHORITY,
    ),
    "authority-overlap": (
        AUTHORITY | {"../authority.csv": GRANTS.replace("2025-12-31", "")},
        "a.yaml:7:57: seller has two rows of authority for `order` on 2026-01-01: up to 10 and up to 20",
        AUTHORITY,
    ),
    "case-missing": (
        {"a.yaml": rule(), "a.test.yaml": CASES.splitlines()[0]},
        "a.yaml:1:5: no case in a.test.yaml expects anything but a breach",
        {"a.yaml": rule(), "a.test.yaml": CASES},
    ),
    "clause-without-rule": (
        {"a.yaml": rule(), "document.yaml": DOCUMENT},
        "document.yaml:5:24: no rule keeps the duty `form/a/1` (N)",
        {"a.yaml": rule(), "document.yaml": DOCUMENT + "not_checkable: [{norm: N, because: nobody sees it}]\n"},
    ),
    "contradicting-bounds": (
        {"a.yaml": quota("at_least: 30"), "b.yaml": quota("at_most: 29", "B", "own.b")},
        "a.yaml:7:35: `at_least: 30` can't be kept together with `at_most: 29` by `own.b`",
        {"a.yaml": quota("at_least: 30"), "b.yaml": quota("at_most: 30", "B", "own.b")},
    ),
    "equal-rules": (
        {"a.yaml": rule(), "b.yaml": rule("own.b", "B")},
        "b.yaml:1:5: it asks the same as `own.a` (a.yaml:1:5)",
        {
            "a.yaml": rule() + "in_force: {to: 2025-12-31}\n",
            "b.yaml": rule("own.b", "B") + "in_force: {from: 2026-01-01}\n",
        },
    ),
    "deadline-before-trigger": (
        {"a.yaml": rule(more=BY % "placed_at - 2")},
        "a.yaml:7:81: `placed_at - 2` lies before its trigger (`placed_at`), so no answer can be in time",
        {"a.yaml": rule(more=BY % "placed_at + 2")},
    ),
    "impossible-quota": (
        {"a.yaml": quota("where: weekday(at) = 6, at_least: 1").replace("day}", "working_day}")},
        "a.yaml:7:59: it can't be reached in 2024-01-01, whose days allow none",
        {"a.yaml": quota("where: weekday(at) = 6, at_least: 1").replace("day}", "week}")},
    ),
    "in-force-overlap": (
        {
            "a.yaml": quota("at_least: 1", more="in_force: {from: 2025-01-01, to: 2026-01-01}\n"),
            "b.yaml": quota("at_least: 2", "B", "own.b", "in_force: {from: 2026-01-01}\nyields_to: [own.c]\n"),
            "c.yaml": rule("own.c", "C", ORDERS),
        },
        "a.yaml:8:34: it is in force still when `own.b` takes its place on 2026-01-01",
        {
            "a.yaml": quota("at_least: 1", more="in_force: {from: 2025-01-01, to: 2025-12-31}\n"),
            "b.yaml": quota("at_least: 2", "B", "own.b", "in_force: {from: 2026-01-01}\n"),
        },
    ),
    "in-force-hole": (
        {"a.yaml": rule(more=USES) + "in_force: {from: 2024-12-31}\n", "parameters.yaml": PARAMETER},
        "a.yaml:8:18: `most` has no value before 2025-01-01, and the rule is in force before that day",
        {"a.yaml": rule(more=USES) + "in_force: {from: 2025-01-01}\n", "parameters.yaml": PARAMETER},
    ),
    "judgement-contradiction": (
        {"a.yaml": rule(), "judgement/up.yaml": RAISES, "judgement/down.yaml": LOWERS % "0.3"},
        (
            "judgement/up.yaml:5:7: `grade.up` raises and `grade.down` lowers by one and the same factor, "
            "and both may apply at once"
        ),
        {"a.yaml": rule(), "judgement/up.yaml": RAISES, "judgement/down.yaml": LOWERS % "0.2"},
    ),
    "judgement-never-true": (
        {"a.yaml": rule(), "judgement/up.yaml": RAISES.replace(">= 0.3", "> 0.3 and extent < 0.3")},
        "judgement/up.yaml:5:7: this can never be true, so the rule never applies",
        {"a.yaml": rule(), "judgement/up.yaml": RAISES},
    ),
    "limitation-under-grace": (
        {"a.yaml": rule(more=GRACE % "32 days")},
        TOO_LONG,
        {"a.yaml": rule(more=GRACE % "1 month")},
    ),
    "measure-above-ceiling": (
        {"a.yaml": rule(), "judgement/pay.yaml": MEASURE % "{propose: recovery, amount: {months_of_pay: 2}}"},
        (
            "judgement/pay.yaml:4:7: the rule takes 2 months of pay, and Labour Code of the Russian Federation allows "
            "`recovery` at most average pay of one month (articles 238 and 241)"
        ),
        {"a.yaml": rule(), "judgement/pay.yaml": MEASURE % "{propose: recovery, amount: {months_of_pay: 1}}"},
    ),
    "measure-without-basis": (
        AUTHORITY | {"judgement/pay.yaml": MEASURE % "{propose: withholding-of-pay}"},
        (
            "judgement/pay.yaml:4:7: Labour Code of the Russian Federation gives no basis for `withholding-of-pay`: "
            "pay may be withheld only in the cases that the code lists (article 137)"
        ),
        AUTHORITY | {"judgement/pay.yaml": MEASURE % "{propose: reprimand}"},
    ),
    "never-in-force": (
        {"a.yaml": rule() + "norms: [N]\nin_force: {to: 2024-12-31}\n", "document.yaml": DOCUMENT},
        "a.yaml:9:16: the rule ends on 2024-12-31, before its document comes into force on 2025-01-01",
        {"a.yaml": rule() + "norms: [N]\nin_force: {to: 2025-01-01}\n", "document.yaml": DOCUMENT},
    ),
    "never-true": (
        {"a.yaml": rule(more="prohibition: {of: orders, where: amount > 100 and amount < 50}\n")},
        "a.yaml:7:34: this is never true, whatever the records hold",
        {"a.yaml": rule(more="prohibition: {of: orders, where: amount > 100 or amount < 50}\n")},
    ),
    "norm-claimed-twice": (
        {"a.yaml": rule(more=MEETINGS) + "norms: [N]\n", "b.yaml": rule("own.b", "B", CALLS) + "norms: [M, N]\n"},
        "b.yaml:8:12: `N` is covered by `own.a` too",
        {
            "a.yaml": rule(more=MEETINGS) + "norms: [N]\n",
            "b.yaml": rule("own.b", "B", CALLS) + "norms: [M, N]\nyields_to: [own.a]\n",
            "c.yaml": rule("own.c", "C", ORDERS) + "norms: [N]\n",
        },
    ),
    "old-draft": (
        {"a.yaml": rule() + "status: draft\nin_force: {from: 2025-03-01}\n"},
        "a.yaml:8:9: it is a draft still, for a duty in force since 2025-03-01",
        {"a.yaml": rule() + "status: draft\nin_force: {from: 2025-03-02}\n"},
    ),
    "parameter-unused": (
        {"a.yaml": rule(), "parameters.yaml": PARAMETER},
        "parameters.yaml:1:1: no rule uses the parameter `most`",
        {"a.yaml": rule(more=USES) + "in_force: {from: 2025-01-01}\n", "parameters.yaml": PARAMETER},
    ),
    "parameter-without-source": (
        {"a.yaml": rule(more=USES), "parameters.yaml": "most: [{value: 3}]"},
        "parameters.yaml:1:8: a value of `most` has no source",
        {"a.yaml": rule(more=USES), "parameters.yaml": "most: [{value: 3, source: assumed}]"},
    ),
    "right-as-duty": (
        {"a.yaml": rule(), "document.yaml": DOCUMENT.replace("text: t", "text: t, kind: right")},
        "a.yaml:4:9: `form/a/1` is a right of the bearer, who can't breach it",
        {
            "a.yaml": rule() + "bearer: {who: employee.superior_id}\n",
            "document.yaml": DOCUMENT.replace("text: t", "text: t, kind: right"),
        },
    ),
    "swallowed-rule": (
        {"a.yaml": rule(more=above(200)), "b.yaml": rule("own.b", "B", above(100))},
        "a.yaml:1:5: whatever breaches it breaches `own.b`, too (b.yaml:1:5)",
        {"a.yaml": rule(more=above(200)).replace("minor", "serious"), "b.yaml": rule("own.b", "B", above(100))},
    ),
    "unexplained-rule": (
        {"a.yaml": rule().replace("message: no\nremedy: stop\n", "")},
        "a.yaml:1:5: rule `own.a` has no message, remedy",
        {"a.yaml": rule()},
    ),
    "unheld-position": (
        AUTHORITY | {"a.yaml": rule(more=ORDERS + "bearer: {position: [seler, seller]}\n")},
        "a.yaml:8:21: nobody on the roster is seler",
        AUTHORITY | {"a.yaml": rule(more=ORDERS + "bearer: {position: [seller]}\n")},
    ),
    "unknown-clause": (
        {"a.yaml": rule().replace("form/a/1", "form/a/2"), "document.yaml": DOCUMENT},
        "a.yaml:4:9: no document of the pack has a clause `form/a/2`",
        {"a.yaml": rule() + "norms: [N]\n", "document.yaml": DOCUMENT},
    ),
    "unknown-message-field": (
        {"a.yaml": rule().replace("message: no", "message: 'by {who}'")},
        "a.yaml:5:14: `{who}` is not a placeholder",
        {"a.yaml": rule().replace("message: no", "message: 'by {bearer}'")},
    ),
    "unknown-parameter": (
        {"a.yaml": rule(more=USES.replace(":most", ":more"))},
        "a.yaml:7:49: there is no parameter `more`",
        {"a.yaml": rule(more=USES), "parameters.yaml": PARAMETER},
    ),
    "unknown-rule": (
        {"a.yaml": rule() + "yields_to: [own.be]\n", "b.yaml": rule("own.b", "B", ORDERS)},
        "a.yaml:8:13: it yields to `own.be`, which is not among the rules here",
        {"a.yaml": rule() + "yields_to: [own.b]\n", "b.yaml": rule("own.b", "B", ORDERS)},
    ),
    "yields-to-itself": (
        {
            "a.yaml": rule() + "yields_to: [own.b]\n",
            "b.yaml": rule("own.b", "B", ORDERS) + "yields_to: [own.a]\n",
        },
        "a.yaml:8:13: it yields to itself by way of `own.b`",
        {"a.yaml": rule() + "yields_to: [own.b]\n", "b.yaml": rule("own.b", "B", ORDERS)},
    ),
    "unused-silencing": (
        {"a.yaml": "# lint: allow old-draft because it waits\n" + rule()},
        "a.yaml:1:1: `old-draft` finds nothing here that could be silenced",
        {"a.yaml": rule()},
    ),
}


def told(folder: Path, files: dict[str, str]) -> list[str]:
    cases = {name.replace(".yaml", ".test.yaml"): CASES for name in files if len(name) == len("a.yaml")}
    written(folder, {f"own/{name}": text for name, text in (cases | files).items()})
    workspace = folder if (folder / "compliance.yaml").is_file() else None
    found = proofread([folder / "own"], workspace, today=date(2026, 3, 2))
    return [f"{each.level} {each.line()} [{each.lint}]".replace(f"{folder}/own/", "") for each in found]


def lines_of(found: list[str]) -> list[str]:
    """What was told, without its place."""
    return [line.split(": ", 1)[1] for line in found]


@pytest.mark.parametrize("each", LINTS, ids=lambda each: each.id)
def test_a_lint_finds_what_it_says_and_leaves_the_neighbour_alone(each: object, tmp_path: Path) -> None:
    bad, sentence, good = EXAMPLES[each.id]  # type: ignore[attr-defined]
    assert told(tmp_path / "bad", bad) == [f"{each.level} {sentence} [{each.id}]"]  # type: ignore[attr-defined]
    assert told(tmp_path / "good", good) == []


HOUSE = {
    name: AUTHORITY[name] for name in ("../compliance.yaml", "../orders.csv", "../employees.csv", "../authority.csv")
}


PLANNED = {each.id for each in LINTS if each.find is None} | {"unknown-message-field"}
"""Whose example is wrong for planning, too: by such a rule nobody can be judged."""


class Met(NamedTuple):
    """How rules fare with a workspace: the errors of proof-reading, what stops an audit, and what one doubts."""

    errors: list[str]
    refused: list[str]
    doubts: list[str]


def met(folder: Path, files: dict[str, str]) -> Met:
    written(folder, {f"own/{name}": text for name, text in (HOUSE | files).items()})
    found = proofread([folder / "own"], folder, today=date(2026, 3, 2))
    errors = [each.line() for each in found if each.level is Level.ERROR]
    try:
        outcome = audit(folder, Options(judge="plain", proofread=True))
    except UserError as error:
        return Met(errors, sorted(each.line() for each in error.problems), [])
    return Met(errors, [], [each.line() for each in outcome.doubts])


@pytest.mark.parametrize("each", LINTS, ids=lambda each: each.id)
def test_no_lint_alone_keeps_an_audit_from_judging_and_each_error_is_told(each: Lint, tmp_path: Path) -> None:
    bad, _, good = EXAMPLES[each.id]
    found = met(tmp_path / "bad", bad)
    assert bool(found.errors) is (each.level is Level.ERROR)
    assert found == Met(found.errors, *((found.errors, []) if each.id in PLANNED else ([], found.errors)))
    assert met(tmp_path / "good", good) == ([], [], [])


@pytest.mark.parametrize("each", LINTS, ids=lambda each: each.id)
def test_rules_lint_ends_red_by_an_error_and_by_a_warning_where_it_is_strict(each: Lint, tmp_path: Path) -> None:
    bad, _, good = EXAMPLES[each.id]
    assert statuses(tmp_path / "bad", bad) == ([2, 2] if each.level is Level.ERROR else [0, 1])
    assert statuses(tmp_path / "good", good) == [0, 0]


def statuses(folder: Path, files: dict[str, str]) -> list[int]:
    """How `rules lint` ends, without and with `--strict`."""
    told(folder, files)
    house = ["--workspace", str(folder)] if (folder / "compliance.yaml").is_file() else []
    command = ["-q", "rules", "lint", str(folder / "own"), "--on", "2026-03-02", *house]
    return [ended([*command, *strict], Talk()) for strict in ([], ["--strict"])]


def test_an_audit_that_is_not_to_proofread_doubts_nothing(tmp_path: Path) -> None:
    bad = EXAMPLES["deadline-before-trigger"][0]
    met(tmp_path, bad)
    assert audit(tmp_path, Options(judge="plain")).doubts == ()


def test_a_silenced_error_is_no_doubt(tmp_path: Path) -> None:
    bad = {"a.yaml": EXAMPLES["deadline-before-trigger"][0]["a.yaml"]}
    silenced = "# lint: allow deadline-before-trigger because it is paid beforehand\n" + bad["a.yaml"]
    assert met(tmp_path, {"a.yaml": silenced}) == ([], [], [])


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_of_a_rule_that_judges_nobody_an_audit_doubts_nothing(tmp_path: Path, status: str) -> None:
    bad = EXAMPLES["deadline-before-trigger"][0]["a.yaml"]
    assert met(tmp_path, {"a.yaml": f"{bad}status: {status}\n"})[1:] == ([], [])


@pytest.mark.parametrize(
    ("days", "doubted"), [("", []), ("5", []), ("0", ["no-deals-held-over.yaml", "12:10", "never-true"])]
)
def test_a_shipped_rule_is_doubted_by_the_parameters_that_the_workspace_sets(
    tmp_path: Path, days: str, doubted: list[str]
) -> None:
    manifest = HOUSE["../compliance.yaml"].replace("./own", "account-manager")
    sets = f"parameters: {{account.held_over_days: {days}}}\n" if days else ""
    written(tmp_path, {f"own/{name}": text for name, text in (HOUSE | {"../compliance.yaml": manifest + sets}).items()})
    found = audit(tmp_path, Options(judge="plain", proofread=True)).doubts
    places = [each.where for each in found if each.where]
    told = [[Path(where.file).name, f"{where.line}:{where.column}"] for where in places]
    assert [[*where, each.lint] for where, each in zip(told, found, strict=True)] == ([doubted] if doubted else [])


DATED = "most: [{from: 2025-01-01, value: 3, source: x}, {from: 2026-01-01, value: %s, source: x}]"
NEVER, BY_VALUE = "this is never true, whatever the records hold", ", by the values of its parameters"


@pytest.mark.parametrize(
    ("where", "most", "says"),
    [
        ("minutes > :most and minutes < :most", DATED % 9, NEVER),
        ("minutes > :most and minutes < 3", PARAMETER, NEVER + BY_VALUE),
        ("minutes > :most and minutes < 4", PARAMETER, None),
        ("minutes > :most and minutes < 3", DATED % 4, NEVER + BY_VALUE),
        ("minutes > :most and minutes < 3", DATED % 2, None),
        ("minutes > :own.most and minutes < 3", PARAMETER, NEVER + BY_VALUE),
        ("minutes < :most + 1 and minutes > 4", PARAMETER, NEVER + BY_VALUE),
        ("kind in :most and kind = 'call'", "most: [{value: [meeting, visit], source: x}]", NEVER + BY_VALUE),
        ("kind in :most and kind = 'visit'", "most: [{value: [meeting, visit], source: x}]", None),
        # A switch is meant to be on or off for everybody.
        ("kind = 'call' and :most = 4", PARAMETER, None),
        ("month(at) = 13", PARAMETER, NEVER),
        ("kind = 'call' and kind like 'x%'", PARAMETER, NEVER),
        ("at < at", PARAMETER, NEVER),
    ],
)
def test_a_condition_is_never_true_by_every_value_that_its_parameters_have(
    tmp_path: Path, where: str, most: str, says: str | None
) -> None:
    text = rule(more=f'prohibition: {{of: activities, where: "{where}"}}\n{SINCE}')
    found = told(tmp_path, {"a.yaml": text, "parameters.yaml": most})
    lines = [f"error a.yaml:7:38: {says} [never-true]"] * (says is not None)
    assert [line for line in found if "never-true" in line] == lines


@pytest.mark.parametrize(
    ("own", "lints"),
    [
        ("", []),
        ("parameters: {own.most: 50}\n", ["never-true"]),
        ("parameters: {own.most: 49}\n", []),
        ("parameters: {own.least: 8}\n", ["impossible-quota"]),
    ],
)
def test_a_workspace_is_reasoned_about_by_the_values_that_it_sets(tmp_path: Path, own: str, lints: list[str]) -> None:
    files = HOUSE | {
        "../compliance.yaml": HOUSE["../compliance.yaml"] + own,
        "a.yaml": rule(more="prohibition: {of: orders, where: 'amount > :most and amount < 50'}\n"),
        "b.yaml": quota("measure: count(distinct day(placed_at)), at_least: {parameter: least}", "B", "own.b")
        .replace("activities", "orders")
        .replace("per: day", "per: week"),
        "parameters.yaml": "most: [{value: 3, source: x}]\nleast: [{value: 3, source: x}]",
    }
    assert [line.split("[")[-1].rstrip("]") for line in told(tmp_path, files)] == lints


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('when: ":most = 3"\nprohibition: {of: activities}\n', None),
        ("when: 1 = 1\nprohibition: {of: activities}\n", "7: this is true, whatever the records hold"),
        ("condition: {of: activities, must: minutes >= minutes, if_null: breached}\n", None),
        ("condition: {of: activities, must: minutes >= minutes}\n", "35: this is never false, so nobody can breach it"),
        (
            'condition: {of: activities, must: "minutes < 2 or minutes <= :most or minutes > 2.5"}\n',
            f"35: this is never false{BY_VALUE}, so nobody can breach it",
        ),
        ('condition: {of: activities, must: "minutes < 2 or minutes <= :most or minutes > 3.5"}\n', None),
    ],
)
def test_a_condition_that_tells_nothing_apart(tmp_path: Path, more: str, says: str | None) -> None:
    found = told(tmp_path, {"a.yaml": rule(more=more), "parameters.yaml": PARAMETER.replace("from: 2025-01-01, ", "")})
    lines = [f"error a.yaml:7:{says} [always-true]"] * (says is not None)
    assert [line for line in found if "parameter-unused" not in line] == lines


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("own.report-monthly", "own.monthly-report", True),
        ("own.sales.report", "own.sales-report", True),
        ("own.sales-report", "own.salesreport", True),
        ("sales.report-late", "sales-report.late", True),
        ("own.sales-report", "own.sales-reports", False),
        ("own.a-b", "other.b-a", False),
        ("own.level-1-12", "own.level-11-2", False),
    ],
)
def test_ids_that_a_reader_takes_for_one(tmp_path: Path, one: str, other: str, *, alike: bool) -> None:
    files = {"a.yaml": rule(one), "b.yaml": rule(other, "B", ORDERS)}
    first, second = sorted((one, other))
    lines = [line for line in told(tmp_path, files) if "alike-names" in line]
    place = "a" if second == one else "b"
    assert lines == [f"warning {place}.yaml:1:5: its id reads like `{first}` [alike-names]"] * alike


@pytest.mark.parametrize("source", ["''", "'  '", '"\\t"'])
def test_a_source_of_blanks_is_none(tmp_path: Path, source: str) -> None:
    files = {"a.yaml": rule(more=USES), "parameters.yaml": f"most:\n- value: 3\n  source: {source}\n"}
    lints = [line for line in told(tmp_path, files) if "parameter" in line]
    assert lines_of(lints) == ["a value of `most` has no source [parameter-without-source]"]


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("prohibition: {of: activities, where: 'minutes > :most'}", True),
        ("prohibition: {of: activities, where: 'minutes between 1 and (:most)'}", True),
        ("limit: {of: activities, value: minutes, at_most: {parameter: most}}", True),
        ("limit: {of: activities, value: minutes, at_most: ':most + 1'}", True),
        ("quota: {of: activities, measure: 'share(minutes > :most)', at_most: 0.5, per: week}", True),
        ("when: ':most > 1'\nprohibition: {of: activities}", True),
        ("prohibition: {of: activities, where: \"subject = ':most'\"}", False),
        ("prohibition: {of: activities, where: \"subject = 'it''s :most'\"}", False),
        ("prohibition: {of: activities, where: 'minutes > :own-pack.most'}", True),
        ("# minutes > :most\nprohibition: {of: activities}", False),
        ("prohibition: {of: activities}   # {parameter: most}", False),
        ("remedy: ask for :most".replace("remedy", "title") + "\nprohibition: {of: activities}", False),
    ],
)
def test_a_parameter_is_used_where_a_rule_asks_by_it(tmp_path: Path, text: str, *, used: bool) -> None:
    whole = rule(more=f"{text}\n").replace("title: A\n", "" if text.startswith("title") else "title: A\n")
    whole = whole.replace("own.a", "own-pack.a") if "own-pack" in text else whole
    lints = [line for line in told(tmp_path, {"a.yaml": whole, "parameters.yaml": ALWAYS}) if "unused" in line]
    assert lines_of(lints) == ["no rule uses the parameter `most` [parameter-unused]"] * (not used)


def test_a_parameter_of_the_same_name_in_another_pack_uses_none(tmp_path: Path) -> None:
    files = {"one/a.yaml": rule(), "one/parameters.yaml": ALWAYS}
    files |= {"two/b.yaml": rule("other.b", "B", USES), "two/parameters.yaml": ALWAYS}
    written(tmp_path, files)
    found = [str(each.where) for each in lint([tmp_path]) if each.lint == "parameter-unused"]
    assert found == [f"{tmp_path}/one/parameters.yaml:1:1"]


def test_a_position_is_told_once_with_the_number_of_rules_and_an_alias_is_a_title(tmp_path: Path) -> None:
    two = {
        "a.yaml": rule(more=ORDERS + "bearer: {position: buyer}\n"),
        "b.yaml": rule("own.b", "B", MEETINGS + "bearer: {position: buyer}\n"),
    }
    says = "nobody on the roster is buyer; 1 more rule asks for it"
    assert told(tmp_path / "two", AUTHORITY | two) == [f"warning a.yaml:8:20: {says} [unheld-position]"]
    alias = AUTHORITY["../compliance.yaml"] + "positions: {seller: buyer}\n"
    assert told(tmp_path / "alias", AUTHORITY | two | {"../compliance.yaml": alias}) == []


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("prohibition: {of: orders, where: \"bearer.position = 'seler'\"}\n", "7:53"),
        ("prohibition: {of: orders, where: \"'seler' = bearer.position and amount > 3\"}\n", "7:35"),
        ("condition: {of: orders, must: \"bearer.position in ('seller', 'seler')\"}\n", "7:62"),
        (ORDERS + "bearer: {where: \"bearer.position = 'seler'\"}\n", "8:36"),
        ("prohibition: {of: orders, where: \"bearer.position = 'seller'\"}\n", None),
        ("prohibition: {of: orders, where: \"bearer.position <> 'seler'\"}\n", None),
        ("prohibition: {of: orders, where: \"bearer.position not in ('seler', 'buyer')\"}\n", None),
        ("prohibition: {of: orders, where: \"price_type = 'seler'\"}\n", None),
    ],
)
def test_a_position_that_a_condition_asks_for(tmp_path: Path, more: str, place: str | None) -> None:
    lines = [line for line in told(tmp_path, AUTHORITY | {"a.yaml": rule(more=more)}) if "unheld" in line]
    assert lines == [f"warning a.yaml:{place}: nobody on the roster is seler [unheld-position]"] * (place is not None)


def test_a_document_obliges_somebody_on_the_roster(tmp_path: Path) -> None:
    document = DOCUMENT.replace("title: Form\n", "title: Form\nposition: buyer\n").replace("norms: [N]", "kind: right")
    says = "nobody on the roster is buyer, whom the document obliges"
    found = told(tmp_path, AUTHORITY | {"document.yaml": document})
    assert [each for each in found if "unheld" in each] == [f"warning document.yaml:3:11: {says} [unheld-position]"]


ANSWERED = "response: {after: {of: leads, where: %s}, expect: {of: activities, match: [lead_id]}, within: %s}\n"


@pytest.mark.parametrize(
    ("narrow", "wide", "swallows"),
    [
        ("condition: {of: orders, must: amount > 5}", "condition: {of: orders, must: amount > 10}", True),
        (
            "condition: {of: orders, must: amount > 10}",
            "condition: {of: orders, must: amount > 10 or amount < 2}",
            None,
        ),
        (
            "condition: {of: orders, where: status = 'new', must: amount > 5}",
            "condition: {of: orders, must: amount > 5}",
            True,
        ),
        # Where the amount is not known, the narrower rule can't be told, and the wider one is no breach.
        ("condition: {of: orders, must: amount > 5}", "condition: {of: orders, must: amount > 5 or note = 'a'}", None),
        ("limit: {of: orders, value: amount, at_most: 9}", "limit: {of: orders, value: amount, at_most: 8}", True),
        ("limit: {of: orders, value: amount, at_most: 9}", "limit: {of: orders, value: amount, less_than: 9}", True),
        ("limit: {of: orders, value: amount, less_than: 9}", "limit: {of: orders, value: amount, at_most: 9}", None),
        ("limit: {of: orders, value: amount, at_most: 9}", "limit: {of: orders, value: amount, at_least: 9}", False),
        (
            "quota: {of: activities, at_least: 3, per: day}",
            "quota: {of: activities, where: kind = 'call', at_least: 4, per: day}",
            True,
        ),
        (
            "quota: {of: activities, where: kind = 'call', at_least: 4, per: day}",
            "quota: {of: activities, at_least: 4, per: day}",
            None,
        ),
        (
            "quota: {of: activities, where: kind = 'call', at_most: 4, per: day}",
            "quota: {of: activities, at_most: 4, per: day}",
            True,
        ),
        (
            "quota: {of: orders, where: amount > 1, measure: sum(amount), at_most: 4, per: day}",
            "quota: {of: orders, measure: sum(amount), at_most: 4, per: day}",
            False,
        ),
        ("quota: {of: activities, at_most: 4, per: day}", "quota: {of: activities, at_most: 3, per: week}", False),
        (
            "deadline: {of: reports, every: month, by: {day: 3}}",
            "deadline: {of: reports, where: kind = 'sales', every: month, by: {day: 3}}",
            True,
        ),
        (ANSWERED % ("channel = 'web'", "2 days"), ANSWERED % ("channel <> 'post'", "1 days"), True),
        (ANSWERED % ("channel = 'web'", "24 hours"), ANSWERED % ("channel = 'web'", "1 days"), False),
        (ANSWERED % ("channel = 'web'", "2 working_days"), ANSWERED % ("channel = 'web'", "2 days"), True),
        (ANSWERED % ("channel = 'web'", "2 days"), ANSWERED % ("channel = 'web'", "3 working_days"), None),
        (ANSWERED % ("channel = 'web'", "2 working_days"), ANSWERED % ("channel = 'web'", "4 days"), False),
        (ANSWERED % ("channel = 'web'", "31 days"), ANSWERED % ("channel = 'web'", "1 month"), True),
        (ANSWERED % ("channel = 'web'", "30 days"), ANSWERED % ("channel = 'web'", "1 month"), False),
        (
            "precedence: {before: {of: shipments}, expect: {of: payments, match: [order_id]}}",
            "precedence: {before: {of: shipments}, expect: {of: payments, match: [order_id]}, within: 3 days}",
            True,
        ),
    ],
)
def test_one_rule_swallows_another_only_where_each_breach_of_it_is_one_of_the_other(
    tmp_path: Path, narrow: str, wide: str, *, swallows: bool | None
) -> None:
    files = {"a.yaml": rule(more=narrow + "\n"), "b.yaml": rule("own.b", "B", wide + "\n")}
    found = [each for each in told(tmp_path, files) if "swallowed-rule" in each]
    expected = {
        True: ["warning a.yaml:1:5: whatever breaches it breaches `own.b`, too (b.yaml:1:5) [swallowed-rule]"],
        None: ["warning b.yaml:1:5: whatever breaches it breaches `own.a`, too (a.yaml:1:5) [swallowed-rule]"],
        False: [],
    }
    assert found == expected[swallows]


@pytest.mark.parametrize(
    "more",
    [
        "force: should\n",
        "bearer: {position: head}\n",
        "in_force: {from: 2026-01-01}\n",
        "yields_to: [own.a]\n",
        "in_force: {from: 2025-06-01}\nyields_to: [own.a]\n",
        "when: ':most > 1'\n",
    ],
)
def test_another_force_bearer_or_time_or_giving_way_is_a_reason_for_two_rules(tmp_path: Path, more: str) -> None:
    narrow = rule(more=above(200)) + "in_force: {to: 2025-12-31}\n" * more.startswith("in_force: {from: 2026")
    files = {"a.yaml": narrow, "b.yaml": rule("own.b", "B", above(100)) + more, "parameters.yaml": PARAMETER}
    assert [each for each in told(tmp_path, files) if "swallowed-rule" in each] == []


@pytest.mark.parametrize(("since", "found"), [("2024-12-31", []), ("2025-01-01", ["swallowed-rule"])])
def test_a_rule_that_yields_to_the_wider_one_still_speaks_on_days_before_it(
    tmp_path: Path, since: str, found: list[str]
) -> None:
    narrow = rule(more=above(200)) + f"in_force: {{from: {since}}}\nyields_to: [own.b]\n"
    wide = rule("own.b", "B", above(100)) + "in_force: {from: 2025-01-01}\n"
    assert [line.split("[")[-1].rstrip("]") for line in told(tmp_path, {"a.yaml": narrow, "b.yaml": wide})] == found


def test_rules_that_say_the_same_in_other_words_are_equal(tmp_path: Path) -> None:
    one, other = "{of: orders, where: not amount <= 100}", "{of: orders, where: amount > 100}"
    files = {
        "a.yaml": rule(more=f"prohibition: {one}\n"),
        "b.yaml": rule("own.b", "B", f"prohibition: {other}\n"),
    }
    assert told(tmp_path, files) == ["error b.yaml:1:5: it asks the same as `own.a` (a.yaml:1:5) [equal-rules]"]


SPENDS = "quota: {of: orders, measure: sum(amount), at_most: %s, per: month}"
ALWAYS = PARAMETER.replace("from: 2025-01-01, ", "")


@pytest.mark.parametrize(
    ("one", "other", "parameter", "equal"),
    [
        (SPENDS % 3, SPENDS % "{parameter: most}", ALWAYS, True),
        (SPENDS % 6, SPENDS % "{parameter: most, times: 2}", ALWAYS, True),
        (SPENDS % 4, SPENDS % "':most + 1'", ALWAYS, True),
        (SPENDS % 3, SPENDS % "{parameter: most}", ALWAYS.replace("3", "4"), False),
        # Another value may follow one that has a first day.
        (SPENDS % 3, SPENDS % "{parameter: most}", PARAMETER, False),
        (
            "prohibition: {of: orders, where: amount > 3}",
            "prohibition: {of: orders, where: 'amount > :most'}",
            ALWAYS,
            True,
        ),
        ("prohibition: {of: orders, where: amount > 3}", "condition: {of: orders, must: amount <= 3}", None, True),
        ("prohibition: {of: orders, where: amount > 3}", "limit: {of: orders, value: amount, at_most: 3}", None, True),
        (
            "limit: {of: orders, where: price_type = 'a', value: amount, at_most: 3}",
            "condition: {of: orders, where: price_type = 'a', must: not 3 < amount}",
            None,
            True,
        ),
        ("prohibition: {of: orders, where: amount > 3}", "condition: {of: orders, must: amount < 3}", None, False),
        # An approval has to cover the value of a limit, and need cover none of an order that is forbidden.
        (
            "prohibition: {of: orders, where: amount > 3, unless: approved}",
            "limit: {of: orders, value: amount, at_most: 3, unless: approved}",
            None,
            False,
        ),
        (
            "condition: {of: orders, where: amount > 3, must: price_type = 'a', if_null: breached}",
            "prohibition: {of: orders, where: amount > 3 and price_type <> 'a'}",
            None,
            False,
        ),
    ],
)  # fmt: skip
def test_rules_are_equal_by_what_they_say_and_not_by_how(
    tmp_path: Path, one: str, other: str, parameter: str | None, *, equal: bool
) -> None:
    files = {"a.yaml": rule(more=f"{one}\n"), "b.yaml": rule("own.b", "B", f"{other}\n")}
    known = {"parameters.yaml": parameter} if parameter else {}
    found = [line for line in told(tmp_path, files | known) if "equal-rules" in line]
    assert found == ["error b.yaml:1:5: it asks the same as `own.a` (a.yaml:1:5) [equal-rules]"] * equal


def test_of_two_equal_rules_one_may_give_way_to_the_other(tmp_path: Path) -> None:
    files = {"a.yaml": rule(), "b.yaml": rule("own.b", "B") + "yields_to: [own.a]\n"}
    assert told(tmp_path, files) == []


RIGHT = DOCUMENT.replace("text: t", "text: t, kind: right") + "position: seller\n"
EACH = "quota: {of: activities, for_each: {of: employees, owner: superior_id}, at_least: 1}\n"


@pytest.mark.parametrize(
    "bearer", ["{position: seller}", "{position: [head, seller]}", "{where: \"bearer.department = 'sales'\"}"]
)
def test_a_right_that_its_holder_would_owe_is_an_error(tmp_path: Path, bearer: str) -> None:
    assert told(tmp_path, {"a.yaml": rule() + f"bearer: {bearer}\n", "document.yaml": RIGHT}) == [
        "error a.yaml:4:9: `form/a/1` is a right of the bearer, who can't breach it [right-as-duty]"
    ]


@pytest.mark.parametrize("text", [rule() + "bearer: {position: head}\n", rule(more=EACH)])
def test_a_right_that_another_position_or_an_owner_grants_is_none(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, {"a.yaml": text, "document.yaml": RIGHT}) == []


def test_a_duty_without_norms_is_kept_by_a_rule_or_by_a_word_on_itself(tmp_path: Path) -> None:
    bare = DOCUMENT.replace(", norms: [N]", "")
    assert told(tmp_path / "rule", {"a.yaml": rule(), "document.yaml": bare}) == []
    other = {"a.yaml": rule().replace("clause: form/a/1\n", ""), "document.yaml": bare}
    said = "own.a` has no clause"
    assert [each for each in told(tmp_path / "none", other) if said not in each] == [
        "warning document.yaml:5:24: no rule keeps the duty `form/a/1` [clause-without-rule]"
    ]
    other["document.yaml"] = bare + "elsewhere: [{norm: form/a/1, by: the law}]\n"
    assert [each for each in told(tmp_path / "word", other) if said not in each] == []


def test_a_bound_that_leaves_one_number_is_fine_and_a_strict_one_that_leaves_none_is_not(tmp_path: Path) -> None:
    assert told(tmp_path / "one", {"a.yaml": quota("at_least: 3, at_most: 3")}) == []
    assert told(tmp_path / "none", {"a.yaml": quota("more_than: 3, at_most: 3")}) == [
        "error a.yaml:7:36: `more_than: 3` can't be kept together with `at_most: 3` [contradicting-bounds]"
    ]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("more_than: 20, less_than: 21", "", True),
        ("more_than: 20, less_than: 22", "", False),
        ("at_least: 2.5, at_most: 2.9", "", True),
        ("measure: count(distinct client_id), more_than: 20, at_most: 20.5", "", True),
        ("measure: sum(minutes), more_than: 20, less_than: 21", "", False),
        ("where: \"'call' = kind\", at_least: 3", "where: kind = 'call', at_most: 2", True),
        ("where: kind = 'call', at_least: 3", "at_most: 2", True),
        ("at_least: 3", "where: kind = 'call', at_most: 2", False),
        ("where: kind = 'call', at_least: 3", "where: kind = 'visit', at_most: 2", False),
        ("where: kind = 'call', measure: sum(minutes), at_least: 3", "measure: sum(minutes), at_most: 2", False),
        ("at_least: ':most + 1'", "at_most: {parameter: most}", True),
        ("at_least: ':most + 1'", "at_most: {parameter: most, times: 2}", False),
    ],
)  # fmt: skip
def test_bounds_of_one_measure_that_leave_no_number(tmp_path: Path, one: str, other: str, *, found: bool) -> None:
    files = {"a.yaml": quota(one), "parameters.yaml": PARAMETER.replace("from: 2025-01-01, ", "")}
    files |= {"b.yaml": quota(other, "B", "own.b")} if other else {}
    lints = {line.split("[")[-1].rstrip("]") for line in told(tmp_path, files)} - {"parameter-unused"}
    assert lints == ({"contradicting-bounds"} if found else set())


def test_a_written_bound_clashes_with_a_later_value_of_another_rule_s_parameter(tmp_path: Path) -> None:
    dated = "least: [{from: 2025-04-01, value: 3, source: x}, {from: 2026-04-01, value: 5, source: x}]"
    low, high = quota("at_least: {parameter: least}", more=SINCE), quota("at_most: 4", "B", "own.b", SINCE)
    says = "`at_least: 5` can't be kept together with `at_most: 4` from 2026-04-01 on by `own.b`"
    found = told(tmp_path, {"a.yaml": low, "b.yaml": high, "parameters.yaml": dated})
    assert found == [f"error a.yaml:7:35: {says} [contradicting-bounds]"]


@pytest.mark.parametrize(("value", "found"), [("length(note)", True), ("amount", False)])
def test_between_the_bounds_of_a_limit_lies_a_value(tmp_path: Path, value: str, *, found: bool) -> None:
    text = rule(more=f"limit: {{of: orders, value: {value}, more_than: 30, less_than: 31}}\n")
    clash = "`more_than: 30` can't be kept together with `less_than: 31`, since no whole number lies between"
    lines = [line for line in told(tmp_path, {"a.yaml": text}) if "contradicting" in line]
    assert [line.split(": ", 1)[1] for line in lines] == [f"{clash} [contradicting-bounds]"] * found


def test_bounds_that_are_parameters_clash_by_their_values_of_each_day(tmp_path: Path) -> None:
    dated = "[{from: 2025-01-01, value: 3, source: x}, {from: 2026-04-01, value: %s, source: x}]"
    bound = "at_least: {parameter: least}, at_most: {number: 2, times: 2}"
    begun = "in_force: {from: 2025-01-01}\n"
    for number, found in ((4, []), (5, ["`at_least: 5` can't be kept together with `at_most: 4` from 2026-04-01 on"])):
        files = {"a.yaml": quota(bound, more=begun), "parameters.yaml": "least: " + dated % number}
        assert told(tmp_path / str(number), files) == [
            f"error a.yaml:7:35: {says} [contradicting-bounds]" for says in found
        ]


def test_a_value_that_comes_after_the_rule_has_ended_clashes_with_nothing(tmp_path: Path) -> None:
    dated = "least: [{from: 2025-01-01, value: 3, source: x}, {from: 2026-04-01, value: 5, source: x}]"
    ended = "in_force: {from: 2025-01-01, to: 2026-03-31}\n"
    text = quota("at_least: {parameter: least}, at_most: 4", more=ended)
    assert told(tmp_path, {"a.yaml": text, "parameters.yaml": dated}) == []


def test_the_bounds_of_a_limit_clash_too(tmp_path: Path) -> None:
    text = rule(more="limit: {of: orders, value: amount, at_least: 30, less_than: 30}\n")
    assert told(tmp_path, {"a.yaml": text}) == [
        "error a.yaml:7:46: `at_least: 30` can't be kept together with `less_than: 30` [contradicting-bounds]"
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("where: month(at) = 12, at_least: 1, per: quarter", "in 2024-Q1, whose days allow none"),
        ("where: weekday(at) < 6, measure: count(distinct day(at)), at_least: 22, per: month", FEBRUARY),
        ("where: weekday(at) < 6, measure: count(distinct day(at)), more_than: 20, per: month", JUNE),
        ("where: weekday(at) < 6, measure: count(distinct day(at)), at_least: 20, per: month", None),
        ("where: month(at) = 12 or kind = 'call', at_least: 1, per: quarter", None),
        ("where: weekday(at) = 6, at_most: 1, per: working_day", None),
        ("where: weekday(at) = 6, measure: sum(minutes), at_least: 1, per: day", NEW_YEAR),
        ("where: weekday(at) = 6, measure: avg(minutes), at_least: 1, per: day", None),
        ("measure: count(distinct weekday(at)), at_least: 6, per: week", None),
        ("measure: count(distinct weekday(at)), at_least: 8, per: week", "in 2024-W01, whose days allow 7"),
    ],
)  # fmt: skip
def test_a_quota_is_impossible_where_the_days_of_a_window_can_not_hold_it(
    tmp_path: Path, text: str, says: str | None
) -> None:
    found = told(tmp_path, {"a.yaml": rule(more=f"quota: {{of: activities, {text}}}\n")})
    assert [line.split("reached ")[1] for line in found] == [f"{says} [impossible-quota]"] * (says is not None)


@pytest.mark.parametrize(
    ("since", "to", "found"), [("2025-01-01", "2025-01-31", False), ("2025-01-02", "2025-02-27", True)]
)
def test_a_quota_that_is_in_force_for_no_whole_window_is_never_owed(
    tmp_path: Path, since: str, to: str, *, found: bool
) -> None:
    files = {"a.yaml": quota("at_least: 1", more=f"in_force: {{from: {since}, to: {to}}}\n").replace("day}", "month}")}
    says = "error a.yaml:8:34: no month lies wholly in the time that the rule is in force, so nothing is ever owed"
    assert told(tmp_path, files) == [f"{says} [never-in-force]"] * found


@pytest.mark.parametrize(
    ("by", "where", "more", "found"),
    [
        ("placed_at - interval '1 day'", "client_id is not null", "", True),
        ("placed_at - 0", "client_id is not null", "", False),
        ("placed_at - 2", "client_id is not null", "early", False),
        ("required_on", "required_on < placed_at and price_type = 'a'", "", True),
        ("required_on", "placed_at > required_on", "", True),
        ("required_on", "placed_at > required_on or price_type = 'a'", "", False),
        ("\"'2025-03-31'\"", "client_id is not null", "", True),
        ("\"'2025-04-01'\"", "client_id is not null", "", False),
    ],
)
def test_what_is_due_before_its_trigger(tmp_path: Path, by: str, where: str, more: str, *, found: bool) -> None:
    text = BY % by + "in_force: {from: 2025-04-01}\n"
    text = text.replace("of: orders", f'of: orders, where: "{where}"').replace("}\n", ", early: true}\n", bool(more))
    lints = {line.split("[")[-1] for line in told(tmp_path, {"a.yaml": rule(more=text)}) if "[" in line}
    assert ("deadline-before-trigger]" in lints) is found


@pytest.mark.parametrize(
    ("by", "days", "found"),
    [
        ("placed_at + -3", None, True),
        ("this.placed_at + -3", None, True),
        ("this.placed_at + 3", None, False),
        ("-3 + placed_at", None, True),
        ("placed_at + (1 - 2)", None, True),
        ("placed_at - :days", "[{value: 2, source: x}]", True),
        ("placed_at - :days", "[{value: 0, source: x}]", False),
        ("placed_at + :days", "[{value: -2, source: x}]", True),
        ("placed_at - :days", "[{value: 2, source: x}, {from: 2026-01-01, value: 3, source: x}]", True),
        ("placed_at - :days", "[{value: 2, source: x}, {from: 2026-01-01, value: -3, source: x}]", False),
        ("placed_at - interval '1 month'", None, True),
        ("placed_at - interval '1 hour'", None, True),
        ("coalesce(placed_at - 2, placed_at - 1)", None, True),
        ("coalesce(required_on, placed_at - 1)", None, False),
    ],
)
def test_what_is_due_before_its_trigger_by_reckoning(tmp_path: Path, by: str, days: str | None, *, found: bool) -> None:
    known = {"parameters.yaml": f"days: {days}"} if days else {}
    text = rule(more=BY % f'"{by}"' + SINCE)
    says = f"`{by}` lies before its trigger (`placed_at`), so no answer can be in time"
    lines = [line for line in told(tmp_path, {"a.yaml": text} | known) if "deadline-before" in line]
    assert lines == [f"error a.yaml:7:81: {says} [deadline-before-trigger]"] * found


TERM = 'response: {after: {of: orders}, expect: {of: invoices, match: [client_id], at: issued_at, where: "%s"}, %s}\n'


@pytest.mark.parametrize(
    ("where", "term", "found"),
    [
        ("issued_at > this.placed_at + 5", "within: 2 days", True),
        ("issued_at > this.placed_at + interval '5 days'", "within: 2 days", True),
        ("issued_at > this.placed_at + 5", "within: 4 days", True),
        ("issued_at > this.placed_at + 5", "within: 5 days", False),
        ("issued_at > this.placed_at + 5", "within: 48 hours", True),
        ("issued_at > this.placed_at + 5", "within: 4 working_days", False),
        ("issued_at > this.placed_at + 32", "within: 1 month", True),
        ("issued_at > this.placed_at + 30", "within: 1 month", False),
        ("issued_at > this.placed_at + 5", "within: {parameter: term}", True),
        ("issued_at > this.placed_at + 4", "within: {parameter: term}", False),
        ("issued_at > this.placed_at + 5", "within: 2 days, early: true", True),
        ("issued_at < this.placed_at", "within: 2 days, early: true", False),
        ("issued_at > this.placed_at + 5", "by: placed_at + 2", True),
        ("issued_at > this.required_on", "by: required_on", True),
        ("issued_at >= this.required_on", "by: required_on", False),
        ("issued_at >= this.required_on", "by: required_on - 1", True),
    ],
)
def test_an_answer_that_counts_only_after_it_is_due(tmp_path: Path, where: str, term: str, *, found: bool) -> None:
    dated = "term: [{value: 2 days, source: x}, {from: 2026-01-01, value: 4 days, source: x}]"
    text = TERM % (where, term)
    lines = [
        line for line in told(tmp_path, {"a.yaml": rule(more=text), "parameters.yaml": dated}) if "deadline" in line
    ]
    says = "all that counts lies after the answer is due, so none can be in time"
    assert [line.split(": ", 1)[1] for line in lines] == [f"{says} [deadline-before-trigger]"] * found


SLOW = "response: {after: {of: orders}, expect: {of: invoices, %s, at: issued_at, where: %s}, within: %s}\n"
FEASTS = HOUSE["../compliance.yaml"] + "calendar: {country: RU}\n"


@pytest.mark.parametrize(
    ("where", "within", "manifest", "found"),
    [
        ("issued_at > this.placed_at + 26", "2 working_days", None, True),
        ("issued_at > this.placed_at + 25", "2 working_days", None, False),
        # Two days from Thursday or Friday end on Monday or Tuesday, and never later.
        ("issued_at > this.placed_at + 5", "2 working_days", HOUSE["../compliance.yaml"], True),
        ("issued_at > this.placed_at + 4", "2 working_days", HOUSE["../compliance.yaml"], False),
        # From 30 December 2025 they end on 13 January.
        ("issued_at > this.placed_at + 15", "2 working_days", FEASTS, True),
        ("issued_at > this.placed_at + 14", "2 working_days", FEASTS, False),
        ("issued_at > this.placed_at + 26", "{parameter: term}", None, True),
    ],
)
def test_working_days_take_as_long_as_the_calendar_makes_them(
    tmp_path: Path, where: str, within: str, manifest: str | None, *, found: bool
) -> None:
    house = HOUSE | {"../compliance.yaml": manifest} if manifest else {}
    files = house | {
        "a.yaml": rule(more=SLOW % ("match: [client_id]", where, within)),
        "parameters.yaml": "term: [{value: 2 working_days, source: x}]",
    }
    says = "all that counts lies after the answer is due, so none can be in time"
    lines = [line for line in told(tmp_path, files) if "deadline-before" in line]
    assert lines_of(lines) == [f"{says} [deadline-before-trigger]"] * found


@pytest.mark.parametrize(("calendar", "found"), [("", False), ("calendar: {country: RU}\n", True)])
def test_a_grace_in_working_days_lasts_as_long_as_the_feasts_make_it(
    tmp_path: Path, calendar: str, *, found: bool
) -> None:
    manifest = (
        HOUSE["../compliance.yaml"].replace("2026-03-02, to: 2026-03-09", "2025-12-01, to: 2026-02-01") + calendar
    )
    files = HOUSE | {"../compliance.yaml": manifest, "a.yaml": rule(more=GRACE % "20 working_days")}
    lines = [line for line in told(tmp_path, files) if "limitation" in line]
    says = "a grace of 20 working_days can last longer than anybody may act: 1 month after discovery"
    assert lines_of(lines) == [f"{says} (Labour Code of the Russian Federation) [limitation-under-grace]"] * found


@pytest.mark.parametrize(("within", "found"), [("9 days", True), ("10 days", False), ("100 hours", True)])
def test_what_comes_first_lies_in_the_look_back(tmp_path: Path, within: str, *, found: bool) -> None:
    expected = "{of: assessments, match: [client_id], where: assessed_at < this.placed_at - 10}"
    text = rule(more=f"precedence: {{before: {{of: orders}}, expect: {expected}, within: {within}}}\n")
    lines = [line for line in told(tmp_path, {"a.yaml": text}) if "deadline-before" in line]
    says = "all that counts lies before the look-back begins, so nothing can be in time"
    assert [line.split(": ", 1)[1] for line in lines] == [f"{says} [deadline-before-trigger]"] * found


ANSWERED = "response: {after: {of: orders}, expect: {%s, where: issued_on < this.placed_at}, within: 3 days%s}"
FIRST = "precedence: {before: {of: orders}, expect: {%s, where: this.placed_at < assessed_at}}"
DELIVERED = "fulfilment: {of: obligations, due: due_on, delivered: {%s, where: done_at > this.due_on}}"
DUE = "fulfilment: {of: obligations, due: \"'2025-03-31'\", delivered: {of: deliveries, match: [obligation_id]}}"
HELD = "interval: {of: contracts, until: %s, at_most: 0 days, for_each: {of: clients}}"
OF_INVOICES, OF_DELIVERIES = "of: invoices, match: [client_id]", "of: deliveries, match: [obligation_id]"
MONTHLY = "deadline: {of: reports, every: month, %s, where: day(submitted_at) > 5}"
WEEKLY = "deadline: {of: reports, every: week, by: 4 days, where: weekday(submitted_at) = 5}"


@pytest.mark.parametrize(
    ("trips", "passes", "says"),
    [
        (
            ANSWERED % (OF_INVOICES, ""),
            ("< this", "<= this"),
            "83: all that counts lies before the trigger (`this.placed_at`), so no answer can be in time",
        ),
        (
            FIRST % "of: assessments, match: [client_id]",
            ("< assessed", "<= assessed"),
            "89: all that counts lies after the act (`this.placed_at`), so nothing can come first",
        ),
        (
            DELIVERED % OF_DELIVERIES,
            ("> this", ">= this"),
            "103: all that counts is delivered after the due day (`this.due_on`), so nothing can be in time",
        ),
        (
            DUE,
            ("03-31", "04-01"),
            (
                "36: `'2025-03-31'` lies before 2025-04-01, from which day on the rule is in force, "
                "so nothing can be delivered in time"
            ),
        ),
        (
            HELD % "signed_on - 1",
            ("signed_on - 1", "closed_at"),
            "34: `signed_on - 1` lies before the record begins to hold (`signed_on`), so none ever holds",
        ),
        (
            HELD % "closed_at, where: closed_at < signed_on",
            ("< signed", "<= signed"),
            "34: `closed_at` lies before the record begins to hold (`signed_on`), so none ever holds",
        ),
        (
            MONTHLY % "by: {day: 5}",
            ("> 5", ">= 5"),
            "43: nothing that counts can be done from the end of the month to its due day",
        ),
        (
            WEEKLY,
            ("4 days", "5 days"),
            "42: nothing that counts can be done from the end of the week to its due day",
        ),
    ],
    ids=["answer", "first", "delivered", "due", "until", "filtered", "day", "weekday"],
)  # fmt: skip
def test_what_can_not_come_in_time_whatever_anybody_does(
    tmp_path: Path, trips: str, passes: tuple[str, str], says: str
) -> None:
    found = [
        [
            line
            for line in told(tmp_path / name, {"a.yaml": rule(more=f"{text}\n{SINCE}")})
            if "[deadline-before" in line
        ]
        for name, text in (("trips", trips), ("passes", trips.replace(*passes)))
    ]
    assert found == [[f"error a.yaml:7:{says} [deadline-before-trigger]"], []]


@pytest.mark.parametrize(
    "text",
    [
        MONTHLY % "by: {day: 5, month: 0}",
        MONTHLY % "period: period, by: {day: 5}",
        MONTHLY % "by: {day: 5, roll: next_working_day}",
        "fulfilment: {of: invoices, due: issued_on - 3, delivered: {of: payments, match: [invoice_id]}}",
        ANSWERED % (OF_INVOICES, ", early: true"),
    ],
    ids=["beforehand", "named period", "rolled", "prepaid", "early"],
)
def test_what_may_come_before_is_in_time(tmp_path: Path, text: str) -> None:
    found = told(tmp_path, {"a.yaml": rule(more=f"{text}\n{SINCE}")})
    assert not [line for line in found if "deadline-before" in line]


def test_a_rule_that_ends_before_the_next_one_begins_leaves_a_hole(tmp_path: Path) -> None:
    files = {
        "a.yaml": quota("at_least: 1", more="in_force: {from: 2025-01-01, to: 2025-12-30}\n"),
        "b.yaml": quota("at_least: 2", "B", "own.b", "in_force: {from: 2026-01-01}\n"),
    }
    says = "it ends on 2025-12-30, and `own.b`, which takes its place, begins on 2026-01-01 only"
    assert told(tmp_path, files) == [f"warning a.yaml:8:34: {says} [in-force-hole]"]


def test_a_parameter_that_is_empty_for_a_time_leaves_a_hole(tmp_path: Path) -> None:
    says = "`most` has no value from 2025-03-01 to 2025-03-31, and the rule is in force then"
    dated = (
        "[{value: 3, source: x}, {from: 2025-03-01, value: null, source: x}, {from: 2025-04-01, value: 3, source: x}]"
    )
    for ends, count in (("2025-03-01", 1), ("2025-02-28", 0)):
        text = rule(more=USES) + f"in_force: {{from: 2025-01-01, to: {ends}}}\n"
        found = told(tmp_path / ends, {"a.yaml": text, "parameters.yaml": f"most: {dated}"})
        assert found == [f"warning a.yaml:1:5: {says} [in-force-hole]"] * count


@pytest.mark.parametrize(
    ("grants", "found"),
    [
        (GRANTS.replace("seller", ""), []),
        (GRANTS, ["head has no row of authority for `order`, so whoever holds it may decide nothing"]),
        (GRANTS.replace("order", "other"), []),
        (GRANTS + "3,head,order,,,\n4,,order,5,,\n", []),
        (
            GRANTS + "3,head,order,,,\n4,head,order,5,,\n",
            ["head has two rows of authority for `order` on every day: without end and up to 5"],
        ),
    ],
)
def test_authority_for_each_position_that_a_rule_names(tmp_path: Path, grants: str, found: list[str]) -> None:
    staff = AUTHORITY["../employees.csv"] + "b,head\n"
    files = {"a.yaml": rule(more=LIMIT), "../authority.csv": grants, "../employees.csv": staff}
    lines = told(tmp_path, AUTHORITY | files)
    assert [line.split(": ")[1].split(" [")[0] for line in lines] == [each.split(": ")[0] for each in found]


@pytest.mark.parametrize(
    ("row", "more", "gap"),
    [
        ("1,seller,order,10,2026-03-01,", "in_force: {from: 2026-03-01}", None),
        ("1,seller,order,10,2026-03-02,", "in_force: {from: 2026-03-01}", "2026-03-01 to 2026-03-01"),
        ("1,seller,order,10,2026-03-03,", "", "2026-03-02 to 2026-03-02"),
        ("1,seller,order,10,2026-03-02,", "", None),
        ("1,seller,order,10,,2026-12-31", "in_force: {to: 2026-12-31}", None),
        ("1,seller,order,10,,2026-12-30", "in_force: {to: 2026-12-31}", "2026-12-31 to 2026-12-31"),
        ("1,seller,order,10,,2026-03-07", "", "2026-03-08 to 2026-03-08"),
        ("1,seller,order,10,,2026-03-08", "", None),
        # Whoever has another row instead is not without authority, and nobody is where nobody holds the position.
        ("1,,order,10,,2026-03-07\n2,seller,order,10,,", "", None),
        ("1,head,order,10,,2026-03-07\n2,seller,order,10,,", "", None),
    ],
)
def test_authority_at_the_edges_of_a_rule(tmp_path: Path, row: str, more: str, gap: str | None) -> None:
    files = {
        "a.yaml": rule(more=LIMIT.replace("[seller, head]", "seller") + f"{more}\n"),
        "../authority.csv": f"authority_id,position,act,at_most,in_force_from,in_force_to\n{row}\n",
    }
    lines = told(tmp_path, AUTHORITY | files)
    says = f"a.yaml:7:57: seller has no authority for `order` from {gap}"
    assert lines == [f"warning {says} [authority-gap]"] * (gap is not None)


@pytest.mark.parametrize(
    ("grace", "found"), [("32 days", True), ("30 days", True), ("28 days", False), ("700 hours", True)]
)
def test_under_the_law_of_a_workspace_its_term_counts_alone(tmp_path: Path, grace: str, *, found: bool) -> None:
    files = AUTHORITY | {"a.yaml": rule(more=GRACE % grace)}
    assert [line.split("act: ")[1] for line in told(tmp_path, files)] == [
        "1 month after discovery (Labour Code of the Russian Federation) [limitation-under-grace]"
    ] * found


@pytest.mark.parametrize(
    ("jurisdiction", "found"),
    [("jurisdiction: de-labour-law", True), ("jurisdiction: ru-labour-code", False), ("", False)],
)
def test_fifteen_days_of_grace_are_too_long_under_the_law_of_two_weeks_alone(
    tmp_path: Path, jurisdiction: str, *, found: bool
) -> None:
    manifest = AUTHORITY["../compliance.yaml"].replace("jurisdiction: ru-labour-code", jurisdiction)
    known = AUTHORITY | {"../compliance.yaml": manifest}
    text = {"a.yaml": rule(more=GRACE % "15 days")}
    says = "a grace of 15 days can last longer than anybody may act: 2 weeks after discovery (German labour law)"
    lines = lines_of(told(tmp_path / "known", known | text))
    assert lines == [f"{says} [limitation-under-grace]"] * found
    assert told(tmp_path / "unknown", text) == []


def test_under_the_law_of_a_workspace_its_measures_count_alone(tmp_path: Path) -> None:
    files = {"a.yaml": rule(more=LIMIT), "judgement/pay.yaml": MEASURE % "{propose: fine}"}
    laws = ["German labour law", "Labour Code of the Russian Federation"]
    for folder, known, found in (("any", {}, laws), ("one", AUTHORITY, laws[1:])):
        lines = [line for line in told(tmp_path / folder, known | files) if "judgement/" in line]
        assert [line.split(": ")[1].split(" gives no basis")[0] for line in lines] == found


@pytest.mark.parametrize("known", [{}, AUTHORITY], ids=["without a workspace", "in a workspace"])
def test_a_rule_that_cant_be_read_is_told_by_its_line_with_and_without_a_workspace(
    tmp_path: Path, known: dict[str, str]
) -> None:
    broken = rule() + "colour: red\n"
    assert told(tmp_path, known | {"a.yaml": broken}) == [
        f"error a.yaml:{len(broken.splitlines())}:1: unknown key `colour` []"
    ]


@pytest.mark.parametrize("known", [{}, AUTHORITY], ids=["without a workspace", "in a workspace"])
def test_judgement_rules_alone_are_proof_read_with_and_without_a_workspace(
    tmp_path: Path, known: dict[str, str]
) -> None:
    files = known | {"judgement/pay.yaml": MEASURE % "{propose: remark}"}
    written(tmp_path, {f"own/{name}": text for name, text in files.items()})
    workspace = tmp_path if known else None
    assert proofread([tmp_path / "own" / "judgement"], workspace) == ()


def test_each_value_of_a_grace_that_is_a_parameter_is_looked_at(tmp_path: Path) -> None:
    dated = "g: [{value: 1 month, source: x}, {from: 2026-01-01, value: 2 months, source: x}]"
    files = {"a.yaml": rule(more=GRACE % "{parameter: g}"), "parameters.yaml": dated}
    assert [line.split(" can ")[0] for line in told(tmp_path, files)] == ["warning a.yaml:7:104: a grace of 2 months"]


@pytest.mark.parametrize(
    ("more", "message", "says"),
    [
        (ORDERS, "{record} {due}", "20: a finding of this prohibition has no `due`"),
        ("quota: {of: orders, at_least: 1}\n", "{measured} in {window}", "25: a finding of this quota has no `window`"),
        ("quota: {of: orders, at_least: 1, per: day}\n", "{measured} in {window}", None),
        ("quota: {of: orders, at_least: 1, per: day}\n", "{record}", "11: a finding of this quota has no `record`"),
        (EACH, "{record} {cause}", None),
    ],
)
def test_a_message_names_what_a_finding_of_its_kind_has(
    tmp_path: Path, more: str, message: str, says: str | None
) -> None:
    files = {"a.yaml": rule(more=more).replace("message: no", f"message: '{message}'")}
    assert told(tmp_path, files) == [f"error a.yaml:5:{says} [unknown-message-field]"] * (says is not None)


def test_a_file_without_a_case_shows_neither_side(tmp_path: Path) -> None:
    assert told(tmp_path, {"a.yaml": rule(), "a.test.yaml": "[]"}) == [
        "warning a.yaml:1:5: no case in a.test.yaml expects a breach [case-missing]",
        "warning a.yaml:1:5: no case in a.test.yaml expects anything but a breach [case-missing]",
    ]


def test_a_comment_with_a_reason_silences_a_lint_in_its_file(tmp_path: Path) -> None:
    silence = "# lint: allow parameter-unused because the next rule will use it\n"
    assert told(tmp_path, {"a.yaml": rule(), "parameters.yaml": silence + PARAMETER}) == []


@pytest.mark.parametrize(
    ("silence", "silences"),
    [
        ("title: A   # %s", True),
        ("title: 'A'   # %s", True),
        ("title: |  # %s\n  A\n", True),
        ("title: |\n  A\n# %s\n", True),
        ("title: 'A # %s'", False),
        ('title: "A # %s"', False),
        ("title: |\n  A\n  # %s\n", False),
        ("title: 'A\n  # %s'", False),
    ],
)
def test_only_a_comment_silences_and_no_text_that_looks_like_one(
    tmp_path: Path, silence: str, *, silences: bool
) -> None:
    written_out = silence % "lint: allow never-true because it is so"
    text = rule(more="prohibition: {of: orders, where: 1 = 2}\n").replace("title: A", written_out)
    assert [line.split("[")[-1] for line in told(tmp_path, {"a.yaml": text})] == ["never-true]"] * (not silences)


def test_a_silencing_in_another_file_does_not_count_and_is_told(tmp_path: Path) -> None:
    silence = "# lint: allow parameter-unused because the next rule will use it\n"
    assert told(tmp_path, {"a.yaml": silence + rule(), "parameters.yaml": PARAMETER}) == [
        "warning a.yaml:1:1: `parameter-unused` finds nothing here that could be silenced [unused-silencing]",
        "warning parameters.yaml:1:1: no rule uses the parameter `most` [parameter-unused]",
    ]


@pytest.mark.parametrize(
    ("yields", "found"),
    [
        ({"a": "own.a"}, ["a.yaml:8:13: it yields to itself"]),
        (
            {"a": "own.c, own.b", "b": "own.c", "c": "own.a"},
            [
                "a.yaml:8:13: it yields to itself by way of `own.c`",
                "b.yaml:8:13: it yields to itself by way of `own.c`, `own.a`",
            ],
        ),
        ({"a": "own.b", "b": "own.c", "c": "own.b"}, ["b.yaml:8:13: it yields to itself by way of `own.c`"]),
        ({"a": "own.b, own.c", "b": "own.c"}, []),
    ],
)
def test_each_circle_of_rules_is_told_once(tmp_path: Path, yields: dict[str, str], found: list[str]) -> None:
    kinds = {"a": MEETINGS, "b": ORDERS, "c": CALLS}
    files = {
        f"{name}.yaml": rule(f"own.{name}", name.upper(), more) + f"yields_to: [{yields.get(name, '')}]\n"
        for name, more in kinds.items()
    }
    assert told(tmp_path, files) == [f"warning {each} [yields-to-itself]" for each in found]


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("allow alike-titles", "this silences nothing: it lacks the lint's id or the reason"),
        ("allow alike-titles because ", "this silences nothing: it lacks the lint's id or the reason"),
        ("allow alike-tiles because so", "there is no lint `alike-tiles`"),
    ],
)
def test_a_silencing_without_reason_or_lint_is_an_error(comment: str, says: str, tmp_path: Path) -> None:
    assert told(tmp_path, {"a.yaml": f"# lint: {comment}\n{rule()}"}) == [
        f"error a.yaml:1:1: {says} [unused-silencing]"
    ]


def test_a_norm_of_one_pack_s_document_may_be_kept_by_a_rule_of_another(tmp_path: Path) -> None:
    apart = {"one/a.yaml": rule(), "one/document.yaml": DOCUMENT, "two/b.yaml": rule("own.b", "B", ORDERS)}
    written(tmp_path / "without", apart)
    written(tmp_path / "with", apart | {"two/b.yaml": rule("own.b", "B", ORDERS) + "norms: [N]\n"})
    told_by = {name: {each.lint for each in lint([tmp_path / name])} for name in ("without", "with")}
    assert "clause-without-rule" in told_by["without"]
    assert "clause-without-rule" not in told_by["with"]
