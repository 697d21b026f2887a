"""What every look for oddities is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from compliance.calendar import WorkCalendar
from compliance.engines.base import Engine
from compliance.model.audit import TableAccount
from compliance.model.finding import Window
from compliance.workspace.manifest import Manifest
from compliance.workspace.tables import Books


@dataclass(frozen=True, slots=True)
class Looked:
    """The workspace as it was taken in; without a period, `as_of` and the calendar are None too."""

    manifest: Manifest
    books: Books
    engine: Engine
    period: Window | None
    as_of: datetime | None
    calendar: WorkCalendar | None

    @property
    def accounts(self) -> Mapping[str, TableAccount]:
        """What became of each table's rows."""
        return {account.table: account for account in self.books.accounts}
