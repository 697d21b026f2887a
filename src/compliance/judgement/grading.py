"""How the rules that apply to a case become a grade, step by step.

The grade starts at the severity of the leading rule. Raises and lowers are added up, in the order of their factors,
then floors lift it, then caps hold it down; so no order of rules or findings changes it. Beyond the gravest and the
least grade the sum goes on unseen: a raise above `critical` still outweighs one lower. Each rule that applies leaves
its step, also where it moved nothing, and each step begins where the one before it ended.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from string import Formatter
from typing import TypeAlias

from compliance.judgement import surroundings
from compliance.judgement.cases import Case
from compliance.judgement.facts import READERS
from compliance.judgement.fields import FIELDS, shown
from compliance.judgement.rules import Rule, rank
from compliance.model.incident import GRADES, Grade, Step

_TOP = len(GRADES) - 1
Move: TypeAlias = tuple[Rule, Grade, Grade]


def graded(cases: Iterable[Case], applied: Sequence[Rule]) -> Iterator[tuple[Case, tuple[Step, ...]]]:
    """Each of these cases, to which the same rules apply, with the steps from its rule's severity to its grade."""
    paths = {severity: moves(severity, applied) for severity in GRADES}
    for case in cases:
        yield case, steps(case, paths[case.severity])


def steps(case: Case, path: Iterable[Move]) -> tuple[Step, ...]:
    """The moves of a case as steps, each with its reason; the first tells where the grade starts."""
    severity = case.severity
    first = Step("severity", severity, severity, _begins(case))
    return first, *[Step(str(rule.factor), start, end, because(rule, case)) for rule, start, end in path]


def _begins(case: Case) -> str:
    """What the first step says: the rule, and the day whose severity or judgement is milder, where it matters."""
    told = f"set by rule {case.info.id}"
    if case.info.severities and case.info.severity_on(surroundings.acted(case)) != case.severity:
        told += f", as the rule is on {case.dossier.as_of.date()}, which is milder than at the time of the act"
    if case.judged_on is not None:
        told += f"; graded by the values in force on {case.judged_on}, which are milder than at the time of the act"
    return told


def moves(severity: Grade, applied: Iterable[Rule]) -> tuple[Move, ...]:
    """Each rule with the grades that it moves from and to."""
    made: list[Move] = []
    reached, grade = severity.rank, severity
    for rule in sorted(applied, key=_turn):
        reached = _moved(rule, reached)
        start, grade = grade, GRADES[max(0, min(_TOP, reached))]
        made.append((rule, start, grade))
    return tuple(made)


def _turn(rule: Rule) -> tuple[int, int, str]:
    """Raises and lowers first, then floors, then caps; in each the order of factors, then of ids."""
    does = rule.does
    group = 2 if does.cap else 1 if does.floor else 0
    return group, rank(rule.factor) if rule.factor else 0, rule.id


def _moved(rule: Rule, reached: int) -> int:
    does = rule.does
    if does.floor:
        return max(reached, does.floor.rank)
    if does.cap:
        return min(reached, does.cap.rank)
    return reached + (does.raise_by or 0) - (does.lower or 0)


def because(rule: Rule, case: Case) -> str:
    """The rule's reason, with the facts of the case in it."""
    return "".join([text + (_told(name, case) if name else "") for text, name in _pieces(rule.because)])


@cache
def _pieces(text: str) -> tuple[tuple[str, str | None], ...]:
    """A text cut at its placeholders: each piece with the field that follows it."""
    return tuple((piece, name) for piece, name, _, _ in Formatter().parse(text))


def _told(name: str, case: Case) -> str:
    field = FIELDS[name]
    if field.known and not READERS[field.known](case):
        return "an unknown part"
    return shown(field, READERS[name](case))
