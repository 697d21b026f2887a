"""Which rows may be the stages that a case lacks, so that its breach is open."""

from sqlglot import exp

from compliance.kinds.acts import Acts
from compliance.sql import any_of, col, expression, relation, sql

# A row that may be of an entity may be of each case of it that it can't be told from.
CASES = "select distinct a.case_key, a.case_alone, a.entity from acts as a where a.case_key is not null"
# A row whose key can't be read is a row, too.
KEYED = "select *, coalesce(r.loose_key, chr(31) || row_number() over ()) as known_by from rows as r"
OF_CASE = "c.entity = l.entity and (l.case_key is null or l.case_key = c.case_alone)"
# Every stage that lacks needs a row of its own, in time for the earliest stage that wanted it, in whatever order.
SHORTS = """
    select p.case_key, min(p.short) as short, min(p.known) as known
    from pairs as p join judged as j on j.case_key = p.case_key join stages as s on s.place = p.short
    where j.broken group by p.case_key, s.stage
"""
FITTING = """
    select p.case_key, p.short, l.loose_key, coalesce(l.moment, p.known) as moment, l.place is not null as named
    from shorts as p join loose as l on (l.case_key is null or l.case_key = p.case_key)
        and (l.place is null or l.place = p.short) and (l.moment is null or l.moment <= p.known)
"""
# As that stage it would come before an earlier one, or without it, and no other row could be that one.
BLOCKED = """
    select distinct f.case_key, f.short, f.loose_key
    from fitting as f join stages as v on v.place = f.short
        join stages as s on s.version = v.version and s.place < f.short
        left join firsts as e on e.case_key = f.case_key and e.place = s.place
        left join loose as l on (l.case_key is null or l.case_key = f.case_key) and l.loose_key <> f.loose_key
            and (l.place is null or l.place = s.place) and (l.moment is null or l.moment <= f.moment)
    where l.loose_key is null and (e.moment > f.moment or (e.moment is null and not s.optional))
"""
FREE = """
    select f.case_key, f.short, f.loose_key, f.named from fitting as f left join blocked as b
        on b.case_key = f.case_key and b.short = f.short and b.loose_key = f.loose_key
    where b.case_key is null
"""
# A row that names its stage serves no other; those that name none are dealt out, the soonest wanted first.
LACKING = """
    select p.case_key, p.short, row_number() over (partition by p.case_key order by p.known, p.short) as nth
    from shorts as p left join free as f on f.case_key = p.case_key and f.short = p.short and f.named
    where f.case_key is null
"""
SERVED = """
    select l.case_key, l.nth, count(distinct f.loose_key) as served
    from lacking as l join lacking as e on e.case_key = l.case_key and e.nth <= l.nth
        left join free as f on f.case_key = e.case_key and f.short = e.short
    group by l.case_key, l.nth
"""
DOUBTFUL = """
    select distinct p.case_key from shorts as p
        left join served as s on s.case_key = p.case_key and s.served < s.nth
    where s.case_key is null
"""


def lacking(found: Acts) -> dict[str, exp.Query | None]:
    """The relations behind `doubtful`, the cases that rows may put in order; they read `stages` and `pairs`."""
    return {
        **_loose(found),
        "shorts": sql(SHORTS),
        "fitting": sql(FITTING),
        "blocked": sql(BLOCKED),
        "free": sql(FREE),
        "lacking": sql(LACKING),
        "served": sql(SERVED),
        "doubtful": sql(DOUBTFUL),
    }


def _loose(found: Acts) -> dict[str, exp.Query | None]:
    """Rows that may be a stage that lacks: rejected, or of an uncertain kind, case or stage."""
    columns = {name: found.columns[name].sql for name in ("case_key", "stage", "moment", "counts")}
    columns |= {"loose_key": found.own_key.sql, "rejected": col("_rejected")}
    columns["unplaced"] = any_of(*(expression(":v is null", v=value) for value, _ in found.tied))
    query = sql(
        "select l.known_by as loose_key, :case as case_key, l.moment, s.place"
        " from keyed as l left join stages as s on s.stage = l.stage",
        case=col("case_key", "l" if found.each is None else "c"),
    )
    parts: dict[str, exp.Query | None] = {}
    if found.each is not None:
        columns["entity"] = col("record_key", "o")
        parts["cases"] = sql(CASES)
        query = query.join(relation("cases", "c"), on=expression(OF_CASE))
    query = query.where(
        expression("coalesce(l.counts, true) and (l.stage is null or s.place is not null)"),
        expression(
            "l.rejected or (l.moment is not null"
            " and (l.counts is null or l.case_key is null or l.stage is null or l.unplaced))"
        ),
    )
    return {**parts, "loose": query.with_("rows", as_=found.loose(columns)).with_("keyed", as_=sql(KEYED))}
