"""`prohibition`: this must not happen; every matching record is a breach."""

from typing import ClassVar

from compliance.kinds.acts import acts
from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.opened import unmatched
from compliance.kinds.records import plain
from compliance.kinds.told import Told
from compliance.language.blocks import Block, Excusable, ForEach
from compliance.sql import expression


class Prohibition(Kind, Block, Excusable):
    """A block of records that must stay empty."""

    name: ClassVar[str] = "prohibition"
    of_records: ClassVar[bool] = True
    for_each: ForEach = ()

    def plan(self, desk: Desk) -> Plan | None:
        """Every record of the block is forbidden; one whose `where` can't be told is undetermined."""
        if not self.for_each:
            unmatched(desk, self, self.name)
        found = acts(desk, self, (self.name,), {}, self.for_each, stands=True)
        if found is None:
            return None
        found.ask_employed(desk)
        found.leave_open()
        outcome = expression("case when :counts then 'forbidden' else 'null' end", counts=found.columns["counts"].sql)
        return plain(desk, found, self, outcome, null_how="forbidden")

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record",)

    def says(self, told: Told) -> str:
        """That the record is forbidden, and by whom it was approved if it was."""
        if told.approved:
            return f"{told.record} is not allowed without approval{told.approved}"
        if told.wanting:
            return f"{told.record} is not allowed" + (" without approval" if self.unless else "")
        return f"{'' if told.met else 'whether '}{told.record} is allowed"
