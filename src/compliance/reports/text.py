"""The audit for a terminal: what could not be determined first, the summary last."""

from collections.abc import Iterator

from compliance.model.audit import Audit, TableAccount
from compliance.model.finding import Finding
from compliance.model.incident import Incident, State
from compliance.reports import counts, words
from compliance.reports.ink import ink
from compliance.reports.shown import Shown, by_id, select, state
from compliance.reports.view import View

PLACES = 3
"""How many rejected rows are named for a table."""

CAUSES = 8
"""How many causes are named for a rule that could not be determined."""

GONE = 20
"""How many incidents that are gone are named."""


def render(audit: Audit, view: View) -> str:
    """The audit as plain lines of about 100 columns; the last line is the summary."""
    shown = select(audit, view)
    blocks = (
        _head(audit, view),
        _unclear(audit, view),
        _tables(audit.tables, view),
        _incidents(audit, shown, view),
        _notes(audit, view),
        _changes(audit, view),
        [summary(audit)],
    )
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block) + "\n"


def summary(audit: Audit) -> str:
    """One line: findings by verdict, incidents by grade."""
    parts = (f"{count:,} {verdict.replace('_', ' ')}" for verdict, count in counts.verdicts(audit).items())
    graded = words.graded(counts.gravest(audit.incidents))
    return f"findings: {', '.join(parts)}; incidents: {graded}"


def _head(audit: Audit, view: View) -> Iterator[str]:
    yield ink(words.printable(audit.organisation), "strong", on=view.colour)
    yield f"period  {audit.period}"
    yield f"as of   {audit.as_of.isoformat(sep=' ', timespec='minutes')}"
    yield f"audit   {audit.id}, engine {audit.engine}"
    if view.filters:
        yield words.printable(view.sentence())


def _unclear(audit: Audit, view: View) -> Iterator[str]:
    rules = counts.unclear(audit)
    if not rules:
        yield "Everything could be determined."
        return
    total = words.plural(sum(rule.count for rule in rules), "finding")
    yield ink(f"Could not be determined: {total}. Nobody is blamed for these.", "strong", on=view.colour)
    for rule in rules:
        yield f"{rule.count:>8,}  {words.printable(words.title(audit, rule.rule))} ({rule.rule})"
        yield from (f"{count:>12,}  {words.printable(cause)}" for cause, count in rule.causes[:CAUSES])
        if rest := rule.causes[CAUSES:]:
            yield f"{sum(count for _, count in rest):>12,}  for {words.plural(len(rest), 'other cause')}"


def _tables(accounts: tuple[TableAccount, ...], view: View) -> Iterator[str]:
    if not accounts:
        return
    yield ink("Tables", "strong", on=view.colour)
    wide = max(len(account.table) for account in accounts)
    figures = [max(len(f"{getattr(a, name):,}") for a in accounts) for name in ("read", "accepted", "rejected")]
    for account in accounts:
        yield _sum(account, wide, figures)
        yield from (f"{count:>12,}  {words.printable(reason)}" for reason, count in counts.most_first(account.reasons))
        yield from (f"{'':>14}{words.printable(place)}" for place in account.rejects[:PLACES])
        if account.rejects and account.rejected > PLACES:
            yield f"{'':>14}and {account.rejected - PLACES:,} more"


def _sum(account: TableAccount, wide: int, figures: list[int]) -> str:
    read, accepted, rejected = figures
    line = (
        f"  {account.table:<{wide}}  {account.read:>{read},} read = {account.accepted:>{accepted},} accepted"
        f" + {account.rejected:>{rejected},} rejected"
    )
    also = [f"{account.repeated:,} repeated"] if account.repeated else []
    also += [words.plural(account.silent_days, "silent day")] if account.silent_days else []
    return f"{line}  ({', '.join(also)})" if also else line


def _incidents(audit: Audit, shown: Shown, view: View) -> Iterator[str]:
    yield ink(f"Incidents: {words.graded(counts.gravest(audit.incidents))}", "strong", on=view.colour)
    findings, whole = by_id(audit), counts.by_department(audit)
    for department, incidents in shown.by_department().items():
        yield f"\n  {words.printable(department)}: {words.graded(whole[department])}"
        yield from (_row(audit, incident, findings, view) for incident in incidents)
    if shown.left_out:
        yield f"\n  {words.plural(shown.left_out, 'more incident')} not shown, none graver than these"
    if view.filters and not shown.matching:
        yield "  none passes the filter"
    if told := len(counts.told(audit)):
        yield f"\n  {words.plural(told, 'breached finding')} told without raising an incident"


def _row(audit: Audit, incident: Incident, findings: dict[str, Finding], view: View) -> str:
    mine = [findings[key] for key in incident.findings if key in findings]
    more = f" (+{len(mine) - 1:,})" if len(mine) > 1 else ""
    known = "" if state(audit, incident) is State.NEW else f", {state(audit, incident)}"
    cells = (
        ink(f"{incident.grade:<11}", incident.grade, on=view.colour),
        f"{incident.id[:8]:<8}",
        f"{_who(audit, incident.responsible, 22):<22}",
        f"{_clip(words.title(audit, incident.rules[0]), 30):<30}",
        f"{_clip(where(mine[0]) if mine else '', 18):<18}",
        f"{words.printable(words.brief(mine[0]) if mine else '')}{more}{known}",
    )
    return "  " + "  ".join(cells)


def _who(audit: Audit, who: str | None, most: int) -> str:
    whole = words.printable(words.person(audit, who))
    known = audit.people.get(who) if who else None
    if len(whole) <= most or not known:
        return whole
    tail = f" ({words.printable(known.id)})"
    return _clip(known.name, max(8, most - len(tail))) + tail


def where(finding: Finding) -> str:
    """The finding's record, else its window: what tells it from its neighbours."""
    if finding.record:
        return f"{finding.record.table} {finding.record.key}"
    return str(finding.window) if finding.window else ""


def _clip(text: str, most: int) -> str:
    seen = words.printable(text)
    return seen if len(seen) <= most else seen[: most - 1] + "…"


def _notes(audit: Audit, view: View) -> Iterator[str]:
    if audit.notes:
        yield ink("Notes", "strong", on=view.colour)
        yield from (f"  {words.printable(note)}" for note in audit.notes)


def _changes(audit: Audit, view: View) -> Iterator[str]:
    if not (changes := audit.changes):
        return
    sizes = (f"{len(ids):,} {name}" for name, ids in (("new", changes.new), ("known", changes.known)))
    yield ink(f"Against the register: {', '.join(sizes)}, {len(changes.gone):,} gone", "strong", on=view.colour)
    yield from (f"  gone  {key}" for key in changes.gone[:GONE])
    if len(changes.gone) > GONE:
        yield f"  and {len(changes.gone) - GONE:,} more"
