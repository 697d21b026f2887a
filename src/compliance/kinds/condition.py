"""`condition`: each such record must satisfy this."""

from typing import ClassVar

from compliance.kinds.acts import acts
from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.opened import unmatched
from compliance.kinds.records import plain
from compliance.kinds.told import Told
from compliance.language.blocks import Block, Excusable, Expression, ForEach
from compliance.language.values import Family
from compliance.sql import expression

OUTCOME = "case when :counts and :must then 'met' when :counts and not :must then 'false' else 'null' end"


class Condition(Kind, Block, Excusable):
    """A block of records, and what must hold for each."""

    name: ClassVar[str] = "condition"
    of_records: ClassVar[bool] = True
    must: Expression
    for_each: ForEach = ()

    def plan(self, desk: Desk) -> Plan | None:
        """`must` false is breached; null can't be told."""
        must = lambda scope: desk.expression(self.must, scope, (self.name, "must"), Family.BOOLEAN)  # noqa: E731
        if not self.for_each:
            unmatched(desk, self, self.name)
        found = acts(desk, self, (self.name,), {"must": must}, self.for_each, stands=True)
        if found is None:
            return None
        found.ask_employed(desk)
        found.leave_open()
        outcome = expression(OUTCOME, counts=found.columns["counts"].sql, must=found.columns["must"].sql)
        return plain(desk, found, self, outcome, null_how="false")

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record",)

    def says(self, told: Told) -> str:
        """What must hold of the record, whether it does, and by whom it was approved if it was."""
        must = " ".join(self.must.split())
        if told.approved:
            return f"{told.record} is not as it must be ({must}){told.approved}"
        if told.wanting:
            or_null = " or that is not recorded" if self.if_null == "breached" else ""
            return f"{told.record} is not as it must be{or_null}: {must}"
        return f"{'' if told.met else 'whether '}{told.record} is as it must be: {must}"
