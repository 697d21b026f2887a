"""The bench: findings in, incidents out, with one judge or both on every distinct case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from types import TracebackType
from typing import Literal, NamedTuple, Self, TypeAlias

from compliance.dossier import Dossier
from compliance.judgement import excusing, plain, responsibility, supervision
from compliance.judgement.alike import Cell, Likeness
from compliance.judgement.cases import EMPTY, Case, Rulebook, consolidate
from compliance.judgement.durable import Applied, Child, Durable
from compliance.judgement.facts import facts
from compliance.judgement.faults import JudgesDisagree
from compliance.judgement.fields import Facts
from compliance.judgement.grading import because, graded
from compliance.judgement.incidents import Sentence, incident
from compliance.judgement.law import Law
from compliance.judgement.rules import Judgement, Rule, Stage
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Incident, Role, Step

Mode: TypeAlias = Literal["both", "durable", "plain"]
Applying: TypeAlias = list[tuple[Sequence[Rule], list[Case]]]


class Tally(NamedTuple):
    """How much was judged: cases, distinct ones, facts put into durable-rules, and facts accounted for."""

    cases: int = 0
    distinct: int = 0
    put: int = 0
    accounted: int = 0


class Judged(NamedTuple):
    """The findings with who answers and what is excused, the incidents, gravest first, and what is to be noted."""

    findings: tuple[Finding, ...]
    incidents: tuple[Incident, ...]
    notes: tuple[str, ...] = ()


def judge(
    findings: Sequence[Finding],
    rulebook: Rulebook,
    judgement: Judgement,
    dossier: Dossier = EMPTY,
    law: Law | None = None,
    *,
    mode: Mode = "both",
) -> Judged:
    """The findings with who answers for them, and the incidents that they make, gravest first."""
    with Bench(judgement, mode) as bench:
        return bench.judge(findings, rulebook, dossier, law)


class Bench:
    """The judges; as a context they get ready at once, so that they load while the findings are still being made."""

    def __init__(self, judgement: Judgement, mode: Mode = "both", *, child: Child | None = None) -> None:
        self._mode = mode
        self._judgement = judgement
        self._rules = {stage: judgement.of(stage) for stage in Stage}
        self._durable = {
            stage: Durable(rules, child) for stage, rules in self._rules.items() if rules and mode != "plain"
        }
        self._open = ExitStack()
        self._tally = Tally()

    def __enter__(self) -> Self:
        for durable in self._durable.values():
            self._open.enter_context(durable)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def judge(
        self, findings: Sequence[Finding], rulebook: Rulebook, dossier: Dossier = EMPTY, law: Law | None = None
    ) -> Judged:
        """The stages in their order: who answers, what excuses, what is judged together, how grave, what may follow."""
        dossier = replace(dossier, recurrence_months=self._judgement.recurrence_months(dossier.as_of.date()))
        weighed = [_harmed(finding, dossier) for finding in findings]
        told, asked = self._attributed(weighed, rulebook, dossier)
        dossier = excusing.with_waivers(filter(_breached, told), dossier)
        borne = [each for each in told if _breached(each) and rulebook[each.rule].raises_incidents]
        told = self._excused(told, rulebook, dossier)
        excused = frozenset(each.id for each in told if each.verdict is Verdict.EXCUSED)
        raising = [each for each in borne if each.id not in excused]
        sentences = self._sentenced(consolidate(borne, rulebook, dossier, excused), law)
        incidents = [
            incident(each, responsibility.chain(each.case, asked.get(each.case.lead.id, ())), law) for each in sentences
        ]
        incidents += self._supervised(raising, rulebook, dossier, law, incidents)
        ordered = tuple(sorted(incidents, key=_order))
        return Judged(told, ordered, (*dossier.notes, *excusing.notes(dossier, told)))

    @property
    def tally(self) -> Tally:
        """How much was judged until now."""
        put = sum(durable.put for durable in self._durable.values())
        accounted = sum(durable.accounted for durable in self._durable.values())
        return self._tally._replace(put=put, accounted=accounted)

    def _attributed(
        self, findings: Sequence[Finding], rulebook: Rulebook, dossier: Dossier
    ) -> tuple[tuple[Finding, ...], Mapping[str, frozenset[Role]]]:
        """All findings with who answers, and of each breach that another may answer for, in which roles."""
        told: dict[str, Finding] = {}
        asked: dict[str, frozenset[Role]] = {}
        for rules, group in self._judged(Stage.ATTRIBUTE, _alone(findings, rulebook, dossier)):
            if roles := responsibility.roles(rules):
                told |= {case.id: responsibility.answered(case, roles) for case in group}
                asked |= dict.fromkeys((case.id for case in group), roles)
        return tuple(told.get(each.id, each) for each in findings), asked

    def _excused(self, findings: tuple[Finding, ...], rulebook: Rulebook, dossier: Dossier) -> tuple[Finding, ...]:
        """All findings, those that an excuse holds for as excused."""
        if not dossier.circumstances and not dossier.waived:
            return findings
        by_id = {
            case.id: excusing.excused(case, rules)
            for rules, group in self._judged(Stage.EXCUSE, _alone(findings, rulebook, dossier))
            if rules
            for case in group
        }
        return tuple(by_id.get(each.id, each) for each in findings)

    def _sentenced(self, cases: Sequence[Case], law: Law | None) -> list[Sentence]:
        """Every case with the steps of its grade and the measure rules that apply to it."""
        stepped = [*self._graded(cases)]
        if law is None:
            return [Sentence(case, steps) for case, steps in stepped]
        steps_of = {case.id: steps for case, steps in stepped}
        whole = [replace(case, grade=steps[-1].end) for case, steps in stepped]
        return [
            Sentence(case, steps_of[case.id], tuple(rules))
            for rules, group in self._judged(Stage.MEASURE, whole)
            for case in group
        ]

    def _graded(self, cases: Sequence[Case]) -> Iterator[tuple[Case, tuple[Step, ...]]]:
        """Every case with its steps, by the values at the time of the act or now, whichever grade is milder."""
        then = chain.from_iterable(graded(group, rules) for rules, group in self._judged(Stage.GRADE, cases))
        if not self._judgement.dated:
            yield from then
            return
        today = [replace(case, judged_on=case.dossier.as_of.date()) for case in cases]
        now = chain.from_iterable(graded(group, rules) for rules, group in self._judged(Stage.GRADE, today))
        later = {case.id: (case, steps) for case, steps in now}
        for case, steps in then:
            milder = later[case.id][1][-1].end.rank < steps[-1].end.rank
            yield later[case.id] if milder else (case, steps)

    def _supervised(
        self,
        raising: Iterable[Finding],
        rulebook: Rulebook,
        dossier: Dossier,
        law: Law | None,
        incidents: Iterable[Incident],
    ) -> list[Incident]:
        """The incidents of heads whose people breach a rule systematically."""
        candidates = supervision.candidates(raising, rulebook, dossier)
        deriving = {
            case.id: (supervision.of_head(case), because(rule, case))
            for rules, group in self._judged(Stage.ATTRIBUTE, candidates)
            for rule in rules
            if rule.does.derive
            for case in group
        }
        by_finding = {finding: each for each in incidents for finding in each.findings}
        return [
            replace(
                incident(each, supervision.chain(each.case, deriving[each.case.id][1]), law),
                findings=(),
                derived_from=supervision.sources(each.case, by_finding),
            )
            for each in self._sentenced([case for case, _ in deriving.values()], law)
        ]

    def _judged(self, stage: Stage, cases: Sequence[Case]) -> Applying:
        """The rules of a stage that apply, with the cases that they apply to; cases alike are judged once."""
        rules = self._rules[stage]
        asked = Likeness(rules)
        alike: dict[tuple[Cell, ...], list[Case]] = {}
        for case in cases:
            alike.setdefault(asked.signature(case), []).append(case)
        self._tally = self._tally._replace(
            cases=self._tally.cases + len(cases), distinct=self._tally.distinct + len(alike)
        )
        applied = self._applied(stage, {group[0].id: facts(group[0], asked.fields) for group in alike.values()})
        return [([rule for rule in rules if rule.id in applied[group[0].id]], group) for group in alike.values()]

    def _applied(self, stage: Stage, cases: Mapping[str, Facts]) -> Mapping[str, frozenset[str]]:
        """The ids of the rules that apply, by the judges asked for; both must say the same."""
        rules, durable = self._rules[stage], self._durable.get(stage)
        if durable is None or not cases:
            return plain.applies(rules, cases)
        applied = durable.applies(cases)
        if self._mode == "both":
            _agreed(cases, applied, plain.applies(rules, cases))
        return applied


def _alone(findings: Iterable[Finding], rulebook: Rulebook, dossier: Dossier) -> list[Case]:
    """Each breach as a case of its own."""
    return [Case(each.id, rulebook[each.rule], (each,), dossier) for each in findings if _breached(each)]


def _harmed(finding: Finding, dossier: Dossier) -> Finding:
    """A breach with the damage that the circumstances record."""
    if not _breached(finding) or not dossier.circumstances:
        return finding
    amounts = [each.amount for each in dossier.concerning(finding) if each.sort == "harm" and each.amount is not None]
    return replace(finding, harm=sum(amounts[1:], amounts[0])) if amounts else finding


def _agreed(cases: Mapping[str, Facts], durable: Applied, second: Applied) -> None:
    for case, values in cases.items():
        if durable[case] != second[case]:
            raise JudgesDisagree(case, values, durable[case], second[case])


def _breached(finding: Finding) -> bool:
    return finding.verdict is Verdict.BREACHED


def _order(incident: Incident) -> tuple[int, str, str, str, str]:
    """The gravest first; of equal ones what lapses first."""
    last = incident.limitation.last_day
    return (
        -incident.grade.rank,
        last.isoformat() if last else "9",
        incident.department or "",
        incident.responsible or "",
        incident.id,
    )
