"""JUnit's XML, which every build server reads: suites of cases that passed, failed or were skipped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from compliance.model.printable import printable


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name, the class it belongs to, and how it ended, with a sentence and more lines below it."""

    name: str
    owner: str
    ended: Literal["passed", "failure", "skipped"] = "passed"
    says: str = ""
    sort: str = ""
    lines: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases under one name."""

    name: str
    cases: Sequence[Case]


def document(name: str, suites: Iterable[Suite]) -> str:
    """The whole file."""
    every = tuple(suites)
    inner = "".join(map(_suite, every))
    counts = _counts([case for suite in every for case in suite.cases])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={_quoted(name)} {counts}>\n{inner}</testsuites>\n'


def _suite(suite: Suite) -> str:
    inner = "".join(map(_case, suite.cases))
    return f"  <testsuite name={_quoted(suite.name)} {_counts(suite.cases)}>\n{inner}  </testsuite>\n"


def _counts(cases: Sequence[Case]) -> str:
    failed, skipped = (sum(case.ended == ended for case in cases) for ended in ("failure", "skipped"))
    return f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}" time="0"'


def _case(case: Case) -> str:
    file = f" file={_quoted(case.file)}" if case.file else ""
    line = f' line="{case.line}"' if case.line else ""
    opened = f'    <testcase name={_quoted(case.name)} classname={_quoted(case.owner)}{file}{line} time="0"'
    if case.ended == "passed":
        return f"{opened}/>\n"
    sort = f" type={_quoted(case.sort)}" if case.sort else ""
    text = escape("\n".join(map(printable, case.lines)))
    return f"{opened}>\n      <{case.ended} message={_quoted(case.says)}{sort}>{text}</{case.ended}>\n    </testcase>\n"


def _quoted(text: str) -> str:
    """An attribute; characters that XML can't hold are spelled out."""
    return quoteattr(printable(text))
