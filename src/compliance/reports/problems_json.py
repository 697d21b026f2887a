"""Problems as JSON, version 1: an object a problem, by place."""

import json
from collections.abc import Iterable

from compliance.model.printable import in_json
from compliance.model.problem import Place, Problem


def render(problems: Iterable[Problem]) -> str:
    """The problems for a program; `lint` is null where reading or planning found it, a line 0 is unknown."""
    told = {"version": 1, "problems": [_told(each) for each in problems]}
    return in_json(json.dumps(told, ensure_ascii=False, indent=2)) + "\n"


def _told(problem: Problem) -> dict[str, object]:
    where = problem.where or Place("")
    return {
        "lint": problem.lint or None,
        "level": problem.level.value,
        "file": where.file,
        "line": where.line,
        "column": where.column,
        "says": problem.says,
        "help": problem.help,
    }
