from compliance.rulebook.lint import lint
from compliance.shipped import packs


def test_the_lints_find_nothing_in_the_shipped_packs_that_no_file_gives_a_reason_for() -> None:
    assert [problem.line() for problem in lint(packs())] == []
