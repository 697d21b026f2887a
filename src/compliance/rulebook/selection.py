"""Which rules of the rulebook an audit runs, and what its reports say of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from compliance.model.audit import RuleInfo
from compliance.model.problem import UserError
from compliance.rulebook.loading import LoadedRule, Rulebook, assumed
from compliance.rulebook.planning import Planned
from compliance.workspace.manifest import Manifest, Settings
from compliance.yamldoc import Document, did_you_mean

JUDGEMENT = "judgement."
RUNNING = frozenset({"stable", "announced"})


def check_parameters(document: Document[Manifest], rulebook: Rulebook) -> None:
    """Refuse parameters of the manifest that no pack has; judgement's own are looked at by judgement."""
    known = rulebook.parameters.values
    unknown = [name for name in document.value.parameters if name not in known and not name.startswith(JUDGEMENT)]
    if unknown:
        raise UserError(
            document.problem(
                ("parameters", name), f"no pack has a parameter `{name}`", did_you_mean(name, known), key=True
            )
            for name in unknown
        )


def selected(rulebook: Rulebook, manifest: Settings) -> tuple[LoadedRule, ...]:
    """The rules that run: stable and announced ones that the manifest does not leave out."""
    unknown = [rule for rule in manifest.without if rule not in rulebook.rules]
    if unknown:
        raise UserError(
            f"`without` names a rule `{unknown[0]}` that no pack has", help=did_you_mean(unknown[0], rulebook.rules)
        )
    return tuple(
        each for name, each in rulebook.rules.items() if name not in manifest.without and each.rule.status in RUNNING
    )


def informed(rulebook: Rulebook, planned: Iterable[Planned], *more: object) -> Mapping[str, RuleInfo]:
    """What reports say of each rule that ran, with the parameters that are only assumed."""
    told = {each.rule.rule.id: replace(each.rule.info, assumed=assumed(rulebook, each.rule)) for each in planned}
    for each in more:
        told |= getattr(each, "rulebook", {})
    return told
