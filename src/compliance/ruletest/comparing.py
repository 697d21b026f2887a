"""What a case expects against what the audit found: every difference as one sentence."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from compliance.model.finding import Finding, Verdict, day_of
from compliance.ruletest.written import Expected, Named

_IDENTITY = ("rule", "bearer", "window", "record")
_FREE = frozenset({Verdict.MET, Verdict.NOT_APPLICABLE})
_MICROSECOND = timedelta(microseconds=1)
_NEAR = 3


def differences(expected: Sequence[Expected], found: Sequence[Finding]) -> tuple[str, ...]:
    """A sentence for each expectation that does not hold, then for each finding that may not be there unlisted.

    What says most is looked for first, so that what says little does not take its finding.
    """
    left = list(found)
    order = sorted(range(len(expected)), key=lambda index: -len(expected[index].given))
    told = {
        index: _present(each, found) if (each := expected[index]).absent else _missed(each, left) for index in order
    }
    unlisted = (f"found {shown(each)}, which is not listed" for each in left if each.verdict not in _FREE)
    return (*(told[index] for index in sorted(told) if told[index]), *unlisted)


def _missed(expected: Expected, left: list[Finding]) -> str:
    """In what an expectation is not met; the finding that it means is taken from those left."""
    taken = _nearest(expected, left)
    if taken is None:
        return f"expected {said(expected)}; found {_instead(expected, left)}"
    left.remove(taken)
    wrong = [*_wrong(expected, taken)]
    return f"{_who(taken)}: {'; '.join(wrong)}" if wrong else ""


def agrees(expected: Expected, field: str, finding: Finding) -> bool:
    """Whether a finding has what the case gives for one field."""
    wanted = getattr(expected, field)
    if wanted is None:
        return getattr(finding, field) is None
    match field:
        case "window":
            return finding.window == expected.span
        case "record":
            return _is_record(wanted, finding)
        case "due":
            return finding.due is not None and _is_due(wanted, finding.due)
        case "cause":
            return str(wanted) in (finding.cause or "")
        case _:
            return bool(getattr(finding, field) == wanted)


def _is_record(wanted: Named | str, finding: Finding) -> bool:
    if finding.record is None:
        return False
    table, key = finding.record.table, finding.record.key
    if isinstance(wanted, Named):
        return (wanted.table, wanted.key) == (table, key)
    return wanted in {key, f"{table}/{key}"}


def _is_due(wanted: date | datetime, due: datetime) -> bool:
    """A date is the last day in time: what is due by the end of a day is due at the next 00:00."""
    return due == wanted if isinstance(wanted, datetime) else day_of(due - _MICROSECOND) == wanted


def _nearest(expected: Expected, found: Sequence[Finding]) -> Finding | None:
    """Of the findings that the expectation may mean, the one that fits best."""
    identity = [field for field in _IDENTITY if field in expected.given]
    meant = [each for each in found if all(agrees(expected, field, each) for field in identity)]
    return min(meant, key=lambda each: len([*_wrong(expected, each)]), default=None)


def _wrong(expected: Expected, finding: Finding) -> Iterator[str]:
    for field in type(expected).model_fields:
        if field in expected.given and not agrees(expected, field, finding):
            yield f"{field} should be {_text(getattr(expected, field))}, is {_text(getattr(finding, field))}"


def _present(expected: Expected, found: Sequence[Finding]) -> str:
    there = next((each for each in found if all(agrees(expected, field, each) for field in expected.given)), None)
    return f"expected no finding {said(expected)}, found {shown(there)}" if there else ""


def _instead(expected: Expected, found: Sequence[Finding]) -> str:
    """The findings nearest to one that is not there."""
    identity = [field for field in _IDENTITY if field in expected.given]
    alike = [(sum(agrees(expected, field, each) for field in identity), shown(each)) for each in found]
    most = max((count for count, _ in alike), default=0)
    near = [told for count, told in alike if count == most]
    more = f" and {len(near) - _NEAR} more" if len(near) > _NEAR else ""
    return ", ".join(near[:_NEAR]) + more if near else "nothing"


# --- in words -------------------------------------------------------------------------------


def said(expected: Expected) -> str:
    """An expectation, as it stands in the file."""
    fields = type(expected).model_fields
    return ", ".join(f"{field}: {_text(getattr(expected, field))}" for field in fields if field in expected.given)


def shown(finding: Finding) -> str:
    """A finding in short: `calls of a on 2026-03-02 breached (short), 29 of 30`."""
    how = f" ({finding.how.value})" if finding.how else ""
    numbers = f", {_text(finding.measured)} of {_text(finding.required)}" if finding.measured is not None else ""
    cause = f", because {finding.cause}" if finding.cause else ""
    return f"{_who(finding)} {finding.verdict.value}{how}{numbers}{cause}"


def _who(finding: Finding) -> str:
    parts = (
        f" of {finding.bearer}" if finding.bearer else "",
        f" for {finding.record.table}/{finding.record.key}" if finding.record else "",
        f" in {finding.window}" if finding.window else "",
    )
    return finding.rule + "".join(parts)


def _text(value: object) -> str:
    if isinstance(value, Named):
        return f"{value.table}/{value.key}"
    return "nothing" if value is None else str(value)
