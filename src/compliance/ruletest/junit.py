"""Tested cases as JUnit's XML: a suite a rule, a case a case."""

from collections.abc import Iterator, Sequence

from compliance.reports.suites import Case, Suite, document
from compliance.ruletest.parallel import Tested


def render(tested: Sequence[Tested]) -> str:
    """A case fails with the ways in which it came out otherwise, at its file and line."""
    return document("rules test", (Suite(each.cases.name, [*_cases(each)]) for each in tested))


def _cases(tested: Tested) -> Iterator[Case]:
    for case, result in zip(tested.cases.cases, tested.results, strict=True):
        said = tuple(each.says for each in result.wrong)
        file = case.file.source.file
        lines = (f"{file}:{case.line}", *said)
        more = f" (+{len(said) - 1})" if len(said) > 1 else ""
        if result.passed:
            yield Case(case.case, tested.cases.name, file=file, line=case.line)
        else:
            yield Case(case.case, tested.cases.name, "failure", f"{said[0]}{more}", "case", lines, file, case.line)
