"""On behalf of: a deputy by order has the absent person's authority for what is done in that person's name.

The higher of both counts. The order has to name exactly that pair, and to be in force on the day.
"""

from sqlglot import exp

from compliance.kinds.ground import DEPUTIES, Ground
from compliance.sql import col, expression, sql
from compliance.workspace.tables import Table

ON_BEHALF_OF = "on_behalf_of"
LENT = """
    select s.deputy, s.absent, greatest(s.since, a.since) as since, least(s.until, a.until) as until,
        a.granted, a.at_most, a.perhaps
    from deputies as s join authority as a on a.bearer = s.absent and s.since < a.until and s.until > a.since
"""


def lends(ground: Ground, table: Table) -> bool:
    """Whether records of a table may be done with somebody else's authority."""
    return ON_BEHALF_OF in table.columns and bool(ground.roster.deputies)


def lent(granted: str, alias: str, *, doer: exp.Expr, absent: exp.Expr, day: exp.Expr) -> exp.Join:
    """The authority that the doer has in another's name on a day, under an alias, beside the own one of `granted`."""
    source = sql(LENT, {"deputies": DEPUTIES, "authority": granted}).subquery()
    same = [exp.EQ(this=col("deputy", alias), expression=doer), exp.EQ(this=col("absent", alias), expression=absent)]
    then = expression(":day >= :s and :day < :u", day=day, s=col("since", alias), u=col("until", alias))
    return exp.Join(this=exp.alias_(source, alias, table=True, quoted=True), side="LEFT", on=exp.and_(*same, then))


def higher(own: str, other: str) -> exp.Expr:
    """Up to which value: the own authority, or the lent one where that is higher; unknown where the own one is."""
    mine, lent_ = col("at_most", own), col("at_most", other)
    return expression("case when :l > :m then :l else :m end", l=lent_, m=mine)


def perhaps(own: str, other: str) -> exp.Expr:
    """Up to where rows that can't be read might reach beyond that; null where neither does."""
    return expression("greatest(coalesce(:m, :l), coalesce(:l, :m))", m=col("perhaps", own), l=col("perhaps", other))
