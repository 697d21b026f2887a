"""Who answers for a breach: a chain from the bearer to the last one whom an attribute rule names.

The assessment says who is responsible by the roster: the bearer, or the deputy in force; where it names nobody, nobody
answers, and no incident is raised. Every step keeps its reason and the record that it rests on.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, TypeAlias

from compliance.judgement import surroundings
from compliance.judgement.cases import Case, when
from compliance.judgement.rules import Rule
from compliance.model.finding import Finding, RecordRef
from compliance.model.incident import Link, Role

Chain: TypeAlias = tuple[Link, ...]
DEPUTIES: Final = "deputies"


def roles(applied: Iterable[Rule]) -> frozenset[Role]:
    """The roles, beside the bearer's, in which somebody answers by the rules that apply."""
    return frozenset(rule.does.responsible for rule in applied if rule.does.responsible is not None) - {Role.BEARER}


def chain(case: Case, asked: Container[Role]) -> Chain:
    """From who owed to who answers."""
    links = (link(case) for role, link in _LINKS.items() if role in asked)
    return (_bearer(case), *(link for link in links if link is not None))


def answered(case: Case, asked: Container[Role]) -> Finding:
    """The leading finding with the person who answers, and why where that is not the bearer."""
    finding, last = case.lead, chain(case, asked)[-1]
    if last.role is Role.BEARER:
        return finding
    because = finding.because if last.role is Role.DEPUTY else last.because
    return replace(finding, responsible=last.person, because=because)


def _bearer(case: Case) -> Link:
    name = case.dossier.namer.person(case.lead.bearer)
    return Link(Role.BEARER, case.lead.bearer, f"{name} owed this")


def _deputy(case: Case) -> Link | None:
    lead = case.lead
    if not surroundings.deputised(lead):
        return None
    namer = case.dossier.namer
    because = f"{namer.person(lead.responsible)} stood in for {namer.person(lead.bearer)} when this was due"
    return Link(Role.DEPUTY, lead.responsible, because, _order_of(case))


def _order_of(case: Case) -> RecordRef | None:
    """The order by which the first deputy of the bearer stood in when this was due."""
    moment = case.lead.due or when(case.lead)
    if moment is None:
        return None
    day = (moment - timedelta(microseconds=1)).date() if case.lead.due else moment.date()
    rows = (row for row in case.dossier.roster.deputies if row.absent == case.lead.bearer)
    there = [row for row in rows if row.since <= day < row.until]
    there.sort(key=lambda row: (row.deputy == case.lead.responsible, row.since, row.record))
    return RecordRef(DEPUTIES, there[-1].record) if there else None


def _obtainer(case: Case) -> Link | None:
    found = case.dossier.unsigned.get(case.lead.id)
    return Link(Role.OBTAINER, found.who, found.because) if found is not None else None


def _orderer(case: Case) -> Link | None:
    entry = surroundings.order(case)
    if entry is None:
        return None
    because = f"{case.dossier.namer.person(entry.value)} ordered the act"
    return Link(Role.ORDERER, entry.value, because, entry.record)


# In the order in which they follow one another.
_LINKS: Mapping[Role, Callable[[Case], Link | None]] = {
    Role.DEPUTY: _deputy,
    Role.OBTAINER: _obtainer,
    Role.ORDERER: _orderer,
}
