"""Whether two judges agree: duty by duty, verdict by verdict, measured and required."""

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from tests.reference import product
from tests.reference.builtin import noticed
from tests.reference.charge import nobody_in_charge
from tests.reference.judge import binding, judge_all
from tests.reference.world import Finding
from tests.reference.worlds import Batch

from compliance.model.problem import UserError

NEAR = Fraction(1, 1000)


def differences(batch: Batch) -> list[str]:
    """Every duty on which product and reference disagree, as a sentence."""
    with tempfile.TemporaryDirectory(prefix="dutybook-reference-") as folder:
        try:
            theirs = product.findings(batch.rules, batch.world, Path(folder))
        except UserError as error:
            return [f"the product takes the rule for wrong: {problem.line()}" for problem in error.problems]
    ours = [*judge_all(batch.rules, batch.world), *noticed(batch.rules, batch.world)]
    ours += nobody_in_charge(binding(batch.rules, batch.world), batch.world)
    return list(_differences(ours, theirs))


def _differences(ours: list[Finding], theirs: list[Finding]) -> Iterator[str]:
    mine, other = ({each.duty: each for each in judged} for judged in (ours, theirs))
    for name, judged, kept in (("reference", ours, mine), ("product", theirs, other)):
        if len(judged) != len(kept):
            yield f"{name} judges a duty twice"
    for duty in sorted(mine.keys() | other.keys(), key=str):
        if told := _told(mine.get(duty), other.get(duty)):
            yield told


def _told(mine: Finding | None, other: Finding | None) -> str | None:
    if mine is None or other is None:
        return f"only the {'product' if mine is None else 'reference'} has {_shown(mine or other)}"
    parts = ["verdict"]
    if mine.verdict == "breached":
        parts.append("how")
    if mine.verdict in {"breached", "met"}:
        parts += ["measured", "required"]
    if mine.responsible is not None and mine.verdict == "breached":
        parts.append("responsible")
    if mine.due is not None:
        parts.append("due")
    wrong = [part for part in parts if not _same(getattr(mine, part), getattr(other, part))]
    return f"{', '.join(wrong)}: reference {_shown(mine)}, product {_shown(other)}" if wrong else None


def _same(mine: object, other: object) -> bool:
    """Equal, or left open by the reference; numbers as near as the product shows them."""
    if mine is None or mine == other:
        return True
    return isinstance(mine, Fraction) and isinstance(other, Fraction) and abs(mine - other) <= NEAR


def _shown(finding: Finding | None) -> str:
    if finding is None:
        return "nothing"
    window = " to ".join(f"{each:%Y-%m-%d}" for each in finding.window or ())
    numbers = (
        f"measured {finding.measured}, required {finding.required}, due {finding.due}, answers {finding.responsible}"
    )
    about = " ".join(str(part) for part in (finding.rule, finding.bearer, window, finding.record) if part)
    return f"[{about}: {finding.verdict} {finding.how or ''} ({numbers}) {finding.because}]"
