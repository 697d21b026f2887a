"""The audit in plain words, for whoever reads one paragraph only."""

from compliance.model.audit import Audit
from compliance.model.finding import Verdict
from compliance.reports import counts, words

NOTHING = "Nothing was owed in this period, as far as the rules and records tell."


def sentences(audit: Audit) -> tuple[str, ...]:
    """What was examined, what came of it, and what stays open."""
    said = (_examined(audit), _incidents(audit), _open(audit), _unclear(audit))
    return tuple(sentence for sentence in said if sentence)


def examined(audit: Audit) -> int:
    """How many obligations were owed: all but those that did not apply."""
    return sum(count for verdict, count in counts.verdicts(audit).items() if verdict is not Verdict.NOT_APPLICABLE)


def _examined(audit: Audit) -> str:
    total, found = examined(audit), counts.verdicts(audit)
    if not total:
        return NOTHING
    met, breached = found[Verdict.MET], found[Verdict.BREACHED]
    return f"Of {words.plural(total, 'obligation')} examined, {met:,} {_were(met)} met and {breached:,} breached."


def _incidents(audit: Audit) -> str:
    if not audit.incidents:
        return "No incident was raised."
    graded = words.listed([f"{count:,} {grade}" for grade, count in counts.gravest(audit.incidents)])
    come = "These come to" if len(audit.incidents) > 1 else "This comes to"
    return f"{come} {words.plural(len(audit.incidents), 'incident')}: {graded}."


def _open(audit: Audit) -> str:
    found = counts.verdicts(audit)
    excused, pending = found[Verdict.EXCUSED], found[Verdict.PENDING]
    parts = [f"{excused:,} {_were(excused)} excused"] if excused else []
    parts += [f"{pending:,} {'is' if pending == 1 else 'are'} still running"] if pending else []
    return f"{words.listed(parts)}." if parts else ""


def _unclear(audit: Audit) -> str:
    count = counts.verdicts(audit)[Verdict.UNDETERMINED]
    if not count:
        return "Everything else could be determined." if examined(audit) else ""
    what = "it" if count == 1 else "them"
    return f"{count:,} could not be determined, because records are missing or unreadable; nobody is blamed for {what}."


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
