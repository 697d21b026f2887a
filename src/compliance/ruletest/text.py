"""Tested cases as text: a line a rule, each failed case with what was expected, what it got, and its records."""

from collections.abc import Iterator, Sequence

from compliance.model.printable import printable
from compliance.reports.ink import ink
from compliance.reports.words import plural
from compliance.ruletest.comparing import Difference
from compliance.ruletest.given import Given, given_for
from compliance.ruletest.parallel import Tested
from compliance.ruletest.running import CaseResult, Prepared

MOST = 20
"""So many differences of a case are shown."""


def render(tested: Sequence[Tested], *, colour: bool = False) -> str:
    """The counts of every rule or file, failed cases below; the last line is the summary."""
    wide = max((len(each.cases.name) for each in tested), default=0)
    lines = (line for each in tested for line in (_counts(each, wide, colour=colour), *_failed(each, colour=colour)))
    return "\n".join([*lines, summary(tested)]) + "\n"


def summary(tested: Sequence[Tested]) -> str:
    """One line: cases, rules, failed."""
    cases = sum(len(each.results) for each in tested)
    rules = sum(len(each.cases.rules) for each in tested)
    gaps = sum(len(each.gaps) for each in tested)
    told = f"{plural(cases, 'case')}, {plural(rules, 'rule')}, {sum(each.failed for each in tested):,} failed"
    return f"{told}, {gaps:,} todo" if gaps else told


def _counts(tested: Tested, wide: int, *, colour: bool) -> str:
    passed = f"{tested.passed:>4,} passed"
    failed = f", {ink(f'{tested.failed:,} failed', 'failed', on=colour)}" if tested.failed else ""
    gaps = f", {len(tested.gaps):,} todo" if tested.gaps else ""
    return f"{printable(tested.cases.name):<{wide}}  {passed}{failed}{gaps}"


def _failed(tested: Tested, *, colour: bool) -> Iterator[str]:
    for case, result in zip(tested.cases.cases, tested.results, strict=True):
        if case.todo:
            yield _todo(case, passed=result.passed, colour=colour)
        elif not result.passed:
            yield from case_lines(case, result, colour=colour)


def _todo(case: Prepared, *, passed: bool, colour: bool) -> str:
    """A known gap, louder where it is none any more."""
    told = ink("passes, though it is marked as todo: take the mark away", "failed", on=colour) if passed else "todo"
    return f"  {told}: {printable(case.case)}  ({printable(case.file.source.file)}:{case.line})"


def case_lines(case: Prepared, result: CaseResult, *, colour: bool) -> Iterator[str]:
    """A failed case: its sentence and place, each difference, the records concerned."""
    yield f"  {ink(printable(case.case), 'strong', on=colour)}  ({printable(case.file.source.file)}:{case.line})"
    shown: set[Given] = set()
    for each in result.wrong[:MOST]:
        yield from _difference(each)
        given = [rows for rows in given_for(case.file.cases[case.index], each) if rows not in shown]
        shown.update(given)
        yield from (line for rows in given for line in _given(rows))
    if len(result.wrong) > MOST:
        yield f"    and {plural(len(result.wrong) - MOST, 'more difference')}"
    mended = printable(case.rules[0]) if len(case.rules) == 1 else "the rule"
    compared = any(each.expected for each in result.wrong)
    else_ = "what the case expects" if compared else "the case, where `given` says what a manifest would"
    yield f"    help: mend {mended}, or {else_}"


def _difference(difference: Difference) -> Iterator[str]:
    if not difference.expected:
        yield f"    {printable(difference.says)}"
        return
    if difference.about:
        yield f"    {printable(difference.about)}"
    yield f"      expected  {printable(difference.expected)}"
    yield f"      got       {printable(difference.got)}"


def _given(given: Given) -> Iterator[str]:
    """A table's rows, in columns as wide as what stands in them."""
    rows = [tuple(map(printable, row)) for row in (given.columns, *given.rows)]
    sizes = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    yield f"      {printable(given.table)}"
    for row in rows:
        yield ("        " + " | ".join(f"{cell:<{size}}" for cell, size in zip(row, sizes, strict=True))).rstrip()
    if given.left_out:
        yield f"        and {plural(given.left_out, 'more row')}"
