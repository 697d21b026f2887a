"""Planning what is to judge people: a rule that is wrong stops whoever would judge by it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from compliance.kinds.ground import Ground
from compliance.model.problem import Problem, UserError
from compliance.rulebook.lint import refused
from compliance.rulebook.loading import LoadedRule, Rulebook
from compliance.rulebook.planning import Planned, plan_rules

Planning: TypeAlias = Callable[[Rulebook, Sequence[LoadedRule], Ground], tuple[Planned, ...]]


def sound(rulebook: Rulebook, rules: Sequence[LoadedRule], ground: Ground) -> tuple[Planned, ...]:
    """The plans; raises UserError with all that `compliance rules lint` would call an error."""
    planned = plan_rules(rules, ground)
    return _unless([*_wrong(planned), *refused(rulebook, rules, ground)], planned)


def as_written(_: Rulebook, rules: Sequence[LoadedRule], ground: Ground) -> tuple[Planned, ...]:
    """The plans of rules that a case tries out, which are proof-read by themselves; raises UserError."""
    planned = plan_rules(rules, ground)
    return _unless(_wrong(planned), planned)


def _wrong(planned: Iterable[Planned]) -> list[Problem]:
    return [problem for each in planned for problem in each.problems]


def _unless(problems: Sequence[Problem], planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    if problems:
        raise UserError(dict.fromkeys(problems))
    return planned
