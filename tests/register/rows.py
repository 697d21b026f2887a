"""All that a register's tables return, whichever database holds them."""

from compliance.register.file import reading
from compliance.register.home import Home
from compliance.register.shape import TABLES


def rows(register: Home) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table, in one order."""
    with reading(register) as db:
        return {table: sorted(map(tuple, db.execute(f"select * from {table}")), key=repr) for table in TABLES}
