"""The authority that rules ask a workspace for, and the rows of its table that speak of it."""

from collections.abc import Iterator

from compliance.kinds.authority import Grant
from compliance.rulebook.lints.base import Desk
from compliance.rulebook.loading import LoadedRule
from compliance.yamldoc.nodes import Loc


def asked(desk: Desk) -> Iterator[tuple[LoadedRule, Loc, str, tuple[Grant, ...]]]:
    """Each rule with a bound by authority for which rows are kept: where it stands, the act, and these rows."""
    grants = desk.ground.grants if desk.ground else ()
    for rule in desk.rules if grants else ():
        bounds = rule.rule.kind.bounds() if hasattr(rule.rule.kind, "bounds") else ()
        for key, bound in bounds:
            rows = tuple(row for row in grants if row.act == bound.authority)
            if rows:
                yield rule, (rule.rule.kind.name, key, "authority"), str(bound.authority), rows


def holder(position: str | None, level: int | str | None) -> str:
    """Whom a row speaks of, in words."""
    named = position or "any position"
    return named if level is None else f"{named} of level {level}"
