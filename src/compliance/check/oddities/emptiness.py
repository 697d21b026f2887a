"""A table without any record."""

from collections.abc import Iterator

from compliance.check.model import Oddity
from compliance.check.oddities.looked import Looked
from compliance.model.audit import TableAccount
from compliance.reports.words import plural
from compliance.workspace.reasons import unknown_bearer

EXPORT = "check what was exported; a rule that needs these records is undetermined, or finds nothing"


def empty_tables(looked: Looked) -> Iterator[Oddity]:
    """Tables that were read and hold nothing: no row at all, or none that could be accepted."""
    for account in looked.books.accounts:
        if not account.read:
            yield Oddity(account.table, f"{account.table} holds no record", EXPORT)
        elif not account.accepted and not _strangers(looked, account):
            why = next(iter(account.reasons), "unreadable")
            says = f"every row of {account.table} was rejected, {plural(account.read, 'row')}: {why}"
            yield Oddity(account.table, says, "see how the manifest reads this column")


def _strangers(looked: Looked, account: TableAccount) -> bool:
    """Whether all were rejected because nobody is on the roster, which is an oddity of its own."""
    bearer = looked.books.tables[account.table].bearer
    return bearer is not None and {*account.reasons} == {unknown_bearer(bearer).group}
