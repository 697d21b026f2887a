"""`prohibition`: this must not happen; every matching record is a breach."""

from typing import ClassVar

from compliance.kinds.acts import acts
from compliance.kinds.approval import entity
from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.records import judged
from compliance.language.blocks import Block, IfNull, Unless
from compliance.sql import expression


class Prohibition(Kind, Block):
    """A block of records that must stay empty."""

    name: ClassVar[str] = "prohibition"
    unless: Unless | None = None
    if_null: IfNull = "undetermined"

    def plan(self, desk: Desk) -> Plan | None:
        """Every record of the block is forbidden; one whose `where` can't be told is undetermined."""
        found = acts(desk, self, (self.name,), {})
        if found is None:
            return None
        outcome = expression("case when :counts then 'forbidden' else 'null' end", counts=found.wanted["counts"].sql)
        query = found.query.select(
            outcome.as_("outcome"), expression("null").as_("measured"), expression("null").as_("required")
        )
        return judged(
            desk,
            found,
            query,
            unless=self.unless,
            if_null=self.if_null,
            act=entity(found),
            value=None,
            null_how="forbidden",
        )

    def sentence(self) -> str:
        """What the message says where the rule has none."""
        return "{record} must not have happened"
