from pathlib import Path

import pytest
from tests.judgement.sample import SHIPPED

from compliance.judgement import load_judgement
from compliance.model.problem import UserError


def _told(folder: Path, *rules: str) -> list[str]:
    for number, rule in enumerate(rules):
        head = f"id: grade.own-{number}\nstage: grade\ntitle: Own\nbecause: so\nsource: own\n"
        (folder / f"own-{number}.yaml").write_text(head + rule)
    try:
        load_judgement([folder])
    except UserError as error:
        return [each.line().replace(f"{folder}/", "") for each in error.problems]
    return []


@pytest.mark.parametrize(
    "when",
    [
        "extent > 0.5 and extent < 0.5",
        "extent > 0.5 and extent < 0.5001",
        "findings = 2 and findings = 3",
        "how = 'late' and how = 'short'",
        "not has_harm and harm >= 0",
        "severity > 'critical'",
        "intent in ('a') and not intent = 'a'",
    ],
)
def test_a_rule_that_can_never_apply_is_told(tmp_path: Path, when: str) -> None:
    assert _told(tmp_path, f'when: "{when}"\nfactor: extent\ndoes: {{raise: 1}}\n') == [
        "own-0.yaml:6:7: this can never be true, so the rule never applies"
    ]


@pytest.mark.parametrize(
    "when", ["extent > 0.5 and extent < 0.5002", "extent >= 0.5 and extent <= 0.5", "not (has_harm and harm > 5)"]
)
def test_one_that_can_is_not(tmp_path: Path, when: str) -> None:
    assert _told(tmp_path, f'when: "{when}"\nfactor: extent\ndoes: {{raise: 1}}\n') == []


def test_one_factor_that_raises_and_lowers_at_once_is_told(tmp_path: Path) -> None:
    up, down = "when: extent >= 0.3\nfactor: extent\ndoes: {raise: 1}\n", "factor: extent\ndoes: {lower: 1}\n"
    assert _told(tmp_path, up, f"when: extent < 0.3\n{down}") == []
    assert _told(tmp_path, up, f"when: extent <= 0.3\n{down}") == [
        (
            "own-1.yaml:6:7: `grade.own-0` raises and `grade.own-1` lowers by one and the same factor, "
            "and both may apply at once"
        )
    ]
    assert _told(tmp_path, up, "when: extent <= 0.3\nfactor: harm\ndoes: {lower: 1}\n") == []


def test_a_floor_above_a_cap_of_one_factor_is_told(tmp_path: Path) -> None:
    floor = "when: harm > 5\nfactor: harm\ndoes: {floor: serious}\n"
    assert _told(tmp_path, floor, "when: harm > 9\nfactor: harm\ndoes: {cap: moderate}\n") == [
        "own-1.yaml:6:7: the floor of `grade.own-0` lies above the cap of `grade.own-1`, and both may apply at once"
    ]
    assert _told(tmp_path, floor, "when: harm > 9\nfactor: harm\ndoes: {cap: serious}\n") == []


def test_the_shipped_rules_contradict_nothing() -> None:
    assert load_judgement([SHIPPED]).rules
