"""How an audit stands: the exit status that tells a script what came of it."""

from collections.abc import Iterable
from enum import IntEnum

from compliance.model.audit import BUILT_IN, Audit, RuleAccount
from compliance.model.incident import Grade, State


class Exit(IntEnum):
    """The exit statuses of the command, a promise to scripts."""

    FINE = 0
    INCIDENT = 1
    USAGE = 2
    NOTHING_CHECKED = 3
    OUR_FAULT = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


def exit_status(audit: Audit, *, fail_on: Grade, strict: bool) -> Exit:
    """1 where an open incident is at least `fail_on`; else 3 where nothing could be checked; else 0.

    With `strict`, a single undetermined finding is enough for 3. What a report leaves out by a filter counts, what a
    baseline knows and what was closed does not.
    """
    known = frozenset(audit.baseline.incidents.known) if audit.baseline else frozenset[str]()
    new = (incident for incident in audit.incidents if incident.id not in known and not incident.closed)
    if any(incident.grade.rank >= fail_on.rank and incident.state is not State.GONE for incident in new):
        return Exit.INCIDENT
    if not _checked(audit.rules) or (strict and any(account.undetermined for account in audit.rules)):
        return Exit.NOTHING_CHECKED
    return Exit.FINE


def _checked(accounts: Iterable[RuleAccount]) -> bool:
    """Whether any obligation of a rule was met, breached, excused or is pending; what is built in is nobody's rule."""
    return any(
        account.met or account.breached or account.excused or account.pending
        for account in accounts
        if not account.rule.startswith(BUILT_IN)
    )
