"""Hostile packs: what explodes in a rule is refused with its reason; tests/fuzz spoils whole files."""

from pathlib import Path

import pytest

from compliance.proof import proofread


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("where", "(" * 3000 + "a" + ")" * 3000, "nested deeper than 25 brackets|more than 1,000"),
        ("where", " or ".join(["kind = 'a'"] * 3000), "more than 1,000"),
    ],
    ids=["nested", "long"],
)
def test_a_condition_that_explodes_is_refused_with_its_reason(
    tmp_path: Path, key: str, value: str, reason: str
) -> None:
    rule = f'id: own.sound\ntitle: Sound\nseverity: minor\nprohibition: {{of: activities, {key}: "{value}"}}\n'
    (tmp_path / "rule.yaml").write_text(rule)
    (told,) = [problem.says for problem in proofread([tmp_path]) if problem.level.name == "ERROR"]
    assert any(part in told for part in reason.split("|"))
