"""What became of each rule, so that a rule which looked at nothing is seen; and what rests on assumed values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from compliance.model.audit import Audit, RuleAccount
from compliance.model.finding import Finding, Verdict

HEADS = ("met", "breached", "excused", "pending", "undetermined", "not owed")
"""The columns of a table of rules, in the order of the verdicts."""

NONE = "\N{EN DASH}"
"""Stands under *met* for a prohibition: what is not forbidden is no record of it."""


_AT_ONCE = {"condition", "limit", "prohibition"}
_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule's row: its id, a cell for each of `HEADS`, and a remark where all of them are empty."""

    rule: str
    cells: tuple[str, ...]
    remark: str


def entries(audit: Audit) -> tuple[Entry, ...]:
    """A row for each rule that ran."""
    return tuple(_entry(account, _kind(audit, account.rule)) for account in audit.rules)


def notes(audit: Audit) -> tuple[str, ...]:
    """The audit's own notes, and a line for each parameter that nobody's document gives a value."""
    return (*audit.notes, *_assumed(audit))


def assumed(audit: Audit, rule: str) -> tuple[str, ...]:
    """The parameters of the rule whose values are only assumed at some time of the audited period."""
    info = audit.rulebook.get(rule)
    return info.assumed_between(*audit.period.days) if info else ()


def assumed_by(audit: Audit, finding: Finding) -> tuple[str, ...]:
    """The parameters that a finding rests on and that were only assumed then.

    A rule that judges later than what it goes by, as a response does, may rest on a value of up to a year before.
    """
    info = audit.rulebook.get(finding.rule)
    if info is None or not info.assumed:
        return ()
    if finding.window:
        return info.assumed_between(*finding.window.days)
    last = finding.at.date() if finding.at else audit.period.days[1]
    return info.assumed_between(last if info.kind in _AT_ONCE else last - _A_YEAR, last)


def _assumed(audit: Audit) -> Iterator[str]:
    users: dict[str, list[str]] = {}
    for info in audit.rulebook.values():
        for name in assumed(audit, info.id):
            users.setdefault(name, []).append(info.id)
    for name, rules in sorted(users.items()):
        yield f"parameter {name} is assumed: the document gives no value ({', '.join(sorted(rules))})"


def _kind(audit: Audit, rule: str) -> str:
    info = audit.rulebook.get(rule)
    return info.kind if info else ""


def _entry(account: RuleAccount, kind: str) -> Entry:
    counts = [getattr(account, verdict) for verdict in Verdict]
    cells = [f"{count:,}" for count in counts]
    if kind == "prohibition" and not account.met:
        cells[0] = NONE
    return Entry(account.rule, tuple(cells), "" if any(counts) else _remark(kind))


def _remark(kind: str) -> str:
    """A prohibition or a built-in rule counts breaches only: without any, that is all that can be said."""
    return "nothing of the kind found" if kind in {"prohibition", "built-in"} else "looked at nothing"
