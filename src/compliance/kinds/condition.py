"""`condition`: each such record must satisfy this."""

from typing import ClassVar

from compliance.kinds.acts import acts
from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.opened import unmatched
from compliance.kinds.records import plain
from compliance.language.blocks import Block, Excusable, Expression, ForEach
from compliance.language.values import Family
from compliance.sql import expression

OUTCOME = "case when :counts and :must then 'met' when :counts and not :must then 'false' else 'null' end"


class Condition(Kind, Block, Excusable):
    """A block of records, and what must hold for each."""

    name: ClassVar[str] = "condition"
    must: Expression
    for_each: ForEach = ()

    def plan(self, desk: Desk) -> Plan | None:
        """`must` false is breached; null can't be told."""
        must = lambda scope: desk.expression(self.must, scope, (self.name, "must"), Family.BOOLEAN)  # noqa: E731
        if not self.for_each:
            unmatched(desk, self, self.name)
        found = acts(desk, self, (self.name,), {"must": must}, self.for_each)
        if found is None:
            return None
        outcome = expression(OUTCOME, counts=found.columns["counts"].sql, must=found.columns["must"].sql)
        return plain(desk, found, self, outcome, null_how="false")

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record",)

    def sentence(self) -> str:
        """What the message says where the rule has none."""
        return "{record} is not as it must be"

    def matter(self) -> str:
        """What it says where nothing is breached."""
        return "{record}"
