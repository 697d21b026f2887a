"""The bench: findings in, incidents out, with one judge or both on every distinct case."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Literal, Self, TypeAlias

from compliance.judgement import plain
from compliance.judgement.alike import Cell, Likeness
from compliance.judgement.cases import Case, Rulebook, consolidate
from compliance.judgement.durable import Applied, Child, Durable
from compliance.judgement.facts import facts
from compliance.judgement.faults import JudgesDisagree
from compliance.judgement.fields import Facts
from compliance.judgement.grading import graded
from compliance.judgement.responsibility import answered, answers
from compliance.judgement.rules import Judgement, Rule, Stage
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Incident, Step

Mode: TypeAlias = Literal["both", "durable", "plain"]
Judged: TypeAlias = tuple[tuple[Finding, ...], tuple[Incident, ...]]


def judge(findings: Sequence[Finding], rulebook: Rulebook, judgement: Judgement, *, mode: Mode = "both") -> Judged:
    """The findings with who answers for them, and the incidents that they make, gravest first."""
    with Bench(judgement, mode) as bench:
        return bench.judge(findings, rulebook)


class Bench:
    """The judges; as a context they get ready at once, so that they load while the findings are still being made."""

    def __init__(self, judgement: Judgement, mode: Mode = "both", *, child: Child | None = None) -> None:
        self._mode = mode
        self._rules = {stage: judgement.of(stage) for stage in Stage}
        self._durable = {
            stage: Durable(rules, child) for stage, rules in self._rules.items() if rules and mode != "plain"
        }
        self._open = ExitStack()

    def __enter__(self) -> Self:
        for durable in self._durable.values():
            self._open.enter_context(durable)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def judge(self, findings: Sequence[Finding], rulebook: Rulebook) -> Judged:
        """The findings with who answers for them, and the incidents that they make, gravest first."""
        answered = self._attributed(findings, rulebook)
        raising = (finding for finding in answered if _breached(finding) and rulebook[finding.rule].raises_incidents)
        alike = self._judged(Stage.GRADE, consolidate(raising, rulebook))
        incidents = [_incident(case, steps) for rules, cases in alike for case, steps in graded(cases, rules)]
        return answered, tuple(sorted(incidents, key=_order))

    def _attributed(self, findings: Sequence[Finding], rulebook: Rulebook) -> tuple[Finding, ...]:
        """All findings, the breached ones with who answers for them."""
        cases = [Case(finding.id, rulebook[finding.rule], (finding,)) for finding in findings if _breached(finding)]
        alike = self._judged(Stage.ATTRIBUTE, cases)
        who = {case.id: person for rules, group in alike for case, person in answers(group, rules)}
        return tuple(answered(finding, who[finding.id]) if finding.id in who else finding for finding in findings)

    def _judged(self, stage: Stage, cases: Sequence[Case]) -> list[tuple[Sequence[Rule], list[Case]]]:
        """The rules of a stage that apply, with the cases that they apply to; cases alike are judged once."""
        rules = self._rules[stage]
        asked = Likeness(rules)
        alike: dict[tuple[Cell, ...], list[Case]] = {}
        for case in cases:
            alike.setdefault(asked.signature(case), []).append(case)
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


def _agreed(cases: Mapping[str, Facts], durable: Applied, second: Applied) -> None:
    for case, values in cases.items():
        if durable[case] != second[case]:
            raise JudgesDisagree(case, values, durable[case], second[case])


def _breached(finding: Finding) -> bool:
    return finding.verdict is Verdict.BREACHED


def _incident(case: Case, steps: tuple[Step, ...]) -> Incident:
    others = {finding.rule for finding in case.findings} - {case.info.id}
    return Incident(
        id=case.id,
        rules=(case.info.id, *sorted(others)),
        grade=steps[-1].end,
        severity=case.info.severity,
        responsible=case.lead.responsible,
        department=case.lead.department,
        findings=tuple([finding.id for finding in case.findings]),
        steps=steps,
    )


def _order(incident: Incident) -> tuple[int, str, str, str]:
    return -incident.grade.rank, incident.department or "", incident.responsible or "", incident.id
