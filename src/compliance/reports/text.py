"""The audit for a terminal: what could not be determined first, the summary last."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice

from compliance.model.audit import Audit, TableAccount
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Incident, State
from compliance.model.printable import printable
from compliance.reports import counts, words
from compliance.reports.ink import ink
from compliance.reports.ledger import HEADS, entries, notes
from compliance.reports.rows import Row, lines, person, where
from compliance.reports.shown import LIMIT, Shown, by_id, select, state
from compliance.reports.summary import NOTHING, examined
from compliance.reports.view import View

PLACES = 3
"""How many rejected rows are named for a table."""

CAUSES = 8
"""How many causes are named for a rule that could not be determined."""

EXCUSES = 100
"""How many excused findings are named."""

ENDS = 3
"""How many last days to act are named."""

GONE = 20
"""How many incidents that are gone are named."""


def render(audit: Audit, view: View) -> str:
    """The audit as plain lines, cut to the width of a terminal where there is one; the last line is the summary."""
    shown = select(audit, view)
    blocks = (
        _head(audit, view),
        _unclear(audit, view),
        _tables(audit.tables, view),
        _rules(audit, view),
        _incidents(audit, shown, view),
        _excused(audit, view),
        _kept(audit, view),
        _notes(audit, view),
        _changes(audit, view),
        _baseline(audit, view),
        [summary(audit)],
    )
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block) + "\n"


def summary(audit: Audit) -> str:
    """One line: findings by verdict, incidents by grade."""
    parts = (f"{count:,} {verdict.replace('_', ' ')}" for verdict, count in counts.verdicts(audit).items())
    graded = words.graded(counts.gravest(audit.incidents))
    return f"findings: {', '.join(parts)}; incidents: {graded}"


def _head(audit: Audit, view: View) -> Iterator[str]:
    yield ink(printable(audit.organisation), "strong", on=view.colour)
    yield f"period  {audit.period}"
    yield f"as of   {audit.as_of.isoformat(sep=' ', timespec='minutes')}"
    yield f"audit   {audit.id}, engine {audit.engine}"
    if view.filters:
        yield printable(view.sentence())


def _unclear(audit: Audit, view: View) -> Iterator[str]:
    rules = counts.unclear(audit)
    if not rules:
        yield "Everything could be determined." if examined(audit) else NOTHING
        return
    listed = [rule for rule in rules if view.rule in (None, rule.rule)]
    total = words.plural(sum(rule.count for rule in rules), "finding")
    yield ink(f"Could not be determined: {total}. Nobody is blamed for these.", "strong", on=view.colour)
    for rule in listed:
        yield f"{rule.count:>8,}  {printable(words.title(audit, rule.rule))} ({rule.rule})"
        yield from (f"{count:>12,}  {printable(cause)}" for cause, count in rule.causes[:CAUSES])
        if rest := rule.causes[CAUSES:]:
            yield f"{sum(count for _, count in rest):>12,}  for {words.plural(len(rest), 'other cause')}"
    if others := sum(rule.count for rule in rules) - sum(rule.count for rule in listed):
        yield f"{others:>8,}  of other rules, not listed"


def _tables(accounts: tuple[TableAccount, ...], view: View) -> Iterator[str]:
    if not accounts:
        return
    yield ink("Tables", "strong", on=view.colour)
    wide = max(len(account.table) for account in accounts)
    figures = [max(len(f"{getattr(a, name):,}") for a in accounts) for name in ("read", "accepted", "rejected")]
    for account in accounts:
        yield _sum(account, wide, figures)
        yield from (f"{count:>12,}  {printable(reason)}" for reason, count in counts.most_first(account.reasons))
        yield from (f"{'':>14}{printable(place)}" for place in account.rejects[:PLACES])
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


def _rules(audit: Audit, view: View) -> Iterator[str]:
    rows = entries(audit)
    if not rows:
        return
    yield ink("Rules", "strong", on=view.colour)
    wide = max(len("rule"), *(len(row.rule) for row in rows))
    figures = [max(len(head), *(len(row.cells[n]) for row in rows)) for n, head in enumerate(HEADS)]
    for rule, cells, remark in (("rule", HEADS, ""), *((row.rule, row.cells, row.remark) for row in rows)):
        columns = "  ".join(f"{cell:>{size}}" for cell, size in zip(cells, figures, strict=True))
        yield f"  {rule:<{wide}}  {columns}" + (f"  {remark}" if remark else "")


def _incidents(audit: Audit, shown: Shown, view: View) -> Iterator[str]:
    yield ink(f"Incidents: {words.graded(counts.gravest(audit.incidents))}", "strong", on=view.colour)
    findings, whole = by_id(audit), counts.by_department(audit)
    rows = iter(lines([_row(audit, incident, findings) for incident in shown.in_groups()], view))
    for department, incidents in shown.by_department().items():
        yield f"\n  {printable(department)}: {words.graded(whole[department])}"
        yield from islice(rows, len(incidents))
    if shown.left_out:
        more = "more incident" if shown.incidents else "incident"
        gravest = ", none graver than these" if shown.incidents else ""
        yield f"\n  {words.plural(shown.left_out, more)} not shown{gravest}"
    if view.filters and not shown.matching:
        yield "  none passes the filter"
    if ends := _ends(audit):
        yield f"\n  Last day to act: {ends}"
    if unheard := sum(not incident.final for incident in audit.incidents):
        yield f"\n  No grade is final yet for {words.plural(unheard, 'incident')}: who answers was not heard"
    if told := len(counts.told(audit)):
        yield f"\n  {words.plural(told, 'breached finding')} told without raising an incident"


def _ends(audit: Audit) -> str:
    """The nearest last days to act, each with how many incidents it is for; empty where no law sets one."""
    limits = (incident.limitation for incident in audit.incidents)
    days = sorted(Counter(each.last_day for each in limits if each.last_day and not each.expired).items())
    told = [f"{day} for {words.plural(count, 'incident')}" for day, count in days[:ENDS]]
    later = sum(count for _, count in days[ENDS:])
    return ", ".join([*told, f"later for {later:,}"] if later else told)


def _row(audit: Audit, incident: Incident, findings: dict[str, Finding]) -> Row:
    mine = [findings[key] for key in incident.findings if key in findings]
    more = f" (+{len(mine) - 1:,})" if len(mine) > 1 else ""
    known = "" if state(audit, incident) is State.NEW else f", {state(audit, incident)}"
    if audit.baseline and audit.baseline.knows(incident.id):
        known = f"{known}, in the baseline"
    known = f"{known}, closed" if incident.closed else known
    late = ", no sanction possible" if incident.limitation.expired else ""
    return Row(
        incident.grade,
        incident.id,
        person(audit, incident.responsible),
        words.of_incident(audit, incident),
        where(mine[0]) if mine else "",
        f"{printable(words.brief(mine[0]) if mine else '')}{more}{known}{late}",
    )


def _excused(audit: Audit, view: View) -> Iterator[str]:
    """What was breached with a reason that excuses it, each with the reason."""
    every = [finding for finding in audit.findings if finding.verdict is Verdict.EXCUSED]
    if not every:
        return
    yield ink(f"Excused: {words.plural(len(every), 'finding')}", "strong", on=view.colour)
    admitted = [finding for finding in every if view.admits(finding)]
    for finding in admitted[:EXCUSES]:
        told = f"{person(audit, finding.bearer)}  {words.title(audit, finding.rule)}, {where(finding)}"
        yield f"  {finding.id[:8]}  {printable(told)}"
        yield f"            {printable(finding.cause or '')}"
    if left_out := len(admitted) - len(admitted[:EXCUSES]):
        yield f"  and {left_out:,} more"


def _kept(audit: Audit, view: View) -> Iterator[str]:
    """What was met or not owed, where the audit was asked to keep that."""
    every = counts.kept(audit)
    if not every:
        return
    yield ink(f"Met or not owed: {words.plural(len(every), 'finding')}", "strong", on=view.colour)
    admitted = [finding for finding in every if view.admits(finding)]
    shown = admitted[: LIMIT if view.limit is None else view.limit]
    rows = iter(lines([_kept_row(audit, finding) for finding in shown], view))
    for rule, group in groupby(shown, key=lambda finding: finding.rule):
        yield f"\n  {printable(words.title(audit, rule))} ({rule})"
        yield from islice(rows, len(list(group)))
    if left_out := len(admitted) - len(shown):
        yield f"\n  {words.plural(left_out, 'more finding' if shown else 'finding')} not shown"
    if not admitted:
        yield "  none passes the filter"


def _kept_row(audit: Audit, finding: Finding) -> Row:
    met = finding.verdict is Verdict.MET
    said = printable(finding.cause or (words.brief(finding) if finding.measured is not None else ""))
    return Row("met" if met else "not owed", finding.id, person(audit, finding.bearer), "", where(finding), said)


def _notes(audit: Audit, view: View) -> Iterator[str]:
    if told := notes(audit):
        yield ink("Notes", "strong", on=view.colour)
        yield from (f"  {printable(note)}" for note in told)


def _changes(audit: Audit, view: View) -> Iterator[str]:
    if not (changes := audit.changes):
        return
    sizes = (f"{len(ids):,} {name}" for name, ids in (("new", changes.new), ("known", changes.known)))
    yield ink(f"Against the register: {', '.join(sizes)}, {len(changes.gone):,} gone", "strong", on=view.colour)
    yield from (f"  gone  {key}" for key in changes.gone[:GONE])
    if len(changes.gone) > GONE:
        yield f"  and {len(changes.gone) - GONE:,} more"


def _baseline(audit: Audit, view: View) -> Iterator[str]:
    if not (baseline := audit.baseline):
        return
    yield ink(baseline.sentence(), "strong", on=view.colour)
    for gone in baseline.gone[:GONE]:
        told = printable(gone.message or words.title(audit, gone.rule))
        yield f"  gone  {gone.id[:8]}  {printable(gone.bearer or '')}  {told}"
    if len(baseline.gone) > GONE:
        yield f"  and {len(baseline.gone) - GONE:,} more"
