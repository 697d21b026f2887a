"""Words and figures as every report for people writes them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from compliance.model.audit import Audit
from compliance.model.finding import Finding, How, Number, Verdict, Window
from compliance.model.incident import Grade, Incident

WAYS = {
    How.MISSING: "missing",
    How.LATE: "late",
    How.SHORT: "too little",
    How.OVER: "too much",
    How.FORBIDDEN: "not allowed",
    How.FALSE: "condition not satisfied",
    How.RATIFIED_LATE: "what it needed came only afterwards",
    How.PARTIAL: "done in part",
    How.GAP: "gap too long",
    How.OUT_OF_ORDER: "out of order",
    How.DIFFERS: "differs from the records",
}


def plural(count: int, noun: str) -> str:
    """`1 incident`, `1,204 incidents`."""
    ending = "" if count == 1 else "s"
    return f"{count:,} {noun}{ending}"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def digits(number: Number) -> str:
    """The number exactly, without trailing zeros: every renderer's figures agree, whatever scale an engine gave."""
    exact = Decimal(number)
    if not exact.is_finite():
        raise ValueError(f"a finding's figure must be finite, not {number}")
    if not exact:
        return "0"
    if not -40 < exact.adjusted() < 40:  # noqa: PLR2004 beyond this nobody counts zeros
        return str(exact)
    plain = format(exact, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def figure(number: Number) -> str:
    """The number for a reader: thousands apart, at most four decimal places."""
    exact = Decimal(number)
    if exact.adjusted() > 20:  # noqa: PLR2004 rounding needs digits to spare
        return digits(exact)
    return format(Decimal(digits(round(exact, 4))), ",f")


def day(moment: date) -> str:
    """`2 March 2026`."""
    return f"{moment.day} {moment:%B %Y}"


def instant(moment: datetime) -> str:
    """`2 March 2026, 09:30`; a midnight as the bare day."""
    return day(moment) if moment.time() == time.min else f"{day(moment)}, {moment:%H:%M}"


def due(moment: datetime) -> str:
    """The end of a day is the next 00:00, and a person calls it by the day that ends."""
    return day(moment - timedelta(days=1)) if moment.time() == time.min else instant(moment)


def span(window: Window) -> str:
    """A day as `2 March 2026`, a whole month as `March 2026`, anything else from its first to its last day."""
    if window.start.time() != time.min or window.end.time() != time.min:
        return f"{instant(window.start)} to {instant(window.end)}"
    first, last = window.start.date(), (window.end - timedelta(days=1)).date()
    if first >= last:
        return day(first)
    if first.day == 1 and (last + timedelta(days=1)) == (first.replace(day=28) + timedelta(days=4)).replace(day=1):
        return f"{first:%B %Y}"
    return f"{day(first)} to {day(last)}"


def person(audit: Audit, who: str | None) -> str:
    """`Anna Petrova (e-17)`, the id alone for whoever is not on the roster."""
    if who is None:
        return "nobody named"
    known = audit.people.get(who)
    return f"{known.name} ({who})" if known and known.name != who else who


def title(audit: Audit, rule: str) -> str:
    """The rule's title, or its id where the rulebook has none (built-in findings)."""
    info = audit.rulebook.get(rule)
    return info.title if info else rule


def of_incident(audit: Audit, incident: Incident) -> str:
    """What an incident is about: the title of its leading rule, or the supervision of those who breached it."""
    named = title(audit, incident.rules[0])
    return f"supervision: {named}" if incident.derived_from else named


def brief(finding: Finding) -> str:
    """The breach in a few words: `28 of 30`, `2 days late`, `not allowed`."""
    way = ways(finding.how, finding.verdict)
    if finding.measured is not None and finding.required is not None:
        way = compared(finding.measured, finding.required, finding.how)
    if not finding.days_late:
        return way
    late = f"{plural(finding.days_late, 'day')} late"
    return late if finding.how is How.LATE and finding.measured is None else f"{way}, {late}"


def ways(how: How | None, verdict: Verdict) -> str:
    """The way of a breach in words; without one, the verdict."""
    return WAYS[how] if how else verdict.replace("_", " ")


def compared(measured: Number, required: Number, how: How | None) -> str:
    """`28 of 30` for what fell short, else `12 against 10`; in full where rounding would hide the difference."""
    word = "of" if how in (How.SHORT, How.PARTIAL, How.MISSING, How.LATE) else "against"
    pair = figure(measured), figure(required)
    if pair[0] == pair[1] and measured != required:
        pair = digits(measured), digits(required)
    return f"{pair[0]} {word} {pair[1]}"


def graded(gravest: list[tuple[Grade, int]]) -> str:
    """`1 critical, 2 serious`; `none` where there is nothing to count."""
    return ", ".join(f"{count:,} {grade}" for grade, count in gravest) or "none"
