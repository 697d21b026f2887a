"""What excuses a breach: the finding stays visible and counted, and nobody is graded for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from compliance.dossier import Dossier, Waiver
from compliance.judgement import surroundings
from compliance.judgement.cases import Case, when
from compliance.judgement.grading import because
from compliance.judgement.limits import breached_on
from compliance.judgement.rules import Rule
from compliance.model.finding import Finding, Verdict


def excused(case: Case, applied: Iterable[Rule]) -> Finding:
    """The leading finding as excused by these rules, with the reason and the entries that it rests on."""
    grounds = [because(rule, case) for rule in applied]
    entries = [entry for entry, refuted in surroundings.hindrances(case) if refuted is None]
    told = [f"{entry.value or entry.sort.replace('_', ' ')} ({entry.record.table} {entry.key})" for entry in entries]
    waiver = case.dossier.waived.get(case.lead.id)
    if waiver is not None:
        told.append(f"waiver {waiver.label}, approved by {case.dossier.namer.person(waiver.approver)}")
    return replace(
        case.lead,
        verdict=Verdict.EXCUSED,
        how=None,
        cause="; ".join([*grounds, *told]),
        evidence=(*case.lead.evidence, *(entry.record for entry in entries)),
    )


def considered(case: Case) -> tuple[str, ...]:
    """Which excuses were looked at and why none of them holds."""
    told = []
    for entry, refuted in surroundings.hindrances(case):
        what = entry.sort.replace("_", " ")
        told.append(f"{entry.record.table} {entry.key} names {_article(what)}: {refuted or 'it holds for a part only'}")
    waivers = (each for each in case.dossier.waivers if case.lead.rule in each.rule)
    told += [f"waiver {each.name} does not cover it: {_short_of(case, each)}" for each in waivers]
    return tuple(told) or ("no excuse and no waiver is on record",)


def _article(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def _short_of(case: Case, waiver: Waiver) -> str:
    """Why a waiver of the rule does not cover a breach."""
    day = _asked_on(case.lead)
    if waiver.bearer and case.lead.bearer not in waiver.bearer:
        return "it is for others"
    if day is None or not waiver.in_force(day):
        return f"it is in force {_span(waiver)}"
    if waiver.approved_by(case.lead.bearer) or waiver.approved_by(case.lead.responsible):
        return "nobody may waive the own breach"
    return f"its limit of {waiver.at_most} is used up"


def _span(waiver: Waiver) -> str:
    start = f"from {waiver.from_} " if waiver.from_ else ""
    return f"{start}to {waiver.to}" if waiver.to else f"{start}on"


def with_waivers(findings: Iterable[Finding], dossier: Dossier) -> Dossier:
    """The dossier with the waiver that covers each breach: the earliest breaches first, each by the first waiver.

    What another excuse holds for uses up no waiver.
    """
    if not dossier.waivers:
        return dossier
    used = [0] * len(dossier.waivers)
    covered: dict[str, Waiver] = {}
    for finding in sorted(findings, key=_order):
        covering = (at for at, waiver in enumerate(dossier.waivers) if _covers(waiver, finding, used[at]))
        place = next(covering, None)
        if place is not None:
            used[place] += 1
            covered[finding.id] = dossier.waivers[place]
    return replace(dossier, waived=covered)


def _order(finding: Finding) -> tuple[str, str]:
    start = when(finding)
    return start.isoformat() if start else "", finding.id


def _asked_on(finding: Finding) -> date | None:
    """The day on which a waiver must be in force: that on which it was due, else the window's first, else the act's."""
    if finding.due is not None:
        return breached_on(finding)
    start = when(finding)
    return start.date() if start else None


def _covers(waiver: Waiver, finding: Finding, used: int) -> bool:
    day = _asked_on(finding)
    return (
        finding.rule in waiver.rule
        and (not waiver.bearer or finding.bearer in waiver.bearer)
        and day is not None
        and waiver.in_force(day)
        and not waiver.approved_by(finding.bearer)
        and not waiver.approved_by(finding.responsible)
        and (waiver.at_most is None or used < waiver.at_most)
    )


def notes(dossier: Dossier, findings: Sequence[Finding]) -> Iterator[str]:
    """What became of each waiver: how many findings it covered, that it expired, and whom it names and nobody knows."""
    by_id: Mapping[str, Finding] = {each.id: each for each in findings}
    today, known = dossier.as_of.date(), {each.bearer for each in dossier.roster.appointments}
    for waiver in dossier.waivers:
        own = [key for key, each in dossier.waived.items() if each is waiver and by_id[key].verdict is Verdict.EXCUSED]
        most = f" of {waiver.at_most} at most" if waiver.at_most else ""
        told = f"covered {len(own)}{most}" if own else "covered nothing"
        state = f"; it expired on {waiver.to}" if waiver.to and waiver.to < today else ""
        strange = [who for who in (*waiver.bearer, waiver.approver) if known and who not in known]
        unknown = f"; it names {' and '.join(strange)}, whom the roster does not know" if strange else ""
        yield f"waiver {waiver.label} {told}{state}{unknown}"
