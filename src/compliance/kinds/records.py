"""Verdicts on records: what `prohibition`, `condition` and `limit` share once each record has its own outcome."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from sqlglot import exp

from compliance.kinds.acts import ACT_KEY, Acts
from compliance.kinds.approval import asked, covered, decisions
from compliance.kinds.base import Desk, Plan, verdict_rows
from compliance.language.blocks import Excusable
from compliance.sql import col, expression, free, named, sql, text, with_

Case: TypeAlias = tuple[exp.Expr, str, str | None]
JUDGED = "select * from acts as j"
APPROVED = """
    select * from acts as j left join covered as c on c.record_key = j.record_key
"""
DECIDED = """
    select b.number, 'approvals' as record_table, d.decision_id as record_key, d.decided as happened
    from breaches as b join rulings as d on :named where not d.rejected
"""
# Behind an act's own key may stand the members of lists that its finding is about.
OF_THE_ACT = {"record_key": "d.act_id = b.record_key", ACT_KEY: "starts_with(b.record_key, d.act_id || ' / ')"}
OF_THE_RECORD = ("bearer", "department", "record_key", "at", "measured", "required")
BESIDE = ("other", "least", "silent", "below")
"""What a kind that measures something tells of a second measure: its value, its minimum, a silent day, and which."""
RULED_OUT = ":o = 'null' and coalesce(j.stands and j.open, false)"
UNKNOWN = "(:o is null or :o in ('null', 'no_value', 'no_bound'))"
# The first of several decisions; what is compared as text is told apart again.
APPROVAL = "split_part({0}, chr(31), {1})"
BEYOND = "select * from acts where outcome is not null and outcome not in ('met', 'none', 'running')"


def plain(desk: Desk, acts: Acts, kind: Excusable, outcome: exp.Expr, *, null_how: str) -> Plan:
    """The plan of a kind that measures nothing, from the outcome of each act."""
    nothing = (named(exp.null(), name) for name in ("measured", "required", *BESIDE))
    query = acts.query().select(named(outcome, "outcome"), *nothing, copy=False)
    return judged(desk, acts, kind, query, act=acts.table.entity, value=None, null_how=null_how)


def judged(
    desk: Desk, acts: Acts, kind: Excusable, query: exp.Select, *, act: Sequence[str], value: str | None, null_how: str
) -> Plan:
    """The plan of a record kind. `query` gives the acts with BESIDE and `outcome`: met, unknown, or how it is breached.

    `act` is what decisions may call it, `value` the column that an approver's authority must cover, `null_how` the way
    in which what can't be told is breached where the rule says so.
    """
    unless, how_null = kind.unless, "breached" if kind.if_null == "breached" else "undetermined"
    found = decisions(desk, act, ("unless",)) if unless else None
    outcome = col("outcome", "j")
    is_null = expression(UNKNOWN, o=outcome)
    cases = list(_cases(acts, outcome, how_null, approvable=found is not None))
    verdict = exp.Case(ifs=[exp.If(this=when, true=text(then)) for when, then, _ in cases], default=text("breached"))
    cause = exp.Case(ifs=[exp.If(this=free(when), true=text(why) if why else exp.Null()) for when, _, why in cases])
    how = _how(outcome, is_null, null_how, ratified=found is not None)
    main = sql(APPROVED if found is not None else JUDGED)
    given: dict[str, exp.Expr] = {name: col(name, "j") for name in (*OF_THE_RECORD, *BESIDE[:3])}
    given["record_table"] = text(acts.table.name)
    if found is not None:
        given |= _approval(verdict, outcome)
    rows = verdict_rows(main, given | {"verdict": verdict, "cause": cause, "how": how})
    parts: dict[str, exp.Query | None] = {"acts": query}
    if found is not None:
        doubtful = desk.ground.doubtful("approvals")
        parts |= {"beyond": sql(BEYOND), "rulings": found[0], "asked": asked(acts.named_by, doubtful=doubtful)}
        parts["covered"] = covered(desk, act, acts, days=found[1], value=value, loc=("unless",))
    return Plan(
        with_(rows, **parts), _decisions(found[0], acts.named_by) if found else None, ("approvals",) if unless else ()
    )


def _cases(acts: Acts, outcome: exp.Expr, how_null: str, *, approvable: bool) -> Iterator[Case]:
    """When an act has which verdict, and why; what is decided first stands first."""

    def when(test: str) -> exp.Expr:
        return expression(test, o=outcome)

    unknown, open_ = expression(UNKNOWN, o=outcome), how_null == "undetermined"
    yield when(":o = 'running'"), "pending", None
    for side in ("below_lower", "below_upper"):
        yield expression(":o = 'none' and j.below = :s", o=outcome, s=text(side)), "not_applicable", side
    yield when(":o = 'met'"), "met", None
    if approvable:
        # What is left open by a null stays so; where a null is a breach, an approval saves that too.
        saved = "not :n and coalesce(c.{0}, false)" if open_ else "coalesce(c.{0}, false)"
        yield expression(saved.format("in_time"), n=unknown), "met", None
        yield expression(saved.format("untold"), n=unknown), "undetermined", "untold"
        yield expression(saved.format("doubtful"), n=unknown), "undetermined", "unread_approval"
    yield when(":o = 'quiet'"), "undetermined", "silent_bound"
    yield when(":o = 'doubt'"), "undetermined", "doubt"
    yield when(":o = 'grant'"), "undetermined", "unread_authority"
    if acts.opens:
        # A row that can't be read may rule the act out: that is no null of its own.
        yield when(RULED_OUT), "undetermined", "ruled_out"
    for why in ("no_value", "no_bound") if open_ else ():
        yield expression(":o = :w", o=outcome, w=text(why)), how_null, why
    yield unknown, how_null, "null" if open_ else None


def _decisions(decided: exp.Select, named_by: str) -> exp.Select:
    """The decisions on each breached act, in time or not, as evidence beside the act itself."""
    return sql(DECIDED, named=expression(OF_THE_ACT[named_by])).with_("rulings", as_=decided)


def _approval(verdict: exp.Expr, outcome: exp.Expr) -> dict[str, exp.Expr]:
    """Who approved what is met by that, or was approved only afterwards, and when."""
    said = expression(
        "case when :v = 'breached' then c.ratified when :v = 'met' and :o <> 'met' then c.approved end",
        v=verdict,
        o=outcome,
    )
    when, who = (expression(APPROVAL.format(":s", place), s=said) for place in (1, 2))
    return {"done": expression("try_cast(:w as timestamp)", w=when), "by": who}


def _how(outcome: exp.Expr, is_null: exp.Expr, null_how: str, *, ratified: bool) -> exp.Expr:
    ifs = [exp.If(this=expression(":o = 'met'", o=outcome), true=exp.Null())]
    if ratified:
        ifs.append(exp.If(this=expression("coalesce(c.later, false)"), true=text("ratified_late")))
    ifs.append(exp.If(this=is_null.copy(), true=text(null_how)))
    return exp.Case(ifs=ifs, default=outcome.copy())
