from pathlib import Path

import pytest
from tests.assess.workspaces import written

from compliance.model.problem import Level, UserError
from compliance.rulebook import load_rulebook
from compliance.rulebook.lint import lint, packs_of
from compliance.rulebook.lints import linted
from compliance.rulebook.lints.base import Desk
from compliance.shipped import packs
from compliance.shipped import rules as shipped_rules

RULE = "id: own.a\ntitle: A\nseverity: minor\nprohibition: {of: activities}\n"
CASES = "- {case: late, expect: [{verdict: breached}]}\n- {case: in time}\n"
OTHER = "id: own.b\ntitle: B\nseverity: minor\nprohibition: {of: orders}\n"
WHOLE = RULE + "clause: form/1/1\nnorms: [S1]\nmessage: no\nremedy: stop\n"


def told(folder: Path, files: dict[str, str], *paths: str) -> list[str]:
    written(folder, files)
    found = lint([folder / path for path in paths or ("",)])
    return [f"{each.level} {each.line()}".replace(f"{folder}/", "") for each in found]


def test_what_a_reader_will_ask_for_is_a_warning(tmp_path: Path) -> None:
    assert told(tmp_path, {"own/a.yaml": RULE}) == [
        "warning own/a.yaml:1:5: rule `own.a` has no cases",
        "warning own/a.yaml:1:5: rule `own.a` has no clause, message, remedy",
    ]
    assert told(tmp_path, {"own/a.yaml": WHOLE, "own/a.test.yaml": CASES}) == []


def test_yielding_to_a_rule_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    files = {"own/a.yaml": WHOLE + "yields_to: [own.b]\n", "own/a.test.yaml": CASES}
    assert told(tmp_path, files) == ["warning own/a.yaml:9:13: it yields to `own.b`, which is not among the rules here"]


def test_one_file_is_proof_read_with_its_pack_s_parameters(tmp_path: Path) -> None:
    files = {
        "own/a.yaml": WHOLE.replace("{of: activities}", "{of: activities, where: 'minutes > :most'}"),
        "own/a.test.yaml": CASES,
        "own/b.yaml": RULE.replace("own.a", "own.b").replace("activities", "orders"),
        "own/parameters.yaml": "most: [{value: 3, source: x}]",
    }
    assert told(tmp_path, files, "own/a.yaml") == []


def test_a_folder_of_packs_is_read_pack_by_pack_and_judgement_rules_are_no_packs(tmp_path: Path) -> None:
    files = {"one/a.yaml": RULE, "two/b.yaml": OTHER, "judgement/c.yaml": "x: 1"}
    assert {line.split(" ")[1] for line in told(tmp_path, files)} == {"one/a.yaml:1:5:", "two/b.yaml:1:5:"}


def test_files_that_can_not_be_read_are_told_whole_and_nothing_else(tmp_path: Path) -> None:
    files = {"own/a.yaml": RULE.replace("minor", "miner"), "own/b.yaml": "id: [x"}
    assert told(tmp_path, files) == [
        "error own/a.yaml:3:11: `severity` must be observation, minor, moderate, serious or critical, not `miner`",
        "error own/b.yaml:1:5: a list is opened here and not closed",
    ]


def test_paths_that_lead_to_no_rules(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        lint([tmp_path / "none"])
    assert str(raised.value) == f"{tmp_path}/none: there is no such file or folder\n  help: name rule files or packs"
    with pytest.raises(UserError) as raised:
        lint([tmp_path])
    assert str(raised.value) == f"there are no rule files in {tmp_path}\n  help: name a folder of rule files"


def test_the_shipped_packs_are_sound() -> None:
    assert [each.shown() for each in lint(packs()) if each.level is Level.ERROR] == []


def test_every_duty_of_a_shipped_document_is_kept_somewhere() -> None:
    found = linted(Desk(load_rulebook(packs_of([shipped_rules()]))))
    assert [each.line() for each in found if each.lint == "clause-without-rule"] == []
