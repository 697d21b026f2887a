"""Built-in findings: what Dutybook notices of the records themselves, whatever the rules say."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

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


def built_in(  # noqa: PLR0917 what each of them is told by
    planned: Sequence[Planned],
    unattended: Sequence[pa.Table],
    ground: Ground,
    engine: Engine,
    namer: Namer,
    manifest: Settings,
) -> BuiltIn:
    """Every built-in finding that the workspace keeps the tables for; the manifest may give it another severity.

    `unattended` tells of each rule what fell due in an absence with nobody in charge.
    """
    severities = {str(name): severity for name, severity in manifest.builtin.items()}
    rules = [each.rule.rule for each in planned]
    found: tuple[Found, ...] = (
        (backdated.INFO, backdated.backdated(ground, engine, manifest.backdating_tolerance, namer)),
        (deputies.INFO, deputies.without_order(ground, namer)),
        (charge.INFO, charge.nobody_in_charge(unattended, ground, namer)),
        (overlap.INFO, overlap.overlap(ground, namer)),
        (titles.INFO, titles.unmapped_title(rules, ground, engine, namer)),
    )
    kept = [(info, told) for info, told in found if told is not None]
    return BuiltIn(
        tuple(RuleAccount(info.id, **Counter(each.verdict.value for each in told)) for info, told in kept),
        tuple(each for _, told in kept for each in told),
        {info.id: replace(info, severity=severities.get(info.id, info.severity)) for info, _ in kept},
    )
