"""Cases and workspaces as houses that may be asked why."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from compliance.model.finding import Finding
from compliance.reports.answer import Answer
from compliance.ruletest.running import prepare
from compliance.ruletest.staging import stage, stage_rules
from compliance.why.answering import answer, duty
from compliance.why.asking import House, Question, opened, world_of
from compliance.why.world import Judged, World

MOMENT = timedelta(microseconds=1)


def day_of(finding: Finding, otherwise: date) -> date:
    """A day that a finding belongs to."""
    if finding.window:
        return finding.window.start.date()
    if finding.due:
        return (finding.due - MOMENT).date()
    return finding.at.date() if finding.at else otherwise


def staged(path: Path, folder: Path) -> Iterator[tuple[str, Path, date | None]]:
    """The cases of a file as workspaces, with the moment as of which each is judged."""
    for each in prepare(path):
        case = each.file.cases[each.index]
        made = folder / str(each.index)
        made.mkdir()
        packs = each.packs or stage_rules(each.file.source, made)
        stage(each.file, each.index, made, packs, each.left_out)
        yield case.case, made, case.as_of


@contextmanager
def judged(workspace: Path, rule: str, on: date, as_of: date | None = None) -> Iterator[tuple[House, World, Judged]]:
    """A rule judged over a workspace."""
    with opened(workspace) as house:
        world = world_of(house, house.rulebook.rules[rule], Question(rule, "", on, as_of))
        yield house, world, world.judged()


def told(world: World, found: Judged, finding: Finding) -> Answer:
    """The answer on one finding."""
    return answer(world, found, finding, duty(world.rule, ()))
