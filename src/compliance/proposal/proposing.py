"""The main path: files looked through, their tables guessed, the manifest tried before it is handed out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from compliance.assess.period import audited
from compliance.calendar import midnight
from compliance.check.titles import spellings
from compliance.engines.base import Engine
from compliance.engines.duckdb import DuckDB
from compliance.model.audit import TableAccount
from compliance.model.finding import Window
from compliance.model.problem import UserError
from compliance.proposal.entries import entries
from compliance.proposal.looking import sight
from compliance.proposal.model import Proposed, Sighted
from compliance.proposal.offers import offered, seen_from
from compliance.proposal.writing import written
from compliance.reports.words import plural
from compliance.shipped import packs
from compliance.workspace.intake import intake
from compliance.workspace.manifest import MANIFEST, Manifest
from compliance.workspace.reasons import unknown_bearer
from compliance.workspace.standard import EMPLOYEES
from compliance.workspace.tables import Books
from compliance.yamldoc import Document, parse


@dataclass(frozen=True, slots=True)
class Proposal:
    """A manifest as text, and the names of its tables."""

    text: str
    tables: tuple[str, ...]


def propose(files: Sequence[str], folder: Path, today: date) -> Proposal:
    """A manifest for these files in this folder, which takes in every table of theirs.

    `today` is only looked at where no record has a time. Raises UserError for what can't be read at all.
    """
    found = [each for file in files for each in offered(file)]
    organisation = folder.resolve().name or "My organisation"
    with DuckDB.opened([path for _, located in found for path in located.paths]) as engine:
        proposed = entries([sight(*each, engine, number) for number, each in enumerate(found)])
        books = _tried(written(proposed, organisation, ()), engine)
        proposed = tuple(_mended(each, account, books) for each, account in zip(proposed, books.accounts, strict=True))
        if any(each.strangers for each in proposed):
            books = _tried(written(proposed, organisation, ()), engine)
        period, records = _period(books, today)
        titles = [title for title, _ in spellings(books, engine, EMPLOYEES, "position")]
    placed = [replace(each, table=_placed(each.table, folder)) for each in proposed]
    known = [pack.name for pack in packs()]
    text = written(placed, organisation, known, period=period, records=records, titles=titles)
    return Proposal(text, tuple(each.name for each in proposed))


def _placed(table: Sighted, folder: Path) -> Sighted:
    return replace(table, source=seen_from(folder, table.source))


def _tried(text: str, engine: Engine) -> Books:
    """Everything taken in as the manifest would say if it stood in the current folder."""
    document: Document[Manifest] = parse(text, MANIFEST, Manifest)
    return intake(document, Path(), engine)


def _mended(entry: Proposed, account: TableAccount, books: Books) -> Proposed:
    """The entry with what the first try showed: a bearer whom nobody knows, and rows that can't be read."""
    bearer = books.tables[entry.name].bearer
    group = unknown_bearer(bearer).group if bearer else ""
    if account.reasons.get(group, 0) == account.read > 0:
        return replace(entry, strangers=True)
    notes = tuple(f"{plural(count, 'row')} rejected: {reason}" for reason, count in account.reasons.items())
    return replace(entry, notes=notes)


def _period(books: Books, today: date) -> tuple[Window | None, Window | None]:
    """The period that the manifest must give, else the one that the records cover."""
    try:
        return None, audited(None, None, None, books)
    except UserError:
        first, following = date(today.year, 1, 1), date(today.year + 1, 1, 1)
        return Window(midnight(first), midnight(following)), None
