"""Neighbouring audits of one world neither miss nor repeat what one audit of both periods finds, in every kind."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.reference import product
from tests.reference.drawing import batches
from tests.reference.trials import TRIALS
from tests.reference.world import Rule, World

from compliance.audit import Options, audit
from compliance.model.finding import Finding

NUMBER = 3
"""The batch of each kind that is tried: a whole quarter."""

Decided: TypeAlias = Mapping[str, tuple[object, ...]]


@pytest.mark.parametrize("kind", [kind for kind in TRIALS if " " not in kind])
def test_two_audits_find_what_one_of_both_periods_finds(kind: str, tmp_path: Path) -> None:
    (batch,) = batches(kind, range(NUMBER, NUMBER + 1))
    # To whom a rule yields may have been told in the audit before.
    rules = [{name: rule[name] for name in rule if name != "yields_to"} for rule in batch.rules]
    product.write(rules, batch.world, tmp_path / "world")
    world, border = batch.world, batch.world.start + (batch.world.end - batch.world.start) / 2
    before, after = (_decided(tmp_path, rules, world, *ends) for ends in ((world.start, border), (border, world.end)))
    whole = _decided(tmp_path, rules, world, world.start, world.end)
    assert _unlike(before, after, whole) == []
    assert whole


def _unlike(before: Decided, after: Decided, whole: Decided) -> Sequence[tuple[object, ...]]:
    """What the one audit says otherwise than the two, or one of the two otherwise than the other."""
    keys = {*before, *after, *whole}
    told = {key: {each[key] for each in (before, after) if key in each} for key in keys}
    return [(key, told[key], whole.get(key)) for key in keys if told[key] != ({whole[key]} if key in whole else set())]


def _decided(folder: Path, rules: Sequence[Rule], world: World, start: date, end: date) -> Decided:
    """The findings on windows and records that nothing can change any more, by their ids."""
    asked = Options(start, end, world.as_of, judge="plain", keep_all=True, register=folder / "register.sqlite")
    found = audit(folder / "world", asked).audit.findings
    return {
        each.id: (each.verdict, each.how, each.measured, each.required, each.due, each.responsible)
        for each in found
        if str(each.verdict) != "pending" and (each.window or each.record) and not _of_every_audit(each, rules)
    }


def _of_every_audit(finding: Finding, rules: Sequence[Rule]) -> bool:
    """Whether it is judged as of `as_of`, as a title or a standing duty, or says how a level stood in this period."""
    rule = next((each for each in rules if each["id"] == finding.rule), None)
    if rule is None:
        return finding.rule == "dutybook.unmapped-title"
    stands = "per" not in rule.get("quota", {"per": None})
    return stands or ("level" in rule and str(finding.verdict) == "met")
