from collections.abc import Callable, Sequence

import pytest
from junitparser import Failure, JUnitXml, Skipped
from tests.reports import schemas

from compliance.model.problem import Level, Place, Problem
from compliance.reports import problems_junit, problems_md, problems_sarif

WRONG = Problem(Place("own rules/a.yaml", 3, 7), "`amuont` | is no column", "did you mean `amount`?")
ALIKE = Problem(Place("/tmp/b.yaml"), "<two> rules\nare alike", level=Level.WARNING, lint="alike-titles")  # noqa: S108 never read
NOWHERE = Problem(None, "there is no folder of rules x")


def test_sarif_is_valid_and_points_at_line_and_column() -> None:
    run = schemas.sarif(problems_sarif.render([WRONG, ALIKE, NOWHERE]))
    wrong, alike, nowhere = run["results"]
    assert wrong["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "own%20rules/a.yaml"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]
    assert (wrong["ruleId"], wrong["level"]) == ("rules", "error")
    assert wrong["message"]["text"] == "`amuont` | is no column\nhelp: did you mean `amount`?"
    assert (alike["ruleId"], alike["level"]) == ("alike-titles", "warning")
    assert alike["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "file:///tmp/b.yaml"}}}]
    assert nowhere["locations"] == []
    assert {each["ruleId"] for each in run["results"]} <= {each["id"] for each in run["tool"]["driver"]["rules"]}


def test_junit_fails_errors_and_skips_warnings() -> None:
    read_back = JUnitXml.fromstring(problems_junit.render([WRONG, ALIKE, NOWHERE]).encode())
    ended = {case.name: case.result[0] for suite in read_back for case in suite}
    assert [type(result) for result in ended.values()] == [Failure, Skipped, Failure]
    assert ended["own rules/a.yaml:3:7: rules"].message == WRONG.says
    assert (read_back.tests, read_back.failures, read_back.skipped) == (3, 2, 1)


def test_markdown_names_errors_first_and_counts_what_it_leaves_out() -> None:
    written = problems_md.render([ALIKE, *[WRONG] * 120])
    lines = written.splitlines()
    assert lines[0] == "## Rules: 120 errors, 1 warning"
    assert lines[4] == "| own rules/a.yaml:3:7 | error | \\`amuont\\` \\| is no column | did you mean \\`amount\\`? |"
    assert lines[-1] == "21 more problems not shown."
    assert "&lt;two&gt; rules are alike \\[alike-titles\\]" in problems_md.render([ALIKE])


@pytest.mark.parametrize(
    ("render", "says"),
    [(problems_junit.render, 'tests="1" failures="0"'), (problems_md.render, "## Rules: no problems\n")],
)
def test_without_problems(render: Callable[[Sequence[Problem]], str], says: str) -> None:
    assert says in render([])


def test_sarif_without_problems() -> None:
    assert schemas.sarif(problems_sarif.render([]))["results"] == []
