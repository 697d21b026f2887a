"""Scoring: every mutant of every rule against the rule's cases, on all cores."""

import multiprocessing
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from compliance.rulebook.loading import CASES, PARAMETERS
from compliance.ruletest.gathering import CaseSet
from compliance.ruletest.mutation.making import mutants
from compliance.ruletest.mutation.model import Mutant, Score, Survivor, Tree
from compliance.ruletest.mutation.sides import sides
from compliance.ruletest.mutation.trying import Stand, tried
from compliance.ruletest.parallel import ready
from compliance.ruletest.running import Prepared
from compliance.yamldoc import load
from compliance.yamldoc.nodes import plain

_SURVIVES = re.compile(r"^#\s*survives:\s*(.+?)\s+because\s+(.+?)\s*$", re.MULTILINE)


class By(Enum):
    """What mutants are made of a rule: small changes, or both sides of its conditions and bounds."""

    CHANGES = "changes"
    SIDES = "sides"


@dataclass(frozen=True)
class Job:
    """A rule to be scored, by each of these sorts of mutants."""

    cases: CaseSet
    rule: str
    by: tuple[By, ...] = (By.CHANGES,)


def score_all(sets: Sequence[CaseSet], rule: str | None = None, *, by_sides: bool = False) -> tuple[Score, ...]:
    """The score of every rule that the cases are about, or of one; the order stays."""
    by = By.SIDES if by_sides else By.CHANGES
    return tuple(score for (score,) in measure_all(sets, rule, by=(by,)))


def measure_all(
    sets: Sequence[CaseSet], rule: str | None = None, *, by: tuple[By, ...] = (By.CHANGES, By.SIDES)
) -> tuple[tuple[Score, ...], ...]:
    """For every rule, or one, a score by each sort of mutants, all tried together."""
    jobs = [Job(cases, name, by) for cases in sets for name in cases.rules if rule in {None, name}]
    if len(jobs) == 1:
        return (scored(jobs[0]),)
    pool = ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=ready)
    try:
        return tuple(pool.map(scored, jobs))
    finally:
        pool.shutdown(cancel_futures=True)


def scored(job: Job) -> tuple[Score, ...]:
    """The scores of one rule: a mutant that a case notices is not tried on the next."""
    cases, rule = job.cases, job.rule
    first = cases.cases[0]
    made = _made(job)
    left: Mapping[int, Mutant] = {number: each for number, (_, each) in enumerate(made)}
    invalid: set[int] = set()
    failing: list[str] = []
    with Stand.opened(cases.cases) as stand:
        for case in (each for each in cases.cases if not each.todo):
            trial = tried(case, rule, {} if failing else left, stand)
            failing += [case.case] if trial.failed else []
            invalid |= trial.invalid
            left = {number: each for number, each in left.items() if number in trial.living}
    if failing:
        return tuple(Score(rule, _pack(first), cases.file, 0, (), tuple(failing)) for _ in job.by)
    counts = Counter(by for number, (by, _) in enumerate(made) if number not in invalid)
    alive = {by: [each for number, each in left.items() if made[number][0] is by] for by in job.by}
    return tuple(
        Score(rule, _pack(first), cases.file, counts[by], tuple(_survivors(alive[by], first))) for by in job.by
    )


def _made(job: Job) -> tuple[tuple[By, Mutant], ...]:
    """Every mutant of a rule, by its sort."""
    tree, parameters = _read(job.cases.cases[0], job.rule)
    makers = {By.CHANGES: mutants, By.SIDES: sides}
    return tuple((by, each) for by in job.by for each in makers[by](tree, parameters))


def _survivors(left: Iterable[Mutant], case: Prepared) -> Iterator[Survivor]:
    reasons = dict(_SURVIVES.findall(case.file.source.text))
    for each in left:
        yield Survivor(each.name, each.kill, reasons.get(each.name))


def _pack(case: Prepared) -> str:
    return case.packs[0].name if case.packs else Path(case.file.source.file).parent.name


def _read(case: Prepared, rule: str) -> tuple[Tree, Mapping[str, object]]:
    """A rule as it is written, and the last values of its pack's parameters."""
    if not case.packs:
        brought = plain(case.file.source.root)
        return next(each for each in brought["rules"] if each["id"] == rule), _last(brought.get("parameters") or {})
    name = Path(case.file.source.file).name
    written = load(case.packs[0] / name.replace(CASES, ".yaml"), object)
    held = case.packs[0] / PARAMETERS
    return plain(written.root), _last(plain(load(held, object).root) if held.is_file() else {})


def _last(parameters: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, object]:
    return {name: values[-1].get("value") for name, values in parameters.items() if values}
