import csv
import fnmatch
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest
from tests.assess.workspaces import written
from tests.realdata.records import DATA

from compliance import shipped
from compliance.judgement import load_judgement
from compliance.judgement.rules import Stage
from compliance.model.problem import UserError
from compliance.rulebook import load_rulebook
from compliance.ruletest.coverage import Coverage, account, cases_of, read_catalogue, text
from compliance.ruletest.coverage.catalogue import Norm
from compliance.ruletest.coverage.model import Way
from compliance.workspace.manifest import BuiltInName

CATALOGUE = DATA.parent / "norms.csv"
DOCUMENT = """id: form
title: The seller's description
clauses:
  - {section: "1", number: 1, text: Calls., norms: [N1, N2]}
  - {section: "1", number: 2, text: Smiles., norms: [N3]}
  - {section: "1", number: 3, text: Answers for it., norms: [N4]}
  - {section: "1", number: 4, text: Sells., norms: [N5]}
  - {section: "1", number: 5, kind: right, text: May ask.}
elsewhere: [{norm: N4, by: grade.harm}, {norm: N1, by: dutybook.overlap}]
not_checkable: [{norm: N3, because: It leaves no record., instead: A talk.}]
"""
RULE = "id: own.{}\ntitle: A\nclause: {}\nseverity: minor\nprohibition: {{of: activities}}\n"
CASES = "- case: one\n- case: two\n"


def rule(name: str, clause: str, more: str = "") -> dict[str, str]:
    return {f"own/{name}.yaml": RULE.format(name, clause) + more}


def covered(folder: Path, files: Mapping[str, str], catalogue: tuple[Norm, ...] | None = None) -> Coverage:
    """The coverage of the pack `own`: the document above, and these files."""
    written(folder, {"own/document.yaml": DOCUMENT, **files})
    rulebook = load_rulebook([folder / "own"])
    return account(rulebook, cases_of(rulebook), catalogue)


def ways(coverage: Coverage) -> dict[str, str]:
    return {each.norm.id: each.way.value for each in coverage.norms}


def clauses(coverage: Coverage) -> dict[str, tuple[str, list[str]]]:
    """The way of each clause, and its rules with the number of their cases."""
    return {
        clause.id: (clause.way.value, [f"{each.rule} {each.cases}" for each in clause.rules])
        for document in coverage.documents
        for clause in document.clauses
    }


BY_HAND = {"N1": "elsewhere", "N2": "missing", "N3": "not_checkable", "N4": "elsewhere", "N5": "missing"}


def test_without_a_rule_for_it_a_norm_stands_elsewhere_or_is_not_checkable_or_missing(tmp_path: Path) -> None:
    assert ways(covered(tmp_path, {})) == {**BY_HAND, "form/1/5": "missing"}


def test_a_rule_comes_before_elsewhere_and_not_checkable(tmp_path: Path) -> None:
    found = covered(tmp_path, rule("a", "form/1/1", "norms: [N1, N3]\n"))
    assert ways(found) == {**BY_HAND, "N1": "rule", "N3": "rule", "form/1/5": "missing"}
    assert [*found.norms[0].ways] == [Way.RULE, Way.ELSEWHERE]


def test_a_clause_of_which_one_norm_is_missing_is_missing_and_names_its_rules(tmp_path: Path) -> None:
    found = covered(tmp_path, rule("a", "form/1/1", "norms: [N1]\n") | {"own/a.test.yaml": CASES})
    assert clauses(found) == {
        "form/1/1": ("missing", ["own.a 2"]),
        "form/1/2": ("not_checkable", []),
        "form/1/3": ("elsewhere", []),
        "form/1/4": ("missing", []),
        "form/1/5": ("missing", []),
    }


def test_a_rule_covers_a_clause_by_a_norm_of_it_too(tmp_path: Path) -> None:
    found = covered(tmp_path, rule("a", "form/1/1", "norms: [N1, N2, N5]\n"))
    assert clauses(found)["form/1/1"] == ("rule", ["own.a 0"])
    assert clauses(found)["form/1/4"] == ("rule", ["own.a 0"])


def test_a_rule_without_norms_is_named_at_its_clause_and_covers_no_norm(tmp_path: Path) -> None:
    found = covered(tmp_path, rule("a", "form/1/4"))
    assert clauses(found)["form/1/4"] == ("missing", ["own.a 0"])
    assert ways(found)["N5"] == "missing"


def test_a_clause_without_norms_stands_for_itself(tmp_path: Path) -> None:
    assert ways(covered(tmp_path, rule("a", "form/1/5", "norms: [N5]\n")))["form/1/5"] == "rule"
    named = DOCUMENT.replace("elsewhere: [", "elsewhere: [{norm: form/1/5, by: the law}, ")
    other = covered(tmp_path, {"own/document.yaml": named} | rule("a", "form/1/1"))
    assert ways(other)["form/1/5"] == "elsewhere"


@pytest.mark.parametrize(("status", "way"), [("draft", "missing"), ("retired", "missing"), ("announced", "rule")])
def test_a_rule_that_does_not_run_covers_nothing(tmp_path: Path, status: str, way: str) -> None:
    found = covered(tmp_path, rule("a", "form/1/4", f"norms: [N5]\nstatus: {status}\n"))
    assert ways(found)["N5"] == way
    norm = next(each for each in found.norms if each.norm.id == "N5")
    assert norm.idle == ((("own.a", status),) if way == "missing" else ())


def test_norms_that_no_clause_names_stand_apart_and_rules_without_a_clause_too(tmp_path: Path) -> None:
    found = covered(tmp_path, {"own/a.yaml": RULE.format("a", "x").replace("clause: x\n", "norms: [N7]\n")})
    assert [(each.norm.id, each.way.value) for each in found.documents[0].apart] == [("N7", "rule")]
    assert [each.rule for each in found.unbound] == ["own.a"]


def test_a_catalogue_is_gone_through_and_what_it_lacks_is_told(tmp_path: Path) -> None:
    catalogue = (Norm("N5", 2), Norm("N1", 3), Norm("N8", 4, "must dance"))
    found = covered(tmp_path, rule("a", "form/1/1", "norms: [N1, N6]\n"), catalogue)
    assert ways(found) == {"N5": "missing", "N1": "rule", "N8": "missing"}
    assert found.foreign is not None
    assert {each.norm: each.named_by for each in found.foreign} == {
        "N2": ("clause form/1/1",),
        "N3": ("clause form/1/2", "`not_checkable` of form"),
        "N4": ("clause form/1/3", "`elsewhere` of form"),
        "N6": ("rule own.a",),
    }
    assert not found.complete


def test_what_is_missing_stands_in_red_where_colours_are_on(tmp_path: Path) -> None:
    found = covered(tmp_path, {}, (Norm("N5"), Norm("N3")))
    assert text.render(found, colour=True).splitlines()[0] == "N5  \x1b[31mmissing      \x1b[0m"
    assert text.render(found).splitlines()[0] == "N5  missing"
    assert text.render(found, colour=True).count("\x1b[31m") == 1


def test_cases_that_can_not_be_read_are_told_whole(tmp_path: Path) -> None:
    files = rule("a", "form/1/1") | rule("b", "form/1/1") | {"own/a.test.yaml": "- cse: x", "own/b.test.yaml": "[x"}
    with pytest.raises(UserError) as raised:
        covered(tmp_path, files)
    assert {Path(each.where.file).name for each in raised.value.problems if each.where} == {
        "a.test.yaml",
        "b.test.yaml",
    }


def test_a_catalogue_is_read_with_the_line_on_which_each_norm_begins(tmp_path: Path) -> None:
    path = tmp_path / "norms.csv"
    path.write_text('\ufeffline,id,quote\n1,N1,"must\ncall"\n\n,,\n2, N2 ,\n3,N3\n', encoding="utf-8")
    assert read_catalogue(path) == (Norm("N1", 2, "must call"), Norm("N2", 6), Norm("N3", 7))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"norm\nN1\n", [":1: this catalogue has no column `id`"]),
        (b"", [":1: this catalogue has no column `id`"]),
        (b"id\n", [": there is no norm in this catalogue"]),
        (b"id,quote\nN1,a\n,b\nN1,c\n", [":3: this norm has no id", ":4: the norm N1 stands on line 2 already"]),
        (b"id\n" + b"N" * 200_000, [":2: this is no CSV: field larger than field limit (131072)"]),
        (b"id\n\xff\n", [" is not UTF-8 text"]),
    ],
)
def test_what_is_wrong_with_a_catalogue(tmp_path: Path, content: bytes, says: list[str]) -> None:
    path = tmp_path / "norms.csv"
    path.write_bytes(content)
    with pytest.raises(UserError) as raised:
        read_catalogue(path)
    assert [each.line() for each in raised.value.problems] == [f"{path}{each}" for each in says]


def test_what_shipped_documents_point_to_is_there() -> None:
    rulebook = load_rulebook(shipped.packs())
    judgement = load_judgement([shipped.rules() / "judgement"])
    ids = {*rulebook.rules, *get_args(BuiltInName), *(rule.id for stage in Stage for rule in judgement.of(stage))}
    prefixes = {name.partition(".")[0] for name in ids}
    documents = [pack.document for pack in rulebook.packs if pack.document]
    told = [other.by for document in documents for other in document.elsewhere]
    told += [unproved.instead or "" for document in documents for unproved in document.not_checkable]
    named = {name for text in told for name in re.findall(r"(?<![\w.:/-])[a-z][a-z-]*\.[a-z0-9*-]+", text)}
    parameters = rulebook.parameters.values
    pointed = {name for name in named if name.partition(".")[0] in prefixes and name not in parameters}
    assert len(pointed) > 10
    assert {name for name in pointed if not fnmatch.filter(ids, name)} == set()


def test_the_shipped_packs_account_for_the_catalogue() -> None:
    if not CATALOGUE.is_file():
        pytest.skip(f"the catalogue is not here (DUTYBOOK_DATA names the folder beside it): {CATALOGUE}")
    rulebook = load_rulebook(shipped.packs())
    found = account(rulebook, cases_of(rulebook), read_catalogue(CATALOGUE))
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        assert [each.norm.id for each in found.norms] == [row["id"] for row in csv.DictReader(file)]
    assert found.foreign == ()
    assert {each.norm.id for each in found.norms if each.way is Way.MISSING} == set()
    assert {rule for each in found.norms for rule in each.rules if not rule.cases} == set()
    assert found.unbound == ()
