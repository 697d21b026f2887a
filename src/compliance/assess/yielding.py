"""Rules that yield: where one that comes first has a finding on the same, another's is not applicable."""

from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.kinds.base import VERDICT_COLUMNS
from compliance.model.finding import Verdict
from compliance.rulebook.planning import Planned
from compliance.sql import any_of, asked_of, col, expression, named, relation, text

# That rule's finding on the same record, or of the same bearer in an equal window, is any but not applicable. They are
# asked apart: of both at once an engine has no equality to look by.
YIELDS = """
    exists (
        select 1 from other as o
        where o.verdict <> 'not_applicable' and o.record_key = v.record_key and o.record_table = v.record_table
    ) or exists (
        select 1 from other as o
        where o.verdict <> 'not_applicable' and (v.record_key is null or o.record_key is null)
            and o.bearer = v.bearer and o.start = v.start and o.stop = v.stop
    )
"""


def verdicts_of(planned: Planned) -> str:
    """The relation that holds the verdicts of a rule that was judged."""
    return f"verdicts {planned.number}"


def first_to_yield(rules: Iterable[Planned]) -> tuple[Planned, ...]:
    """The rules, each after those that it yields to: what has yielded itself is not applicable, and silences nobody."""
    known = {each.rule.rule.id: each for each in rules}
    found: dict[str, Planned] = {}
    asked: set[str] = set()

    def after_its_own(name: str) -> None:
        if name not in known or name in asked:
            return
        asked.add(name)
        for first in known[name].rule.rule.yields_to:
            after_its_own(first)
        found[name] = known[name]

    for name in known:
        after_its_own(name)
    return tuple(found.values())


def give_way(planned: Planned, every: Sequence[Planned], whole: Mapping[int, Planned], engine: Engine) -> None:
    """Where a rule that comes first has a finding on the same, this one's is not applicable."""
    first = [each for each in every if each.rule.rule.id in planned.rule.rule.yields_to and each.number in whole]
    if not first:
        return
    gone = any_of(*(asked_of(expression(YIELDS), "other", verdicts_of(each)) for each in first))
    columns = [named(_unless(gone, name), name) for name in (*VERDICT_COLUMNS, "many")]
    name = f"yielded {planned.number}"
    engine.create(name, exp.select(*columns).from_(relation(verdicts_of(planned), "v")), kept=True)
    engine.create(verdicts_of(planned), exp.select("*").from_(relation(name)), kept=True)


def _unless(gone: exp.Expr, name: str) -> exp.Expr:
    """A verdict's column, changed where another rule comes first."""
    instead = {"verdict": text(Verdict.NOT_APPLICABLE.value), "how": exp.null(), "cause": text("yields")}.get(name)
    own = col(name, "v")
    return own if instead is None else exp.Case(ifs=[exp.If(this=gone.copy(), true=instead)], default=own)
