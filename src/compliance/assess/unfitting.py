"""Rules under whose condition nothing counts for anybody: more likely is a slip in the rule than that nobody did it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compliance.assess.judging import QUIET, Assessment
from compliance.language.blocks import Block
from compliance.model.finding import Finding, How, Verdict
from compliance.rulebook.planning import Planned
from compliance.rulebook.schema import Rule


@dataclass(frozen=True, slots=True)
class Unfitting:
    """A rule that finds everybody wanting, and the condition on a table's records that none of them has met."""

    rule: str
    table: str
    where: str

    @property
    def says(self) -> str:
        """The sentence, which names rule and condition."""
        return f"rule {self.rule}: nothing in {self.table} with `{' '.join(self.where.split())}` counts for anybody"


FEWEST = 2
"""Of a single breach nobody can say whether the condition or the person is at fault."""
ADVICE = "see whether the condition is meant so before anybody is blamed by it"


def unfitting(planned: Iterable[Planned], assessed: Assessment) -> Iterator[Unfitting]:
    """Told by the verdicts alone: none is met, some are breached, and nothing at all was counted for any of them."""
    met = {account.rule for account in assessed.accounts if account.met}
    loud: dict[str, list[Finding]] = {}
    for finding in assessed.findings:
        if finding.rule not in met and finding.verdict not in QUIET:
            loud.setdefault(finding.rule, []).append(finding)
    for rule in (each.rule.rule for each in planned if each.rule.rule.id in loud):
        block = _sought(rule)
        if block is not None and block.where and _nothing(loud[rule.id]):
            yield Unfitting(rule.id, block.of, block.where)


def _sought(rule: Rule) -> Block | None:
    """The records without which a rule finds somebody wanting."""
    asking = rule.response or rule.precedence
    if asking is not None:
        return asking.expect
    return rule.quota or rule.deadline or (rule.fulfilment.delivered if rule.fulfilment else None)


def _nothing(findings: Sequence[Finding]) -> bool:
    """Whether some are found wanting, and nobody has anything."""
    breached = [each for each in findings if each.verdict is Verdict.BREACHED]
    wanting = all(each.how is How.MISSING or (each.how is How.SHORT and not each.measured) for each in breached)
    return len(breached) >= FEWEST and wanting and not any(each.measured for each in findings)
