"""One standard table, and how it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from compliance.model.types import ColumnType
from compliance.workspace.standard.naming import column_type


@dataclass(frozen=True, slots=True)
class StandardTable:
    """One standard table; `at` and `bearer` may follow a reference, None where it has none.

    `bearer_where` tells for which rows the bearer is the table's bearer (of the others it is nobody), `heartbeat` is
    `working_day` or None, and `refs` are references beyond the convention of names.
    """

    name: str
    group: str
    about: str
    key: str
    columns: Mapping[str, ColumnType]
    at: str | None = None
    bearer: str | None = None
    bearer_where: str | None = None
    ahead: bool = False
    heartbeat: str | None = None
    refs: Mapping[str, str] = field(default_factory=dict)

    @property
    def entity(self) -> str:
        """What one row is called: the key without `_id`."""
        return self.key.removesuffix("_id")


def table(  # noqa: PLR0913 the facts of a table
    name: str,
    about: str,
    columns: str,
    *,
    at: str | None = None,
    bearer: str | None = None,
    bearer_where: str | None = None,
    ahead: bool = False,
    heartbeat: str | None = None,
    refs: Mapping[str, str] | None = None,
) -> StandardTable:
    """A table of the group that is being made; its key is the first column, its bearer `employee_id` if it has one."""
    names = columns.split()
    types = MappingProxyType({column: column_type(name, column, names[0]) for column in names})
    return StandardTable(
        name=name,
        group="",
        about=about,
        key=names[0],
        columns=types,
        at=at,
        bearer=bearer or ("employee_id" if "employee_id" in names else None),
        bearer_where=bearer_where,
        ahead=ahead,
        heartbeat=heartbeat,
        refs=MappingProxyType(dict(refs or {})),
    )
