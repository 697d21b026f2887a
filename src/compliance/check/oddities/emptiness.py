"""A table without any record."""

from collections.abc import Iterator

from compliance.check.model import Oddity
from compliance.check.oddities.looked import Looked
from compliance.model.audit import TableAccount
from compliance.reports.words import plural
from compliance.workspace.cures import cure, unreadable
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
            advice = cure(why)
            known = f"if the rows are right, {advice} in the table's entry" if advice else None
            yield Oddity(account.table, says, known or "see how the manifest reads this column")


def mostly_rejected(looked: Looked) -> Iterator[Oddity]:
    """Tables of which most rows, but not all, are rejected for one reason that the manifest may do away with."""
    part = (account for account in looked.books.accounts if account.accepted)
    yield from (Oddity(each.table, each.says, each.help) for each in unreadable(part))


def _strangers(looked: Looked, account: TableAccount) -> bool:
    """Whether all were rejected because nobody is on the roster, which is an oddity of its own."""
    bearer = looked.books.tables[account.table].bearer
    return bearer is not None and {*account.reasons} == {unknown_bearer(bearer).group}
