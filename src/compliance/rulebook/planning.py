"""Planning: a rule on its ground becomes a query, or problems, or what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlglot import exp

from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.duties import admitted
from compliance.kinds.ground import Ground
from compliance.kinds.scopes import OwedScope
from compliance.language.blocks import ParameterRef
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Typed, literal
from compliance.model.problem import Problem
from compliance.rulebook.loading import LoadedRule
from compliance.sql import col, expression


@dataclass(frozen=True)
class Planned:
    """A rule with its plan, or why it has none.

    `applies` is its `when`, over the days of `calendar as c`; true where it has none. `reads` are the columns that its
    expressions name, with their tables. `admits` tells of a post `u`, which a bearer may have held, whether the rule
    admits it for a verdict `j`; None where no such post is in doubt, or any would be admitted. `supposed` are
    relations of those who may have held one, as the roster would then have them, where the rule recurs or stands.
    """

    rule: LoadedRule
    number: int
    plan: Plan | None
    applies: Typed
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    reads: frozenset[tuple[str, str]] = frozenset()
    admits: exp.Expr | None = None
    supposed: tuple[str, ...] = ()


def plan_rules(rules: Iterable[LoadedRule], ground: Ground) -> tuple[Planned, ...]:
    """Plan every rule; numbers follow the order of ids, whatever the order of the files."""
    ordered = sorted(rules, key=lambda each: each.rule.id)
    return tuple(_planned(each, number, ground) for number, each in enumerate(ordered, 1))


def _planned(loaded: LoadedRule, number: int, ground: Ground) -> Planned:
    rule = loaded.rule
    desk = Desk(ground, rule.id, number, loaded.document, rule.bearer, rule.in_force.since, rule.in_force.to)
    desk.when = rule.when
    desk.heed(rule.kind)
    applies = literal(value=True)
    if rule.when is not None:
        day = col("day", "c")
        scope = OwedScope(ground, desk.prefix, desk.needs, day, "nobody")
        applies = desk.expression(rule.when, scope, ("when",), Family.BOOLEAN)
    admits = _admits(desk) if ground.roster.posts else None
    plan = rule.kind.plan(desk)
    if plan is not None and desk.wanting:
        plan = replace(plan, wanting=tuple(dict.fromkeys((*plan.wanting, *desk.wanting))))
    if plan is not None:
        plan = plan.resting_on(desk.behind)
    needs, problems = desk.needs, tuple(dict.fromkeys(desk.problems))
    return Planned(
        loaded,
        number,
        plan,
        applies,
        tuple(needs.missing),
        problems,
        frozenset(needs.columns),
        admits,
        _supposed(desk, rule.kind) if admits is not None else (),
    )


def _admits(desk: Desk) -> exp.Expr | None:
    """Whether the rule asks whoever has a post `u`, by its parameters on the first day of a verdict `j`."""
    day = expression("cast(coalesce(j.start, j.at) as date)")
    return admitted(desk, OwedScope(desk.ground, desk.prefix, desk.needs, day, "u"))


def _supposed(desk: Desk, kind: Kind) -> tuple[str, ...]:
    """Hand over who may have held the post that a rule asks for, by each appointment that can't be read.

    What such a row does not tell is the post asked for: it may be.
    """
    if not kind.recurs:
        return ()
    position = _asked_first(desk, "position")
    made = desk.ground.roster.supposed(None if position is None else str(position), _asked_first(desk, "level"))
    names = tuple(desk.relation(f"supposed {layer}") for layer, _ in enumerate(made))
    desk.ground.handed.update(zip(names, made, strict=True))
    return names


def _asked_first(desk: Desk, name: str) -> str | int | None:
    """The position or level that a rule asks for, the first of several."""
    wanted: object = getattr(desk.bearer, name)
    if isinstance(wanted, ParameterRef):
        known, day = desk.ground.parameters, desk.ground.period.start.date()
        try:
            wanted = known.on(known.full_name(wanted.parameter, desk.prefix), day)
        except UnknownName:
            return None  # told where the rule is planned
    first = wanted[0] if isinstance(wanted, tuple) and wanted else wanted
    return first if isinstance(first, str | int) else None


def counted_in(planned: Iterable[Planned]) -> frozenset[str]:
    """The tables that quotas count in: without an entry there, somebody is found short."""
    return frozenset(each.rule.rule.quota.of for each in planned if each.rule.rule.quota is not None)
