"""Verdicts on records: what `prohibition`, `condition` and `limit` share once each record has its own outcome."""

from collections.abc import Sequence

from sqlglot import exp

from compliance.kinds.acts import ACT_KEY, Acts
from compliance.kinds.approval import asked, covered, decisions
from compliance.kinds.base import Desk, Plan, verdict_rows
from compliance.language.blocks import Excusable
from compliance.sql import col, expression, free, named, sql, text, with_

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
BEYOND = "select * from acts where outcome is not null and outcome not in ('met', 'none', 'running')"


def plain(desk: Desk, acts: Acts, kind: Excusable, outcome: exp.Expr, *, null_how: str) -> Plan:
    """The plan of a kind that measures nothing, from the outcome of each act."""
    nothing = (named(exp.null(), name) for name in ("measured", "required"))
    query = acts.query().select(named(outcome, "outcome"), *nothing, copy=False)
    return judged(desk, acts, kind, query, act=acts.table.entity, value=None, null_how=null_how)


def judged(
    desk: Desk, acts: Acts, kind: Excusable, query: exp.Select, *, act: Sequence[str], value: str | None, null_how: str
) -> Plan:
    """The plan of a record kind. `query` gives the acts with `outcome`: met, null, or how it was breached.

    `act` is what decisions may call it, `value` the column that an approver's authority must cover, `null_how` the way
    in which what can't be told is breached where the rule says so.
    """
    unless, how_null = kind.unless, "breached" if kind.if_null == "breached" else "undetermined"
    found = decisions(desk, act, ("unless",)) if unless else None
    outcome = col("outcome", "j")
    is_null = expression(":o is null or :o = 'null'", o=outcome)
    cases: list[tuple[exp.Expr, str, str | None]] = [(expression(":o = 'met'", o=outcome), "met", None)]
    if found is not None:
        # What is left open by a null stays so; where a null is a breach, an approval saves that too.
        saved = "coalesce(c.{0}, false)" if how_null == "breached" else "not :n and coalesce(c.{0}, false)"
        cases.append((expression(saved.format("in_time"), n=is_null), "met", None))
        cases.append((expression(saved.format("untold"), n=is_null), "undetermined", "null"))
        cases.append((expression(saved.format("doubtful"), n=is_null), "undetermined", "doubt"))
    cases.insert(0, (expression(":o = 'none'", o=outcome), "not_applicable", None))
    cases.insert(0, (expression(":o = 'running'", o=outcome), "pending", None))
    cases.append((expression(":o = 'quiet'", o=outcome), "undetermined", "silent_bound"))
    cases.append((expression(":o = 'doubt'", o=outcome), "undetermined", "doubt"))
    cases.append((is_null, how_null, "null" if how_null == "undetermined" else None))
    verdict = exp.Case(ifs=[exp.If(this=when, true=text(then)) for when, then, _ in cases], default=text("breached"))
    cause = exp.Case(ifs=[exp.If(this=free(when), true=text(why) if why else exp.Null()) for when, _, why in cases])
    how = _how(outcome, is_null, null_how, ratified=found is not None)
    main = sql(APPROVED if found is not None else JUDGED)
    given: dict[str, exp.Expr] = {
        name: col(name, "j") for name in ("bearer", "department", "record_key", "at", "measured", "required")
    }
    given["record_table"] = text(acts.table.name)
    rows = verdict_rows(main, given | {"verdict": verdict, "cause": cause, "how": how})
    parts: dict[str, exp.Query | None] = {"acts": query}
    if found is not None:
        doubtful = desk.ground.doubtful("approvals")
        parts |= {"beyond": sql(BEYOND), "rulings": found[0], "asked": asked(acts.named_by, doubtful=doubtful)}
        parts["covered"] = covered(desk, act, acts, days=found[1], value=value, loc=("unless",))
    return Plan(
        with_(rows, **parts), _decisions(found[0], acts.named_by) if found else None, ("approvals",) if unless else ()
    )


def _decisions(decided: exp.Select, named_by: str) -> exp.Select:
    """The decisions on each breached act, in time or not, as evidence beside the act itself."""
    return sql(DECIDED, named=expression(OF_THE_ACT[named_by])).with_("rulings", as_=decided)


def _how(outcome: exp.Expr, is_null: exp.Expr, null_how: str, *, ratified: bool) -> exp.Expr:
    ifs = [exp.If(this=expression(":o = 'met'", o=outcome), true=exp.Null())]
    if ratified:
        ifs.append(exp.If(this=expression("coalesce(c.later, false)"), true=text("ratified_late")))
    ifs.append(exp.If(this=is_null.copy(), true=text(null_how)))
    return exp.Case(ifs=ifs, default=outcome.copy())
