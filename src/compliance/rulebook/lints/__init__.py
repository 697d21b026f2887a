"""The lints: what is asked of a rulebook beyond that it can be read, one module each."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints import (
    alike_names,
    alike_titles,
    always_true,
    authority_gap,
    authority_overlap,
    case_missing,
    clause_without_rule,
    contradicting_bounds,
    deadline_before_trigger,
    equal_rules,
    impossible_quota,
    in_force_hole,
    in_force_overlap,
    judgement_contradiction,
    judgement_never_true,
    limitation_under_grace,
    measure_above_ceiling,
    measure_without_basis,
    never_in_force,
    never_true,
    norm_claimed_twice,
    old_draft,
    parameter_unused,
    parameter_without_source,
    right_as_duty,
    swallowed_rule,
    unexplained_rule,
    unheld_position,
    unknown_clause,
    unknown_message_field,
    unknown_parameter,
    unknown_rule,
    unused_silencing,
    yields_to_itself,
)
from compliance.rulebook.lints.base import Desk, Lint
from compliance.rulebook.lints.silence import silenced
from compliance.rulebook.loading import Rulebook
from compliance.yamldoc import Source

UNSILENCED = "It can't be silenced."
LINTS: tuple[Lint, ...] = (
    alike_names.LINT,
    alike_titles.LINT,
    always_true.LINT,
    authority_gap.LINT,
    authority_overlap.LINT,
    case_missing.LINT,
    clause_without_rule.LINT,
    contradicting_bounds.LINT,
    deadline_before_trigger.LINT,
    equal_rules.LINT,
    impossible_quota.LINT,
    in_force_hole.LINT,
    in_force_overlap.LINT,
    judgement_contradiction.LINT,
    judgement_never_true.LINT,
    limitation_under_grace.LINT,
    measure_above_ceiling.LINT,
    measure_without_basis.LINT,
    never_in_force.LINT,
    never_true.LINT,
    norm_claimed_twice.LINT,
    old_draft.LINT,
    parameter_unused.LINT,
    parameter_without_source.LINT,
    right_as_duty.LINT,
    swallowed_rule.LINT,
    unexplained_rule.LINT,
    unheld_position.LINT,
    unknown_clause.LINT,
    unknown_message_field.LINT,
    unknown_parameter.LINT,
    unknown_rule.LINT,
    unused_silencing.LINT,
    yields_to_itself.LINT,
)


def linted(desk: Desk, level: Level | None = None) -> Iterator[Problem]:
    """What the lints, or those of one level alone, find in a rulebook and no file silences."""
    found = [problem for lint in LINTS if level in {None, lint.level} for problem in lint.found(desk)]
    told = silenced(found, _files(desk.rulebook), (lint.id for lint in LINTS if lint.find))
    return (problem for problem in told if level in {None, problem.level})


def _files(rulebook: Rulebook) -> Iterator[Source]:
    """Every file that may silence."""
    known = {rule.document.file: rule.document for rule in rulebook.rules.values()}
    others = {source.file: source for pack in rulebook.packs for source in pack.places.values()}
    yield from (known | others).values()


def page(lint: Lint) -> str:
    """A lint in words, for a page or a terminal."""
    silence = f"To silence it in a file: `# lint: allow {lint.id} because REASON`" if lint.find else UNSILENCED
    return (
        f"## {lint.id} ({lint.level})\n\n{lint.what}\n\n{lint.why}\n\n"
        f"Avoid:\n\n```yaml\n{lint.avoid}\n```\n\nPrefer:\n\n```yaml\n{lint.prefer}\n```\n\n"
        f"{silence}\n"
    )
