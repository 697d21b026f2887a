"""Built-in findings: what Dutybook notices of the records themselves, whatever the rules say."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from compliance.assess.builtin import backdated, charge, deputies, overlap, titles
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.audit import RuleAccount, RuleInfo
from compliance.model.finding import Finding
from compliance.model.names import Namer
from compliance.rulebook.planning import Planned
from compliance.workspace.manifest import Settings

__all__ = ["BuiltIn", "built_in"]
Found = tuple[RuleInfo, tuple[Finding, ...] | None]


@dataclass(frozen=True)
class BuiltIn:
    """Built-in findings with the accounts and descriptions of their rules."""

    accounts: tuple[RuleAccount, ...] = ()
    findings: tuple[Finding, ...] = ()
    rulebook: Mapping[str, RuleInfo] = field(default_factory=dict)


def built_in(planned: Sequence[Planned], ground: Ground, engine: Engine, namer: Namer, manifest: Settings) -> BuiltIn:
    """Every built-in finding that the workspace keeps the tables for; the manifest may give it another severity."""
    severities = {str(name): severity for name, severity in manifest.builtin.items()}
    kept = [(info, told) for info, told in _found(planned, ground, engine, namer, manifest) if told is not None]
    return BuiltIn(
        tuple(RuleAccount(info.id, **Counter(each.verdict.value for each in told)) for info, told in kept),
        tuple(each for _, told in kept for each in told),
        {info.id: replace(info, severity=severities.get(info.id, info.severity)) for info, _ in kept},
    )


def _found(
    planned: Sequence[Planned], ground: Ground, engine: Engine, namer: Namer, manifest: Settings
) -> Iterator[Found]:
    rules = [each.rule.rule for each in planned]
    plans = [each.plan for each in planned if each.plan is not None and not each.missing]
    yield backdated.INFO, backdated.backdated(ground, engine, manifest.backdating_tolerance, namer)
    yield deputies.INFO, deputies.without_order(ground, namer)
    yield charge.INFO, charge.nobody_in_charge(plans, ground, engine, namer)
    yield overlap.INFO, overlap.overlap(ground, namer)
    yield titles.INFO, titles.unmapped_title(rules, ground, engine, namer)
