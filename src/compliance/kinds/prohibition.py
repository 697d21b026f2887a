"""`prohibition`: this must not happen; every matching record is a breach."""

from typing import ClassVar

from compliance.kinds.acts import acts
from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.opened import unmatched
from compliance.kinds.records import plain
from compliance.language.blocks import Block, Excusable, ForEach
from compliance.sql import expression


class Prohibition(Kind, Block, Excusable):
    """A block of records that must stay empty."""

    name: ClassVar[str] = "prohibition"
    for_each: ForEach = ()

    def plan(self, desk: Desk) -> Plan | None:
        """Every record of the block is forbidden; one whose `where` can't be told is undetermined."""
        if not self.for_each:
            unmatched(desk, self, self.name)
        found = acts(desk, self, (self.name,), {}, self.for_each)
        if found is None:
            return None
        outcome = expression("case when :counts then 'forbidden' else 'null' end", counts=found.columns["counts"].sql)
        return plain(desk, found, self, outcome, null_how="forbidden")

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record",)

    def sentence(self) -> str:
        """What the message says where the rule has none."""
        return "{record} must not have happened"

    def matter(self) -> str:
        """What it says where nothing is breached."""
        return "{record}"
