"""What a case expects against what the audit found: every difference, with both sides of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from compliance.model.finding import Finding, Verdict, day_of
from compliance.ruletest.written import Expected, Named

_IDENTITY = ("rule", "bearer", "window", "record")
_FREE = frozenset({Verdict.MET, Verdict.NOT_APPLICABLE})
# A case brings few rules, so that its people have titles that none of them names; it may say so, but need not.
_ASIDE = frozenset({"dutybook.unmapped-title"})
_MICROSECOND = timedelta(microseconds=1)
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a case came out otherwise: as a sentence, and as what was expected of what against what it got.

    `bearer` and `record` (its key, in every way to read it) are those concerned. What is no comparison has a sentence
    only.
    """

    says: str
    about: str = ""
    expected: str = ""
    got: str = ""
    bearer: str | None = None
    record: tuple[str, ...] = ()


def differences(expected: Sequence[Expected], found: Sequence[Finding]) -> tuple[Difference, ...]:
    """One for each expectation that does not hold, then for each finding that may not be there unlisted.

    What says most is looked for first, so that what says little does not take its finding.
    """
    left = list(found)
    order = sorted(range(len(expected)), key=lambda index: -len(expected[index].given))
    told = {
        index: _present(each, found) if (each := expected[index]).absent else _missed(each, left) for index in order
    }
    wrong = (told[index] for index in sorted(told))
    spoken = {each.rule for each in expected}
    unlisted = (each for each in left if each.verdict not in _FREE and each.rule not in _ASIDE - spoken)
    return (*(each for each in wrong if each), *map(_unlisted, unlisted))


def _unlisted(finding: Finding) -> Difference:
    got = shown(finding)
    says = f"found {got}, which is not listed"
    return Difference(says, _who(finding), "met or not_applicable, since it is not listed", got, *_concerned(finding))


def _missed(expected: Expected, left: list[Finding]) -> Difference | None:
    """In what an expectation is not met; the finding that it means is taken from those left."""
    taken = _nearest(expected, left)
    if taken is None:
        wanted, got = said(expected), _instead(expected, left)
        return Difference(f"expected {wanted}; found {got}", "", wanted, got, *_meant(expected))
    left.remove(taken)
    wrong = [*_wrong(expected, taken)]
    if not wrong:
        return None
    told = "; ".join(f"{field} should be {wanted}, is {got}" for field, wanted, got in wrong)
    wanted = ", ".join(f"{field}: {wanted}" for field, wanted, _ in wrong)
    got = ", ".join(f"{field}: {got}" for field, _, got in wrong)
    return Difference(f"{_who(taken)}: {told}", _who(taken), wanted, got, *_concerned(taken))


def _concerned(finding: Finding) -> tuple[str | None, tuple[str, ...]]:
    """Whom and which record a finding is about."""
    return finding.bearer, (finding.record.key,) if finding.record else ()


def _meant(expected: Expected) -> tuple[str | None, tuple[str, ...]]:
    """Whom and which record an expectation is about; what is written may have its table before the key."""
    written = expected.record.key if isinstance(expected.record, Named) else expected.record or ""
    return expected.bearer, tuple(each for each in (written, written.partition("/")[2]) if each)


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
    return due == wanted if isinstance(wanted, datetime) else _last_day(due) == wanted


def _last_day(due: datetime) -> date:
    return day_of(due - _MICROSECOND)


def _nearest(expected: Expected, found: Sequence[Finding]) -> Finding | None:
    """Of the findings that the expectation may mean, the one that fits best."""
    identity = [field for field in _IDENTITY if field in expected.given]
    meant = [each for each in found if all(agrees(expected, field, each) for field in identity)]
    return min(meant, key=lambda each: len([*_wrong(expected, each)]), default=None)


def _wrong(expected: Expected, finding: Finding) -> Iterator[tuple[str, str, str]]:
    """Each field that does not agree, with what is expected and what it is."""
    for field in type(expected).model_fields:
        if field in expected.given and not agrees(expected, field, finding):
            yield (
                field,
                _text(getattr(expected, field)),
                _text(_as_written(field, expected, finding)) + _why(field, expected, finding),
            )


def _as_written(field: str, expected: Expected, finding: Finding) -> object:
    """What a finding has, in the form of what the case gives: beside a day the last day in time, not the next 00:00."""
    if field == "due" and finding.due is not None and not isinstance(expected.due, datetime):
        return _last_day(finding.due)
    return getattr(finding, field)


def _why(field: str, expected: Expected, finding: Finding) -> str:
    """Why it can't be told, beside a verdict that says so, unless the case asks for the cause by itself."""
    unclear = field == "verdict" and finding.verdict is Verdict.UNDETERMINED and "cause" not in expected.given
    return f" ({finding.cause})" if unclear and finding.cause else ""


def _present(expected: Expected, found: Sequence[Finding]) -> Difference | None:
    there = next((each for each in found if all(agrees(expected, field, each) for field in expected.given)), None)
    if there is None:
        return None
    wanted, got = f"no finding {said(expected)}", shown(there)
    return Difference(f"expected {wanted}, found {got}", _who(there), wanted, got, *_concerned(there))


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
