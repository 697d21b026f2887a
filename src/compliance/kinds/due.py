"""A due instant that lies in an absence: who answers for it then, or to when it moves."""

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.sql import sql, with_

# The due instant lies in an absence if its day does; it moves to the end of the first working day back.
MOVED = """
    select d.*, a.bearer is not null as away,
        case when a.bearer is null then d.first_due_day else a.back end as due_day,
        case when a.bearer is null then d.first_due else cast(a.back as timestamp) + interval '1' day end as due,
        case when a.bearer is null then d.first_due_instant end as due_instant,
        a.bearer is null and d.first_exact as exact, cast(null as varchar) as responsible
    from duties as d left join leave as a
        on a.bearer = d.bearer and d.first_due_day >= a.since and d.first_due_day < a.until
"""
EMPLOYED = """
    select m.* from placed as m
    where m.bearer is null or m.due_day is null
        or not exists (select 1 from roster as r where r.bearer = m.bearer)
        or exists (
            select 1 from roster as r
            where r.bearer = m.bearer and r.employed_from <= m.due_day and r.employed_to > m.due_day
        )
"""


def moved(desk: Desk, duties: str) -> exp.Query:
    """The duties, each with `due_day`, `due`, `exact` and who is `responsible` (null: the bearer).

    `duties` has `bearer` and `first_due_day`, `first_due`, `first_exact` and, where the clock alone does not tell it,
    `first_due_instant`, before any absence. What falls due on a day
    on which the bearer is not employed is not owed.
    """
    placed = sql(MOVED, {"duties": duties})
    if not desk.ground.rostered:
        return placed
    return with_(sql(EMPLOYED), placed=placed)
