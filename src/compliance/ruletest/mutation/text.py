"""Mutation scores as text: a line a rule, what survived below it, a line a pack, the whole last."""

from collections.abc import Iterator, Sequence

from compliance.model.printable import printable
from compliance.reports.ink import ink
from compliance.reports.words import plural
from compliance.ruletest.mutation.model import Score, percent


def render(scores: Sequence[Score], *, colour: bool = False) -> str:
    """Every rule with its survivors, every pack, and the summary as the last line."""
    wide = max((len(each.rule) for each in scores), default=0)
    rules = (line for each in scores for line in _rule(each, wide, colour=colour))
    return "\n".join([*rules, "", *_packs(scores), "", summary(scores)]) + "\n"


def render_sides(scores: Sequence[Score]) -> str:
    """A line a rule: how many sides of its conditions and bounds its cases hit, and which they do not."""
    wide = max((len(each.rule) for each in scores), default=0)
    hit, made = sum(each.killed for each in scores), sum(each.made for each in scores)
    told = f"{hit:,} of {made:,} sides of conditions and bounds hit: {percent(scores)} %"
    return "\n".join([*(_sides(each, wide) for each in scores), told]) + "\n"


def _sides(score: Score, wide: int) -> str:
    missing = "; ".join(printable(each.mutant) for each in score.survivors)
    counted = f"{printable(score.rule):<{wide}}  {score.killed:>3,} of {score.made:>3,}"
    if score.failing:
        return f"{counted}  not measured, since a case fails"
    return f"{counted}  missing: {missing}" if missing else counted


def summary(scores: Sequence[Score]) -> str:
    """One line: mutants, rules, how many were killed."""
    made, killed = sum(each.made for each in scores), sum(each.killed for each in scores)
    counted = f"{plural(made, 'mutant')} of {plural(len(scores), 'rule')}, {killed:,} killed, {made - killed:,} alive"
    failing = sum(len(each.failing) for each in scores)
    if failing:
        fail = "1 case fails" if failing == 1 else f"{failing:,} cases fail"
        return f"{counted}; {fail} on the rule as it is, which is not measured"
    return f"{counted}: {percent(scores)} %"


def _rule(score: Score, wide: int, *, colour: bool) -> Iterator[str]:
    scored = "not measured" if score.failing else f"{percent([score]):>3} %"
    yield f"{printable(score.rule):<{wide}}  {score.killed:>3,} of {score.made:>3,}  {scored}"
    for case in score.failing:
        yield f"  {ink('the case fails on the rule as it is', 'failed', on=colour)}: {printable(case)}"
    for each in score.survivors:
        yield f"  {ink('alive', 'failed', on=colour)}  {printable(each.mutant)}"
        reason = f"accepted, because {each.because}" if each.because else each.kill
        yield f"         {printable(reason)}"


def _packs(scores: Sequence[Score]) -> Iterator[str]:
    names = tuple(dict.fromkeys(each.pack for each in scores))
    wide = max(map(len, names), default=0)
    for name in names:
        own = [each for each in scores if each.pack == name]
        made, killed = sum(each.made for each in own), sum(each.killed for each in own)
        yield f"{printable(name):<{wide}}  {killed:>5,} of {made:>5,}  {percent(own):>3} %"
