"""The plugin `dutybook` of pytest: the cases beside a project's own rules are tests like others.

The folders that the setting `dutybook_lint` names are proof-read, too, a test each.

It is loaded by every run of pytest where Dutybook is installed, so what is heavy is imported when a case is met.
`-p no:dutybook` leaves it out.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from compliance.ruletest.running import CaseResult, Prepared

CASES = ".test.yaml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings that name what is proof-read, and against what."""
    parser.addini("dutybook_lint", "folders of rules that are proof-read; warnings fail, too", type="paths")
    parser.addini("dutybook_workspace", "the workspace whose tables these rules read", type="paths")


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each folder that is to be proof-read is a test."""
    for folder in config.getini("dutybook_lint"):
        item = ProofReading.from_parent(session, name=f"proof-reading of {folder.name}")
        item.folder, item.workspace = folder, next(iter(config.getini("dutybook_workspace")), None)
        items.append(item)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "RuleCases | None":
    """Every file of cases is collected."""
    return RuleCases.from_parent(parent, path=file_path) if file_path.name.endswith(CASES) else None


class NotSound(Exception):  # noqa: N818 a verdict, not a fault
    """Proof-reading found something."""


class ProofReading(pytest.Item):
    """A folder of rules, proof-read against the standard tables, or those of a workspace."""

    folder: Path
    workspace: Path | None

    def runtest(self) -> None:
        """Fail with every problem: where it is, what it is and what to do."""
        from compliance.model.problem import UserError  # noqa: PLC0415 heavy
        from compliance.proof import proofread  # noqa: PLC0415 heavy

        try:
            problems = proofread([self.folder], self.workspace, today=date.today())  # noqa: DTZ011 the day of whoever sits here
        except UserError as error:
            problems = error.problems
        if problems:
            raise NotSound("\n".join(problem.shown() for problem in problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002 pytest's
        """The problems alone; what is no problem of a rule is shown as pytest does."""
        if isinstance(excinfo.value, NotSound):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, None, str]:
        """The folder and the sentence."""
        return self.folder, None, self.name


class RuleCases(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator["RuleCase"]:
        """Each case; what can't be read is told as an error of the collection."""
        from compliance.model.problem import UserError  # noqa: PLC0415 heavy
        from compliance.ruletest.running import prepare  # noqa: PLC0415 heavy

        try:
            cases = prepare(self.path)
        except UserError as error:
            raise self.CollectError("\n".join(problem.shown() for problem in error.problems)) from None
        for each in cases:
            item = RuleCase.from_parent(self, name=each.case)
            item.case = each
            yield item


class CaseFailed(Exception):  # noqa: N818 a verdict, not a fault
    """A case came out otherwise."""


class RuleCase(pytest.Item):
    """One case; a known gap that fails is expected to, and one that passes is warned of."""

    case: "Prepared"
    result: "CaseResult"

    def runtest(self) -> None:
        """Run the case."""
        self.result = self.case.run()
        if self.case.todo and not self.result.passed:
            pytest.xfail("a known gap")
        if self.case.todo:
            self.warn(pytest.PytestWarning("this case passes, though it is marked as todo: take the mark away"))
        if not self.result.passed:
            raise CaseFailed

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002 pytest's
        """What was expected, what it got and its records; what is no outcome of a case is shown as pytest does."""
        from compliance.ruletest.text import case_lines  # noqa: PLC0415 heavy

        if not isinstance(excinfo.value, CaseFailed):
            return str(super().repr_failure(excinfo))
        return "\n".join(case_lines(self.case, self.result, colour=False))

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line from 0, and the sentence."""
        return self.path, self.case.line - 1, self.case.case
