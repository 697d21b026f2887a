"""A second measure of a table without time: of what is on record, whenever it was written down."""

from dataclasses import dataclass, fields

from sqlglot import exp

from compliance.kinds.measures import Measure
from compliance.kinds.parts import CREATED
from compliance.kinds.scopes import RecordScope
from compliance.kinds.tally import Tally
from compliance.sql import all_of, col, expression, nothing, relation

THERE = ":since is null or cast(:since as timestamp) <= cast(:start as timestamp)"


@dataclass(frozen=True)
class OnRecord(Tally):
    """The records count in each window that began once they were there.

    `since` is when a record came to be, where its table tells it. One that can't be read may be of any window.
    """

    since: exp.Expr | None = None

    @property
    def start(self) -> exp.Expr:
        """The first day of a window that a record counts in."""
        return col("start_day", "w")

    @property
    def loose_start(self) -> exp.Expr:
        """No day: it may be any."""
        return nothing("DATE")

    def done(self, taken: Measure) -> exp.Select:
        """The measure of each bearer's (or entity's) records by window; none where there are none."""
        # What it has in common with an entity may be empty: that is told apart later.
        own = [(value, name) for value, name in self.keys if name == "bearer"]
        windows = exp.select(*(col(name) for _, name in own), col("start_day")).distinct().from_(relation("owed"))
        same = [exp.EQ(this=value.copy(), expression=col(name, "w")) for value, name in own]
        return super().done(taken).join(windows.subquery("w"), on=all_of(*same, *self._there(self.start)))

    def evidence(self) -> exp.Select | None:
        """The records that were counted for each breach."""
        found = super().evidence()
        return found and found.where(*self._there(col("start", "b")))

    def _there(self, start: exp.Expr) -> list[exp.Expr]:
        """Whether a record was there as a window began."""
        return [] if self.since is None else [expression(THERE, since=self.since, start=start)]


def on_record(found: Tally, records: RecordScope) -> OnRecord:
    """The tally of a table without time, window by window."""
    since = next((records.column((name,)) for name in CREATED if name in records.table.columns), None)
    told = {each.name: getattr(found, each.name) for each in fields(found)}
    return OnRecord(**told, since=None if since is None else records.reading.want(since).sql)
