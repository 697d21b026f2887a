"""What somebody would owe by a post that an appointment may tell which can't be read: nobody knows, so it is open."""

from sqlglot import exp

from compliance.kinds.base import VERDICT_COLUMNS
from compliance.kinds.ground import ROSTER
from compliance.rulebook.planning import Planned
from compliance.sql import asked_of, col, inner, named, nothing, relation, sql, text, united, with_

# What is not told of the person anyhow; once a person, since it is one row that can't be read.
PERHAPS = """
    select * from (
        select p.*, row_number() over (partition by p.bearer order by p.at, p.start, p.record_key) as place
        from supposed as p
        where p.bearer is not null and p.verdict in ('breached', 'undetermined') and not exists (
            select 1 from told as t where t.bearer = p.bearer and t.start is not distinct from p.start
                and t.stop is not distinct from p.stop and t.record_key is not distinct from p.record_key
                and (t.start is not null or t.due is not distinct from p.due)
        )
    ) as p
    where p.place = 1
"""


def supposed(planned: Planned, verdicts: exp.Query) -> exp.Query:
    """The verdicts of a rule, and an open one of whoever would owe something by a post that may have been held."""
    if not planned.supposed or planned.plan is None:
        return verdicts
    others = united([asked_of(planned.plan.verdicts, ROSTER, name) for name in planned.supposed], distinct=False)
    open_ = {"verdict": text("undetermined"), "cause": text("appointment"), "how": nothing("VARCHAR")}
    columns = [named(open_.get(name, col(name, "p")), name) for name in VERDICT_COLUMNS]
    perhaps = exp.select(*columns).from_(inner(sql(PERHAPS), "p"))
    both = united([_all("told"), perhaps], distinct=False)
    query = exp.select("*").from_(inner(both, "j"))
    return with_(query, told=verdicts, supposed=others)


def _all(name: str) -> exp.Select:
    return exp.select(*(col(column, "j") for column in VERDICT_COLUMNS)).from_(relation(name, "j"))
