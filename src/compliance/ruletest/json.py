"""Tested cases as JSON, version 1."""

from collections.abc import Iterator, Sequence

from compliance.reports.exact import compact, document, lines
from compliance.ruletest.comparing import Difference
from compliance.ruletest.given import given_for
from compliance.ruletest.mutation.model import Score
from compliance.ruletest.parallel import Tested
from compliance.ruletest.version1 import CaseV1, CoverageV1, DifferenceV1, RuleV1, SummaryV1
from compliance.ruletest.written import Case


def render(tested: Sequence[Tested], coverage: Sequence[Score] | None = None) -> str:
    """One JSON document, a rule and a case a line; `coverage` has a line a rule where it was asked for."""
    members = {
        "version": "1",
        "rules": lines(map(_rule, tested)),
        "cases": lines(case for each in tested for case in _cases(each)),
        "coverage": "null" if coverage is None else lines(map(_covered, coverage)),
        "summary": compact(_summary(tested)),
    }
    return document(members)


def _covered(score: Score) -> CoverageV1:
    return {
        "rule": score.rule,
        "sides": score.made,
        "hit": score.killed,
        "missing": [{"side": each.mutant, "add": each.kill} for each in score.survivors],
    }


def _rule(tested: Tested) -> RuleV1:
    cases = tested.cases
    return {
        "name": cases.name,
        "file": cases.file,
        "rules": list(cases.rules),
        "passed": tested.passed,
        "failed": tested.failed,
        "todo": len(tested.gaps),
    }


def _cases(tested: Tested) -> Iterator[CaseV1]:
    for case, result in zip(tested.cases.cases, tested.results, strict=True):
        written = case.file.cases[case.index]
        yield {
            "case": case.case,
            "name": tested.cases.name,
            "file": case.file.source.file,
            "line": case.line,
            "passed": result.passed,
            "todo": case.todo,
            "differences": [_difference(each, written) for each in result.wrong],
        }


def _difference(difference: Difference, case: Case) -> DifferenceV1:
    return {
        "says": difference.says,
        "about": difference.about or None,
        "expected": difference.expected or None,
        "got": difference.got or None,
        "given": [
            {
                "table": each.table,
                "columns": list(each.columns),
                "rows": [list(row) for row in each.rows],
                "left_out": each.left_out,
            }
            for each in given_for(case, difference)
        ],
    }


def _summary(tested: Sequence[Tested]) -> SummaryV1:
    return {
        "cases": sum(len(each.results) for each in tested),
        "rules": sum(len(each.cases.rules) for each in tested),
        "failed": sum(each.failed for each in tested),
        "todo": sum(len(each.gaps) for each in tested),
    }
