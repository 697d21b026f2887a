"""From plans to findings: run the queries, count every verdict, bring back what is to be shown."""

from collections.abc import Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from compliance.assess.finding import bare, findings_of
from compliance.engines.base import Engine
from compliance.kinds.base import VERDICT_COLUMNS
from compliance.kinds.ground import Ground
from compliance.kinds.scopes import history
from compliance.language.values import literal
from compliance.model.audit import RuleAccount
from compliance.model.finding import Finding, RecordRef, Verdict
from compliance.model.names import Namer
from compliance.rulebook.planning import Planned
from compliance.sql import any_of, col, expression, named, relation, sql, text

QUIET = (Verdict.MET.value, Verdict.NOT_APPLICABLE.value)
STATES = """
    select s.*, coalesce(cast(:valid_from as timestamp), timestamp '0001-01-01') as _since,
        lead(cast(:valid_from as timestamp)) over (
            partition by s._key order by coalesce(cast(:valid_from as timestamp), timestamp '0001-01-01')
        ) as _until
    from states as s
"""
APPLIES = "select bool_or(:applies) as applies from calendar as c where c.day >= :first and c.day <= :last"
# That rule's finding on the same record, or of the same bearer in an equal window, is any but not applicable.
YIELDS = """
    exists (
        select 1 from other as o where o.verdict <> 'not_applicable'
            and ((o.record_key = v.record_key and o.record_table = v.record_table)
                or ((v.record_key is null or o.record_key is null)
                    and o.bearer = v.bearer and o.start = v.start and o.stop = v.stop))
    )
"""


@dataclass(frozen=True)
class Assessment:
    """Every rule's count of verdicts, the findings to be shown, and the seconds that each rule's verdicts took."""

    accounts: tuple[RuleAccount, ...]
    findings: tuple[Finding, ...]
    spent: Mapping[str, float] = field(default_factory=dict)


def assess(planned: Sequence[Planned], ground: Ground, engine: Engine, namer: Namer, *, keep_all: bool) -> Assessment:
    """Judge every planned rule; nothing is raised for what can't be determined."""
    ready(ground, engine, {each.number for each in planned if each.plan is not None and not each.missing})
    whole = {
        each.number: each
        for each in planned
        if each.plan is not None and not each.missing and _applies(each, ground, engine)
    }
    ordered = frozenset(
        name for each in planned if each.rule.rule.yields_to for name in (each.rule.rule.id, *each.rule.rule.yields_to)
    )
    inquiry = _Inquiry(planned, whole, ground, engine, ordered, keep_all)
    inquiry.settle()
    accounts: list[RuleAccount] = []
    findings: list[Finding] = []
    # The engine answers the next rule while this one's rows become findings.
    with ThreadPoolExecutor(max_workers=1) as beside:
        for each, future in [(each, beside.submit(inquiry.answer, each)) for each in planned]:
            answer = future.result()
            accounts.append(RuleAccount(each.rule.rule.id, **answer.counts))
            if answer.rows is not None:
                findings += findings_of(each.rule, answer.rows, _references(answer.evidence), namer)
            elif answer.single is not None and (keep_all or answer.single.verdict is not Verdict.NOT_APPLICABLE):
                findings.append(answer.single)
    return Assessment(tuple(accounts), tuple(findings), inquiry.spent)


@dataclass(frozen=True)
class _Answer:
    """How often each verdict came out, and the rows with the evidence; or the one finding that stands for all."""

    counts: Mapping[str, int]
    rows: pa.Table | None = None
    evidence: pa.Table | None = None
    single: Finding | None = None


@dataclass(frozen=True)
class _Inquiry:
    """The rules on their way through the engine: `whole` are those that can be asked, by number.

    `ordered` are the ids of rules that yield, and of those that they yield to.
    """

    planned: Sequence[Planned]
    whole: Mapping[int, Planned]
    ground: Ground
    engine: Engine
    ordered: Container[str]
    keep_all: bool
    spent: dict[str, float] = field(default_factory=dict)

    def settle(self) -> None:
        """Work out first those that stand in an order, and let them yield."""
        for each in self.whole.values():
            if self._ordered(each):
                self._work_out(each)
        for each in _first_to_yield(self.whole.values()):
            _yield(each, self.planned, self.whole, self.engine)

    def answer(self, planned: Planned) -> _Answer:
        """All that is told of a rule."""
        known = planned.number in self.whole
        if known and not self._ordered(planned):
            self._work_out(planned)
        counts = _counts(planned, self.engine) if known else {}
        applies = known or (bool(planned.missing) and _applies(planned, self.ground, self.engine))
        if (single := _single(planned, self.ground, counts, applies=applies)) is not None:
            return _Answer({single.verdict.value: 1}, single=single)
        rows, evidence = _fetched(planned, self.engine, keep_all=self.keep_all)
        return _Answer(counts, rows, evidence)

    def _ordered(self, planned: Planned) -> bool:
        return planned.rule.rule.id in self.ordered

    def _work_out(self, planned: Planned) -> None:
        assert planned.plan is not None  # noqa: S101 those of `whole` have one
        kept = _kept(planned.plan.verdicts, every=self.keep_all or self._ordered(planned))
        began = perf_counter()
        self.engine.create(verdicts_of(planned), kept, kept=True)
        self.spent[planned.rule.rule.id] = perf_counter() - began


def ready(ground: Ground, engine: Engine, rules: Container[int]) -> None:
    """Hand the small tables over, and make the passes of these rules known."""
    for name, table in ground.handed.items():
        engine.hand_over(name, table)
    for each in ground.tables.values():
        if each.valid_from is not None:
            states = sql(STATES, {"states": each.relation}, valid_from=col(each.valid_from, "s"))
            engine.create(history(each), states, kept=False)
    passes = {each.name: each.query() for each in ground.readings if each.asked and each.rule in rules}
    links = {name: query for (rule, name), query in ground.views.items() if rule in rules}
    waiting = passes | links
    while waiting:
        _create(next(iter(waiting)), waiting, kept=links.keys(), engine=engine)


def _create(name: str, waiting: dict[str, exp.Query], *, kept: Container[str], engine: Engine) -> None:
    """Make a relation known, those that it is made of first."""
    query = waiting.pop(name)
    for below in {table.name for table in query.find_all(exp.Table)} & waiting.keys():
        if below in waiting:
            _create(below, waiting, kept=kept, engine=engine)
    engine.create(name, query, kept=name in kept)


def _kept(verdicts: exp.Query, *, every: bool) -> exp.Query:
    """The rows to be kept, each standing for `many`: unless every row is wanted, what was met is only counted.

    One pass tells and counts, since a relation that is asked twice is written down whole in between.
    """
    judged = relation("judged", "j")
    if every:
        single = exp.select(*(col(name, "j") for name in VERDICT_COLUMNS), named(exp.Literal.number(1), "many"))
        return single.from_(judged).with_("judged", as_=verdicts)
    loud = exp.not_(exp.In(this=col("verdict", "j"), expressions=[text(each) for each in QUIET]))
    told: dict[str, exp.Expr] = {
        name: exp.Case(ifs=[exp.If(this=loud.copy(), true=col(name, "j"))], default=exp.cast(exp.null(), kind))
        for name, kind in VERDICT_COLUMNS.items()
    }
    told["verdict"] = col("verdict", "j")
    query = exp.select(*(named(value, name) for name, value in told.items()), named(exp.Count(this=exp.Star()), "many"))
    query = query.from_(judged).group_by(*(exp.Literal.number(place) for place in range(1, len(told) + 1)))
    return query.with_("judged", as_=verdicts)


def verdicts_of(planned: Planned) -> str:
    """The relation that holds the verdicts of a rule that was judged."""
    return f"verdicts {planned.number}"


def _applies(planned: Planned, ground: Ground, engine: Engine) -> bool:
    """Whether a rule applies on any day of the period."""
    if planned.rule.rule.when is None:
        return True
    first, last = literal(ground.period.start.date()).sql, literal(ground.period.end.date()).sql
    query = sql(APPLIES, applies=planned.applies.sql, first=first, last=last)
    answer = engine.fetch(query).to_pylist()
    return bool(answer[0]["applies"])


def _first_to_yield(rules: Iterable[Planned]) -> tuple[Planned, ...]:
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


def _yield(planned: Planned, every: Sequence[Planned], whole: Mapping[int, Planned], engine: Engine) -> None:
    """Where a rule that comes first has a finding on the same, this one's is not applicable."""
    first = [each for each in every if each.rule.rule.id in planned.rule.rule.yields_to and each.number in whole]
    if not first:
        return
    gone = any_of(*(_yields(each) for each in first))
    columns = [named(_unless(gone, name), name) for name in (*VERDICT_COLUMNS, "many")]
    name = f"yielded {planned.number}"
    engine.create(name, exp.select(*columns).from_(relation(verdicts_of(planned), "v")), kept=True)
    engine.create(verdicts_of(planned), exp.select("*").from_(relation(name)), kept=True)


def _yields(other: Planned) -> exp.Expr:
    condition = expression(YIELDS)
    for table in condition.find_all(exp.Table):
        table.set("this", exp.to_identifier(verdicts_of(other), quoted=True))
    return condition


def _unless(gone: exp.Expr, name: str) -> exp.Expr:
    """A verdict's column, changed where another rule comes first."""
    instead = {"verdict": text(Verdict.NOT_APPLICABLE.value), "how": exp.null(), "cause": exp.null()}.get(name)
    own = col(name, "v")
    return own if instead is None else exp.Case(ifs=[exp.If(this=gone.copy(), true=instead)], default=own)


def _counts(planned: Planned, engine: Engine) -> dict[str, int]:
    query = sql("select verdict, sum(many) as n from verdicts group by 1", {"verdicts": verdicts_of(planned)})
    return {row["verdict"]: int(row["n"]) for row in engine.fetch(query).to_pylist()}


def _single(planned: Planned, ground: Ground, counts: Mapping[str, int], *, applies: bool) -> Finding | None:
    """The one finding of a rule that can't be answered, or that does not apply."""
    if not applies:
        return bare(planned.rule.rule.id, Verdict.NOT_APPLICABLE, "the rule does not apply here")
    if planned.missing:
        return bare(planned.rule.rule.id, Verdict.UNDETERMINED, "; ".join(planned.missing))
    empty = [name for name in planned.plan.wanting if _empty(name, ground)] if planned.plan else []
    if empty and any(counts.get(each.value) for each in (Verdict.BREACHED, Verdict.UNDETERMINED)):
        return bare(planned.rule.rule.id, Verdict.UNDETERMINED, f"the table {empty[0]} holds no record")
    return None


def _empty(name: str, ground: Ground) -> bool:
    return name in ground.tables and ground.tables[name].accepted == 0 and not ground.doubtful(name)


def _fetched(planned: Planned, engine: Engine, *, keep_all: bool) -> tuple[pa.Table, pa.Table | None]:
    """A rule's rows to be shown, and the evidence of those that are breached."""
    query = exp.select("*").from_(relation(verdicts_of(planned)))
    if not keep_all:
        query = query.where(exp.not_(exp.In(this=col("verdict"), expressions=[text(each) for each in QUIET])))
    order = [
        exp.Ordered(this=col(name), nulls_first=True) for name in ("bearer", "start", "record_table", "record_key")
    ]
    rows = _apart(engine.fetch(query.order_by(*order)))
    return rows, _evidence(planned, rows, engine)


def _apart(rows: pa.Table) -> pa.Table:
    """Each row as often as it stands for others alike."""
    if pc.max(rows["many"]).as_py() in {None, 1}:
        return rows
    return rows.take([place for place, many in enumerate(rows["many"].to_pylist()) for _ in range(many)])


def _evidence(planned: Planned, rows: pa.Table, engine: Engine) -> pa.Table | None:
    """The records that each breach rests on, by the row's place, in the order in which they happened.

    Of a breach that nothing was done against there are none to show.
    """
    if planned.plan is None or planned.plan.evidence is None:
        return None
    numbered = rows.append_column("number", pa.array(range(rows.num_rows), pa.int64()))
    something = pc.fill_null(pc.not_equal(rows["measured"], pa.scalar(0, rows["measured"].type)), fill_value=True)
    proven = numbered.filter(pc.and_(pc.equal(rows["verdict"], Verdict.BREACHED.value), something))
    if not proven.num_rows:
        return None
    engine.hand_over("breaches", proven.select(["number", "bearer", "start", "stop", "record_key"]))
    return engine.fetch(planned.plan.evidence.order_by(col("number"), col("happened"), col("record_key")))


def _references(evidence: pa.Table | None) -> dict[int, tuple[RecordRef, ...]]:
    if evidence is None:
        return {}
    found: dict[int, list[RecordRef]] = {}
    columns = (evidence.column(name).to_pylist() for name in ("number", "record_table", "record_key"))
    for number, table, key in zip(*columns, strict=True):
        found.setdefault(number, []).append(RecordRef(table, key))
    return {number: tuple(refs) for number, refs in found.items()}
