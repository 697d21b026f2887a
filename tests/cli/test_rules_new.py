from pathlib import Path

import pytest
from tests.assess.workspaces import written
from tests.cli.conftest import Command

from compliance.kinds import KINDS
from compliance.rulebook import load_rulebook
from compliance_cli import authoring

DOCUMENT = """\
id: form
title: Form
position: seller
clauses:
  - {section: duties, number: 1, text: Reports on time. And truly., norms: [N-1, N-2]}
  - {section: rights, number: 1, kind: right, text: Asks for papers}
elsewhere: [{norm: N-2, by: the desk}]
"""
QUOTA = """\
id: own.quota-duties-1
title: Reports on time
clause: form/duties/1
norms: ["N-1", "N-2"]
bearer: {position: seller}
severity: minor
quota:
  of: activities
  where: kind = 'quota-duties-1'     # which records count
  measure: count
  at_least: 3
  per: week
message: "{measured} of {required} in {window}"
remedy: Plan the coming week so that there is time for it.
"""


def test_the_kinds_are_those_that_there_are() -> None:
    assert [kind.name for kind in KINDS] == list(authoring.KINDS)


@pytest.mark.parametrize("document", [None, DOCUMENT])
def test_a_new_rule_of_each_kind_passes_as_it_is_written(compliance: Command, here: Path, document: str | None) -> None:
    written(here, {"own/document.yaml": document} if document else {})
    for kind in authoring.KINDS:
        assert compliance("rules", "new", "own", "--kind", kind, "--clause", "form/duties/1").status == 0
    linted = compliance("rules", "lint", "own")
    assert (linted.status, linted.out, linted.err) == (0, "", "no problems\n")
    tested = compliance("rules", "test", "own")
    assert tested.status == 0
    assert tested.out.endswith("24 cases, 12 rules, 0 failed\n")


def test_what_is_written_rests_on_the_clause_its_norms_and_its_position(compliance: Command, here: Path) -> None:
    written(here, {"own/document.yaml": DOCUMENT})
    ran = compliance("rules", "new", "own", "--kind", "quota", "--clause", "form/duties/1")
    assert ran.out == "own/quota-duties-1.yaml\nown/quota-duties-1.test.yaml\n"
    assert ran.err == "put in what is meant; then `compliance rules lint own` and `compliance rules test own`\n"
    assert (here / "own/quota-duties-1.yaml").read_text() == QUOTA


def test_without_a_document_an_example_is_obliged_and_not_everybody(compliance: Command, here: Path) -> None:
    compliance("rules", "new", "own", "--kind", "quota", "--clause", "form/1")
    head = (here / "own/quota-form-1.yaml").read_text().partition("quota:")[0]
    assert head == (
        "id: own.quota-form-1\ntitle: Quota form 1\nclause: form/1\n"
        "bearer: {position: clerk}     # whom it obliges; left out, everybody\nseverity: minor\n"
    )
    compliance("rules", "new", "own", "--kind", "reconciliation", "--clause", "form/1")
    told = (here / "own/reconciliation-form-1.yaml").read_text()
    assert "\nbearer: {position: clerk, who: report.employee_id}     # whom" in told


def test_the_second_of_a_kind_and_clause_has_another_name_title_and_no_norm_twice(
    compliance: Command, here: Path
) -> None:
    written(here, {"own/document.yaml": DOCUMENT})
    for _ in range(2):
        ran = compliance("rules", "new", "own", "--kind", "limit", "--clause", "form/duties/1")
    assert ran.out.startswith("own/limit-duties-1-2.yaml\n")
    text = (here / "own/limit-duties-1-2.yaml").read_text()
    assert text.startswith("id: own.limit-duties-1-2\ntitle: Reports on time (limit duties 1 2)\nclause:")
    assert "norms" not in text
    assert compliance("rules", "lint", "own").err == "no problems\n"


def test_a_name_a_title_and_a_severity_of_one_s_own(compliance: Command, here: Path) -> None:
    written(here, {"own/a.yaml": "id: house.a\ntitle: A\nseverity: minor\nprohibition: {of: orders}\n"})
    more = ("--name", "late-report", "--title", "No: never late", "--severity", "serious")
    assert compliance("rules", "new", "own", "--kind", "deadline", "--clause", "no", *more).status == 0
    rule = load_rulebook([here / "own"]).rules["house.late-report"].rule
    assert (rule.title, rule.clause, rule.severity) == ("No: never late", "no", "serious")


def test_kind_and_clause_are_asked_for_where_they_are_not_given(program: Command, here: Path) -> None:
    written(here, {"own/document.yaml": DOCUMENT})
    typed = "quta\nquota\nform/rights/1\nform/duties/1\n"
    ran = program("rules", "new", "own", input=typed)
    assert (ran.status, ran.out) == (0, "own/quota-duties-1.yaml\nown/quota-duties-1.test.yaml\n")
    assert "'quta' is not one of" in ran.err
    assert "  form/duties/1  Reports on time. And truly.\n" in ran.err
    assert "'form/rights/1' is not 'form/duties/1'" in ran.err
    assert (here / "own/quota-duties-1.yaml").read_text() == QUOTA


def test_without_an_answer_nothing_is_written(program: Command, here: Path) -> None:
    ran = program("rules", "new", "own", input="")
    assert (ran.status, ran.err.splitlines()[-1]) == (2, "  help: give --kind and --clause")
    assert not (here / "own").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--clause", "form/rights/1"), "`form/rights/1` is a right of the bearer, who can't breach it"),
        (("--clause", "form/dutys/1"), "no document of the pack has a clause `form/dutys/1`"),
        (("--clause", "form/duties/1", "--name", "../a"), "`../a` is no name for a rule"),
        (("--clause", "form/duties/1", "--name", "there"), "own/there.test.yaml is there already"),
    ],
)
def test_what_can_not_be_begun(compliance: Command, here: Path, options: tuple[str, ...], says: str) -> None:
    written(here, {"own/document.yaml": DOCUMENT, "own/there.test.yaml": "[]\n"})
    before = sorted(here.rglob("*"))
    ran = compliance("rules", "new", "own", "--kind", "quota", *options)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err
    assert sorted(here.rglob("*")) == before


def test_a_pack_with_mistakes_is_mended_first(compliance: Command, here: Path) -> None:
    written(here, {"own/a.yaml": "id: own.a\n"})
    ran = compliance("rules", "new", "own", "--kind", "quota", "--clause", "x")
    assert ran.status == 2
    assert "own/a.yaml:1:1: `title` is missing" in ran.err


def test_a_workspace_is_no_pack(compliance: Command, workspace: Path) -> None:
    ran = compliance("rules", "new", workspace, "--kind", "quota", "--clause", "x")
    assert (ran.status, ran.out) == (2, "")
    assert "name the folder of its rules, as work/rules" in ran.err


def test_a_folder_that_can_not_be_made_is_told(compliance: Command, here: Path) -> None:
    written(here, {"file": "x"})
    ran = compliance("rules", "new", "file/own", "--kind", "quota", "--clause", "x")
    assert (ran.status, ran.out) == (2, "")
    assert "can't be written: not a directory" in ran.err
