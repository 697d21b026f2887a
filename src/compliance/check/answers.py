"""Which rules can be answered, and why others can't: by the same causes that an audit gives."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from compliance.assess.judging import Assessment
from compliance.check.model import RuleSeen
from compliance.model.audit import RuleAccount
from compliance.model.finding import Finding, Verdict
from compliance.rulebook.loading import LoadedRule
from compliance.rulebook.planning import Planned


def answers(planned: Sequence[Planned], assessed: Assessment) -> tuple[RuleSeen, ...]:
    """Every planned rule, in its order."""
    unclear: dict[str, list[Finding]] = {}
    for finding in assessed.findings:
        if finding.verdict is Verdict.UNDETERMINED:
            unclear.setdefault(finding.rule, []).append(finding)
    counted = {account.rule: account for account in assessed.accounts}
    return tuple(_seen(each, counted[each.rule.rule.id], unclear.get(each.rule.rule.id, ())) for each in planned)


def _seen(planned: Planned, account: RuleAccount, unclear: Iterable[Finding]) -> RuleSeen:
    count: dict[Verdict, int] = {verdict: getattr(account, verdict.value) for verdict in Verdict}
    undetermined, idle = count.pop(Verdict.UNDETERMINED), count.pop(Verdict.NOT_APPLICABLE)
    causes = Counter(cause for finding in unclear for cause in _causes(planned, finding))
    return RuleSeen(
        planned.rule.rule.id,
        planned.rule.rule.title,
        determined=sum(count.values()),
        undetermined=undetermined,
        not_applicable=idle,
        causes=dict(causes.most_common()),
    )


def _causes(planned: Planned, finding: Finding) -> Iterator[str]:
    """Why a finding is undetermined; all that a rule lacks as a whole, one by one."""
    yield from planned.missing or (finding.cause or finding.message,)


def unanswered(rules: Iterable[LoadedRule], cause: str) -> tuple[RuleSeen, ...]:
    """Every rule as one that can't be answered, for one cause."""
    ordered = sorted(rules, key=lambda each: each.rule.id)
    return tuple(RuleSeen(each.rule.id, each.rule.title, 0, 1, 0, {cause: 1}) for each in ordered)
