"""Who answers for a breach: the bearer, unless an attribute rule or the assessment names another.

The assessment says who is responsible; where it names nobody, nobody answers, and no incident is raised.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from compliance.judgement.cases import Case
from compliance.judgement.rules import Role, Rule
from compliance.model.finding import Finding

# Whoever stands first is asked first.
_PEOPLE: Mapping[Role, Callable[[Finding], str | None]] = {
    Role.BEARER: lambda finding: finding.responsible,
}


def answers(cases: Iterable[Case], applied: Iterable[Rule]) -> Iterator[tuple[Case, str | None]]:
    """Each of these cases with the person who answers, by the rules that apply."""
    roles = {rule.does.responsible for rule in applied} | {Role.BEARER}
    asked = [person for role, person in _PEOPLE.items() if role in roles]
    for case in cases:
        yield case, next(filter(None, (person(case.lead) for person in asked)), None)


def answered(finding: Finding, person: str | None) -> Finding:
    """The finding with the person who answers."""
    return finding if finding.responsible == person else replace(finding, responsible=person)
