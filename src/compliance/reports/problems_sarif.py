"""Problems of rule files as SARIF 2.1.0, each at its file and line."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from compliance.model.problem import Place, Problem
from compliance.reports.sarif import run
from compliance.rulebook.lints import LINTS

UNNAMED = "rules"
"""The rule of what reading or planning found, which is no lint."""


def render(problems: Iterable[Problem]) -> str:
    """One run; a relative path is meant from where the command ran."""
    every = tuple(problems)
    known: list[dict[str, object]] = [{"id": each.id, "shortDescription": {"text": each.what}} for each in LINTS]
    others: list[dict[str, object]] = [{"id": name} for name in _others(every)]
    return run([{"id": UNNAMED}, *known, *others], [_result(each) for each in every], {})


def _others(problems: tuple[Problem, ...]) -> list[str]:
    """What found problems and is no lint of a rule, such as a lint of judgement."""
    return sorted({each.lint for each in problems if each.lint} - {each.id for each in LINTS})


def _result(problem: Problem) -> dict[str, object]:
    said = f"{problem.says}\nhelp: {problem.help}" if problem.help else problem.says
    return {
        "ruleId": problem.lint or UNNAMED,
        "level": problem.level.value,
        "message": {"text": said},
        "locations": list(_places(problem.where)),
    }


def _places(where: Place | None) -> Iterator[dict[str, object]]:
    if where is None:
        return
    place: dict[str, object] = {"artifactLocation": {"uri": _uri(where.file)}}
    if where.line:
        column = {"startColumn": where.column} if where.column else {}
        place["region"] = {"startLine": where.line} | column
    yield {"physicalLocation": place}


def _uri(file: str) -> str:
    return Path(file).as_uri() if Path(file).is_absolute() else quote(Path(file).as_posix())
