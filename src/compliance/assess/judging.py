"""From plans to findings: run the queries, count every verdict, bring back what is to be shown."""

from collections.abc import Container, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from time import perf_counter

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from compliance.assess.behind import Together, behind, references
from compliance.assess.finding import bare, findings_of
from compliance.assess.supposing import supposed
from compliance.assess.yielding import first_to_yield, give_way, verdicts_of
from compliance.engines.base import Engine
from compliance.kinds.base import LEFT, VERDICT_COLUMNS
from compliance.kinds.ground import Ground
from compliance.kinds.scopes import history
from compliance.language.values import literal
from compliance.model.audit import RuleAccount
from compliance.model.finding import Finding, RecordRef, Verdict
from compliance.model.names import Namer
from compliance.rulebook.planning import Planned
from compliance.sql import all_of, col, expression, named, packed, relation, sql, text, unpacked, with_
from compliance.workspace.tables import Table

QUIET = (Verdict.MET.value, Verdict.NOT_APPLICABLE.value)
_TOLD = tuple(name for name in VERDICT_COLUMNS if name != "verdict")
_ORDER = ("bearer", "start", "record_table", "record_key")
STATES = """
    select s.*, :since as _since,
        lead(cast(:valid_from as timestamp)) over (partition by s._key order by :since) as _until,
        min(:begun) over (partition by s._key) as _begun
    from states as s
"""
SPARED = """
    j.verdict = 'breached' and exists (select 1 from unread_leave as u where u.bearer = :whose and (:when))
"""
# Of what falls due without a window the day on which it began is not told: it is sought in the year before.
ELSEWHERE = """
    j.verdict = 'breached' and exists (
        select 1 from unread_posts as u where u.bearer = j.bearer
            and u.since <= cast(coalesce(j.stop - interval '1' microsecond, j.due, j.at, :as_of) as date)
            and u.until > cast(coalesce(j.start, j.due - interval '366' day, j.at, :as_of) as date)
            and not coalesce(:admits, false)
    )
"""
APPLIES = "select bool_or(:applies) as applies from calendar as c where c.day >= :first and c.day <= :last"


@dataclass(frozen=True)
class Assessment:
    """Every rule's count of verdicts, the findings to be shown, and the seconds that each rule's verdicts took.

    `unattended` are the due instants (`bearer`, `at` the day, `due`) that lay in an absence with nobody in charge.
    """

    accounts: tuple[RuleAccount, ...]
    findings: tuple[Finding, ...]
    unattended: tuple[pa.Table, ...] = ()
    spent: Mapping[str, float] = field(default_factory=dict)


def assess(
    planned: Sequence[Planned],
    ground: Ground,
    engine: Engine,
    namer: Namer,
    *,
    keep_all: bool,
    evidence: bool = True,
) -> Assessment:
    """Judge every planned rule, with or without `evidence`; nothing is raised for what can't be determined."""
    ready(ground, engine, {each.number: each for each in planned if each.plan is not None and not each.missing})
    whole = {
        each.number: each
        for each in planned
        if each.plan is not None and not each.missing and _applies(each, ground, engine)
    }
    ordered = frozenset(
        name for each in planned if each.rule.rule.yields_to for name in (each.rule.rule.id, *each.rule.rule.yields_to)
    )
    inquiry = _Inquiry(planned, whole, ground, ordered, keep_all, evidence, Together(engine))
    inquiry.settle(engine)
    # The engine answers other rules while one's rows become findings; those that share a reading come last.
    with ThreadPoolExecutor(engine.hands) as beside:
        asked = [beside.submit(inquiry.answer, each, engine.beside()) for each in planned]
        gathered = beside.submit(_gathered, inquiry.together, asked)
        shared = {
            each.number: beside.submit(inquiry.together.evidence, each, gathered, engine.beside())
            for each in planned
            if _shares(each)
        }
        told: dict[int, list[Finding]] = {}
        for each, future in sorted(zip(planned, asked, strict=True), key=lambda pair: pair[0].number in shared):
            answer = future.result()
            proof = shared[each.number].result() if each.number in shared else answer.evidence
            told[each.number] = [*_told(each, answer, references(proof), namer, keep_all=keep_all)]
        gathered.result()
    answers = [future.result() for future in asked]
    return Assessment(
        tuple(RuleAccount(each.rule.rule.id, **one.counts) for each, one in zip(planned, answers, strict=True)),
        tuple(chain.from_iterable(told[each.number] for each in planned)),
        tuple(one.unattended for one in answers if one.unattended is not None),
        inquiry.spent,
    )


def _gathered(together: Together, asked: Sequence["Future[_Answer]"]) -> None:
    """Read what several rules share, once all are answered."""
    wait(asked)
    together.gather()


def _shares(planned: Planned) -> bool:
    """Whether a rule's evidence may be read together with that of others."""
    return planned.plan is not None and planned.plan.close is not None


def _told(
    planned: Planned, answer: "_Answer", proof: Mapping[int, tuple[RecordRef, ...]], namer: Namer, *, keep_all: bool
) -> Iterator[Finding]:
    if answer.rows is not None:
        yield from findings_of(planned.rule, answer.rows, proof, namer)
    elif answer.single is not None and (keep_all or answer.single.verdict is not Verdict.NOT_APPLICABLE):
        yield answer.single


@contextmanager
def _blaming(planned: Planned) -> Iterator[None]:
    """Say of whatever the engine fails on which rule asked for it."""
    try:
        yield
    except Exception as error:
        error.add_note(f"while {planned.rule.rule.id} was judged")
        raise


@dataclass(frozen=True)
class _Answer:
    """How often each verdict came out, and the rows with the evidence; or the one finding that stands for all.

    Evidence that is read together with that of others comes later.
    """

    counts: Mapping[str, int]
    unattended: pa.Table | None = None
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
    ordered: Container[str]
    keep_all: bool
    evidence: bool
    together: Together
    spent: dict[str, float] = field(default_factory=dict)

    def settle(self, engine: Engine) -> None:
        """Work out first those that stand in an order, and let them yield."""
        for each in self.whole.values():
            if self._ordered(each):
                with _blaming(each):
                    self._work_out(each, engine)
        for each in first_to_yield(self.whole.values()):
            give_way(each, self.planned, self.whole, engine)

    def answer(self, planned: Planned, hand: AbstractContextManager[Engine]) -> _Answer:
        """All that is told of a rule."""
        with hand as engine, _blaming(planned):
            return self._answer(planned, engine)

    def _answer(self, planned: Planned, engine: Engine) -> _Answer:
        known = planned.number in self.whole
        if known and not self._ordered(planned):
            self._work_out(planned, engine)
        rows, left = _parted(self._rows(planned, engine)) if known else (None, None)
        counts = _counts(rows) if rows is not None else {}
        applies = known or (bool(planned.missing) and _applies(planned, self.ground, engine))
        if (single := _single(planned, self.ground, counts, applies=applies)) is not None:
            return _Answer({single.verdict.value: 1}, left, single=single)
        if rows is None:
            return _Answer(counts)
        rows = _apart(rows if self.keep_all else _loud(rows))
        if not self.evidence:
            return _Answer(counts, left, rows)
        if _shares(planned):
            self.together.waiting[planned.number] = planned, rows
            return _Answer(counts, left, rows)
        return _Answer(counts, left, rows, behind(planned, rows, engine))

    def _rows(self, planned: Planned, engine: Engine) -> pa.Table:
        """What is known of a rule's verdicts, in order, each row standing for `many`."""
        query = sql("select * from verdicts", {"verdicts": verdicts_of(planned)})
        if self._ordered(planned) and not self.keep_all:
            query = _kept(query, every=False)
        order = (exp.Ordered(this=col(name), nulls_first=True) for name in _ORDER)
        return engine.fetch(query.order_by(*order, copy=False))

    def _ordered(self, planned: Planned) -> bool:
        return planned.rule.rule.id in self.ordered

    def _work_out(self, planned: Planned, engine: Engine) -> None:
        assert planned.plan is not None  # noqa: S101 those of `whole` have one
        verdicts = supposed(planned, _spared(planned, planned.plan.verdicts, self.ground))
        kept = _kept(verdicts, every=self.keep_all or self._ordered(planned))
        began = perf_counter()
        engine.create(verdicts_of(planned), kept, kept=True)
        self.spent[planned.rule.rule.id] = perf_counter() - began


def ready(ground: Ground, engine: Engine, rules: Mapping[int, Planned]) -> None:
    """Hand the small tables over, and make the passes of these rules known, each by its number."""
    for name, table in ground.handed.items():
        engine.hand_over(name, table)
    for each in ground.tables.values():
        if each.valid_from is not None:
            engine.create(history(each), _states(each, each.valid_from), kept=False)
    passes = {each.name: each.query() for each in ground.readings if each.asked and each.rule in rules}
    links = {name: query for (rule, name), query in ground.views.items() if rule in rules}
    asking = {each.name: each.rule for each in ground.readings} | {name: rule for rule, name in ground.views}
    waiting = passes | links
    while waiting:
        for name in _in_turn(next(iter(waiting)), waiting.keys(), passes | links):
            with _blaming(rules[asking[name]]):
                engine.create(name, waiting.pop(name), kept=name in links)


def _states(table: Table, valid_from: str) -> exp.Query:
    """The states of a history: each from when to when, and when what has them was first told of."""
    told = col(valid_from, "s")
    since = expression("coalesce(cast(:t as timestamp), timestamp '0001-01-01')", t=told)
    begun = col("_at", "s") if table.has_at else since
    return sql(STATES, {"states": table.relation}, valid_from=told, since=since, begun=begun)


def _in_turn(name: str, waiting: Container[str], queries: Mapping[str, exp.Query]) -> Iterator[str]:
    """A relation that waits to be made known, behind those that it is made of."""
    for below in {table.name for table in queries[name].find_all(exp.Table)} & queries.keys():
        if below in waiting:
            yield from _in_turn(below, waiting, queries)
    if name in waiting:
        yield name


def _spared(planned: Planned, verdicts: exp.Query, ground: Ground) -> exp.Query:
    """The verdicts, where a breach is undetermined that an absence which could not be read may excuse.

    So is one of somebody who may have been in another post by an appointment that could not be read.
    """
    spared: dict[str, exp.Expr] = {}
    if ground.roster.unread and (when := planned.rule.rule.kind.excusable) is not None:
        asked = planned.plan.excusable if planned.plan is not None else None
        test = expression(when)
        spared["absence"] = expression(
            SPARED,
            when=test if asked is None else all_of(test, asked),
            whose=expression(planned.rule.rule.kind.absentee),
        )
    if planned.admits is not None:
        spared["appointment"] = expression(ELSEWHERE, admits=planned.admits, as_of=literal(ground.as_of).sql)
    if not spared:
        return verdicts
    told = {"verdict": dict.fromkeys(spared, Verdict.UNDETERMINED.value), "cause": {why: why for why in spared}}

    def either(name: str) -> exp.Expr:
        ifs = [exp.If(this=spared[why].copy(), true=text(then)) for why, then in told[name].items()]
        return named(exp.Case(ifs=ifs, default=col(name, "j")), name)

    columns = (either(name) if name in told else col(name, "j") for name in VERDICT_COLUMNS)
    return with_(exp.select(*columns).from_(relation("certain", "j"), copy=False), certain=verdicts)


def _kept(verdicts: exp.Query, *, every: bool) -> exp.Select:
    """The rows to be kept, each standing for `many`: unless every row is wanted, what was met is only counted.

    One pass tells and counts, since a relation that is asked twice is written down whole in between. What is told of a
    row is one value, so that a planner meets the question whether to tell it once and not in every column.
    """
    judged = relation("judged", "j")
    if every:
        single = exp.select(*(col(name, "j") for name in VERDICT_COLUMNS), named(exp.Literal.number(1), "many"))
        return with_(single.from_(judged, copy=False), judged=verdicts)
    loud = exp.not_(exp.In(this=col("verdict", "j"), expressions=[text(each) for each in QUIET]))
    row = packed({name: col(name, "j") for name in _TOLD})
    one = exp.select(
        col("verdict", "j"),
        named(exp.Case(ifs=[exp.If(this=loud, true=row)]), "told"),
        named(exp.Count(this=exp.Star()), "many"),
    )
    counted = one.from_(judged, copy=False).group_by(exp.Literal.number(1), exp.Literal.number(2), copy=False)
    parts = (named(unpacked(col("told", "c"), name), name) for name in _TOLD)
    query = exp.select(*parts, col("verdict", "c"), col("many", "c")).from_(relation("counted", "c"), copy=False)
    return with_(query, judged=verdicts, counted=counted)


def _applies(planned: Planned, ground: Ground, engine: Engine) -> bool:
    """Whether a rule applies on any day of the period."""
    if planned.rule.rule.when is None:
        return True
    first, last = literal(ground.period.start.date()).sql, literal(ground.period.end.date()).sql
    query = sql(APPLIES, applies=planned.applies.sql, first=first, last=last)
    answer = engine.fetch(query).to_pylist()
    return bool(answer[0]["applies"])


def _parted(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The verdicts, and what was left unattended."""
    unattended = pc.equal(rows["verdict"], LEFT)
    return rows.filter(pc.invert(unattended)), rows.filter(unattended).select(["bearer", "at", "due"])


def _counts(rows: pa.Table) -> dict[str, int]:
    counted = rows.group_by("verdict").aggregate([("many", "sum")])
    return dict(zip(counted["verdict"].to_pylist(), counted["many_sum"].to_pylist(), strict=True))


def _single(planned: Planned, ground: Ground, counts: Mapping[str, int], *, applies: bool) -> Finding | None:
    """The one finding of a rule that can't be answered, or that does not apply."""
    if not applies:
        return bare(planned.rule.rule.id, Verdict.NOT_APPLICABLE, "the rule does not apply here")
    if planned.missing:
        return bare(planned.rule.rule.id, Verdict.UNDETERMINED, "; ".join(planned.missing))
    wanting = planned.plan.wanting if planned.plan else ()
    empty = [each for name in wanting for each in (name, *_reached(name, ground)) if _empty(each, ground)]
    if empty and any(counts.get(each.value) for each in (Verdict.BREACHED, Verdict.UNDETERMINED)):
        return bare(planned.rule.rule.id, Verdict.UNDETERMINED, f"the table {empty[0]} holds no record")
    return None


def _reached(name: str, ground: Ground) -> list[str]:
    """The tables by which it is told when a table's records happened and whose they are."""
    table = ground.tables.get(name)
    paths = [each.split(".")[:-1] for each in (table.at, table.bearer) if each] if table else []
    return [reached for path in paths for reached in _along(name, path, ground)]


def _along(name: str, path: Sequence[str], ground: Ground) -> Iterator[str]:
    """The tables that references lead to, one after the other."""
    for head in path:
        table = ground.tables.get(name)
        found = ground.reference(table, head) if table else None
        if found is None:
            return
        name = found[1]
        yield name


def _empty(name: str, ground: Ground) -> bool:
    return name in ground.tables and ground.tables[name].accepted == 0 and not ground.doubtful(name)


def _loud(rows: pa.Table) -> pa.Table:
    """The rows that are told of though nobody asked for all."""
    return rows.filter(pc.invert(pc.is_in(rows["verdict"], pa.array(QUIET))))


def _apart(rows: pa.Table) -> pa.Table:
    """Each row as often as it stands for others alike."""
    if pc.max(rows["many"]).as_py() in {None, 1}:
        return rows
    return rows.take([place for place, many in enumerate(rows["many"].to_pylist()) for _ in range(many)])
