import pytest
from tests.judgement.sample import facts_with

from compliance.judgement.plain import holds
from compliance.judgement.reading import read

KNOWN = facts_with(extent=500, has_extent=True, how="late", severity=2)
UNKNOWN = facts_with(extent=0, has_extent=False, how="late", severity=2)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("extent < 0.1", (True, None)),
        ("extent < 0.05", (False, None)),
        ("extent <= 0.05", (True, None)),
        ("extent <> 0.05", (False, None)),
        ("not extent < 0.1", (False, None)),
        ("not (extent < 0.1 and how = 'gap')", (True, True)),
        ("extent < 0.1 or how = 'late'", (True, True)),
        ("extent < 0.1 or how = 'gap'", (True, None)),
        ("extent < 0.1 and how = 'late'", (True, None)),
        ("extent < 0.1 and how = 'gap'", (False, False)),
        ("extent < 0.1 and not has_extent", (False, None)),
        ("severity = 'moderate'", (True, True)),
        ("severity > 'moderate'", (False, False)),
        ("true", (True, True)),
        ("false", (False, False)),
    ],
)
def test_a_comparison_with_what_is_not_known_is_neither_true_nor_false(
    text: str, answers: tuple[bool, bool | None]
) -> None:
    condition = read(text, {})
    assert (holds(condition, KNOWN), holds(condition, UNKNOWN)) == answers
