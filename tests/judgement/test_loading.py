from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from tests.judgement.sample import SHIPPED

from compliance.judgement import load_judgement
from compliance.judgement.conditions import Compare
from compliance.judgement.rules import Stage
from compliance.model.problem import UserError

RULE = """\
id: grade.many
stage: grade
factor: systematic
title: Many
when: findings > :many
does: {raise: 1}
because: "{findings} findings"
source: assumed
"""


def written(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems(folders: Iterable[Path]) -> list[str]:
    with pytest.raises(UserError) as refused:
        load_judgement(list(folders))
    return [
        problem.line().partition("rules/")[2] + (f" ({problem.help})" if problem.help else "")
        for problem in refused.value.problems
    ]


def test_the_shipped_rules_load_and_each_names_its_source() -> None:
    judgement = load_judgement([SHIPPED])
    ids = {stage: [rule.id.removeprefix(f"{stage}.") for rule in judgement.of(stage)] for stage in Stage}
    assert ids == {
        Stage.ATTRIBUTE: ["bearer", "deputy", "ordered", "supervision", "unacknowledged"],
        Stage.EXCUSE: ["force-majeure", "hazard", "unanswered-request", "waiver"],
        Stage.GRADE: [
            *["client-tier", "cured-in-grace", "extent-large", "extent-small", "harm-high", "harm-to-person"],
            *["harm-very-high", "intent-intentional", "lateness-long", "lateness-short", "newcomer"],
            *["ratified-late", "recurrence", "systematic", "unconfirmed-text", "weak-force"],
        ],
        Stage.MEASURE: ["dismissal", "full-recovery", "recovery", "remark", "reprimand"],
    }
    assert set(judgement.assumed) >= {"judgement.extent_large", "judgement.harm_high", "grade.extent-large"}
    assert "grade.weak-force" not in judgement.assumed
    assert judgement.files == tuple(sorted(SHIPPED.glob("*.yaml")))


def test_a_later_folder_adds_rules_and_its_parameters_win(tmp_path: Path) -> None:
    first = written(tmp_path / "a", {"many.yaml": RULE, "parameters.yaml": "many: [{value: 5}]"})
    second = written(
        tmp_path / "b", {"more.yaml": RULE.replace("grade.many", "grade.more"), "parameters.yaml": "many: [{value: 9}]"}
    )
    rules = load_judgement([first, second]).rules
    assert [rule.id for rule in rules] == ["grade.many", "grade.more"]
    assert {rule.when for rule in rules} == {Compare("findings", ">", 9)}


def test_every_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "rules",
        {
            "a.yaml": RULE.replace(":many", "10 and haarm > 5"),
            "b.yaml": RULE.replace("{raise: 1}", "{raise: 1, floor: serious}"),
            "c.yaml": RULE.replace("factor: systematic\n", ""),
            "d.yaml": RULE.replace("{findings}", "{finding}"),
            "e.yaml": RULE.replace("{raise: 1}", "{responsible: bearer}"),
            "f.yaml": RULE.replace("{findings}", "{findings"),
            "g.yaml": RULE.replace("source: assumed\n", ""),
            "h.yaml": RULE.replace("grade.many", "grade.h").replace(
                "findings > :many", "rules in (" + ", ".join(map(str, range(50))) + ")"
            ),
            "i.yaml": RULE.replace("{raise: 1}", "{raise: 0}"),
            "j.yaml": RULE.replace("factor: systematic", "factor: systemtic"),
            "k.yaml": RULE.replace("factor: systematic", "factor: Much of it"),
            "parameters.yaml": "many: [{value: 3}]",
        },
    )
    factors = "extent, lateness, harm, intent, recurrence, client, ratified, cured, newcomer, systematic, force, text"
    assert problems([folder]) == [
        "a.yaml:5:25: there is no field `haarm` (did you mean `harm`?)",
        "b.yaml:6:1: a rule of stage grade does exactly one thing: `raise` or `lower` or `floor` or `cap`",
        f"c.yaml:2:8: a grade rule names its factor, and no other rule does (the factors are {factors}, or your own)",
        "d.yaml:7:11: there is no field `finding` (did you mean `findings`?)",
        "e.yaml:6:1: a rule of stage grade does exactly one thing: `raise` or `lower` or `floor` or `cap`",
        "f.yaml:7:10: this text can't be filled in: expected '}' before end of string",
        "g.yaml:1:1: `source` is missing",
        "h.yaml:5:7: this can come true in 50 ways; a rule may have 49 at most (split it into several rules)",
        "i.yaml:6:15: `raise` must be more than 0",
        "j.yaml:3:9: there is no factor `systemtic`, and as one's own it is too near (did you mean `systematic`?)",
        f"k.yaml:3:9: a factor is one word in small letters (the usual ones are {factors})",
    ]


def test_wrong_parameters_are_told_before_what_rests_on_them(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "rules",
        {
            "a.yaml": RULE,
            "b.yaml": RULE.replace("source: assumed\n", ""),
            "parameters.yaml": "many: [{from: 2026-01-01, value: 5}, {value: 3}]\nfew: [{value: 1, sauce: me}]",
        },
    )
    assert problems([folder]) == [
        "b.yaml:1:1: `source` is missing",
        "parameters.yaml:2:18: unknown key `sauce` (did you mean `source`?)",
    ]
    written(folder, {"parameters.yaml": "many: [{from: 2026-01-01, value: 5}, {value: 3}]"})
    assert problems([folder])[1:] == [
        "parameters.yaml:1:1: `many` needs values in the order of their dates, each from another day",
    ]


def test_an_organisation_sets_its_own_values(tmp_path: Path) -> None:
    folder = written(tmp_path / "rules", {"many.yaml": RULE, "parameters.yaml": "many: [{value: 5}]"})
    judgement = load_judgement([folder], {"judgement.many": 7, "sales.calls": 3})
    assert [rule.when for rule in judgement.rules] == [Compare("findings", ">", 7)]
    assert judgement.assumed == ("grade.many",)


def test_an_own_value_of_no_parameter_and_a_folder_that_is_not_there_are_mistakes(tmp_path: Path) -> None:
    folder = written(tmp_path / "rules", {"many.yaml": RULE, "parameters.yaml": "many: [{value: 5}]"})
    with pytest.raises(
        UserError, match=r"there is no parameter `judgement.mamy`\n  help: did you mean `judgement.many`?"
    ):
        load_judgement([folder], {"judgement.mamy": 7})
    with pytest.raises(UserError, match=r"`judgement\.many` must be a number"):
        load_judgement([folder], {"judgement.many": "some"})
    with pytest.raises(UserError, match="nowhere: there is no such folder"):
        load_judgement([folder, tmp_path / "nowhere"])


def test_an_id_is_used_once(tmp_path: Path) -> None:
    folder = written(tmp_path / "rules", {"a.yaml": RULE, "b.yaml": RULE, "parameters.yaml": "many: [{value: 5}]"})
    assert problems([folder]) == [
        f"b.yaml:1:5: `grade.many` is already the id of {folder / 'a.yaml'} (give it its own)"
    ]
