"""The workspace's books together with what the texts of its messages tell of, where a rule asks for it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec

from compliance.engines.base import Engine
from compliance.rulebook.loading import LoadedRule
from compliance.texts.listed import Listed
from compliance.texts.working import Working, silent
from compliance.workspace.fetching import rows
from compliance.workspace.made import made
from compliance.workspace.sources import digest
from compliance.workspace.tables import Books

MENTIONS, MESSAGES, TEXT = "mentions", "messages", "text"
NEEDED = ("presidio_analyzer", "spacy", "tldextract")
NOT_INSTALLED = "the texts of messages can't be read without the extra `texts`: install dutybook[texts]"


def with_mentions(books: Books, engine: Engine, rules: Iterable[LoadedRule], *, working: Working = silent) -> Books:
    """The books with the table `mentions`, where any of these rules reads it.

    A table of this name that the manifest gives stays. Where texts can't be read, the books say why.
    """
    if MENTIONS in books.tables or not any(_reads(each.rule.model_dump(exclude_none=True)) for each in rules):
        return books
    if why := _why_not(books):
        return replace(books, absent={**books.absent, MENTIONS: why})
    return _read(books, engine, working)


def _reads(value: object) -> bool:
    """Whether a rule, as plain values, names the table or leads to it."""
    match value:
        case str():
            return "mention." in value
        case Mapping():
            return value.get("of") == MENTIONS or any(map(_reads, value.values()))
        case list() | tuple():
            return any(map(_reads, value))
        case _:
            return False


def _why_not(books: Books) -> str | None:
    if MESSAGES not in books.tables:
        return f"the table {MESSAGES} is not there"
    messages = books.tables[MESSAGES]
    lacking = next((each for each in (TEXT, "at", "sender_id") if each not in messages.columns), None)
    if lacking is not None:
        return f"the column {MESSAGES}.{lacking} is not there"
    return None if all(map(find_spec, NEEDED)) else NOT_INSTALLED


def _read(books: Books, engine: Engine, working: Working) -> Books:
    from compliance.texts.reading import Reader  # noqa: PLC0415 an optional extra, and slow to import

    reader, messages = Reader(_listed(books, engine), working), books.tables[MESSAGES]
    found = reader.mentions(messages, messages.relation, engine)
    missed = reader.mentions(messages, messages.rejected_name, engine) if messages.rejected else []
    table = replace(made(engine, MENTIONS, found, missed), first_at=messages.first_at, last_at=messages.last_at)
    # Other releases may find other things in the same records.
    readers = (f"{name} {version(name)}" for name in NEEDED)
    return replace(books, tables={**books.tables, MENTIONS: table}, digest=digest((), books.digest, *readers))


def _listed(books: Books, engine: Engine) -> Listed:
    def column(table: str, name: str) -> dict[str, str]:
        found = books.tables.get(table)
        if found is None or name not in found.columns:
            return {}
        return {row["_key"]: str(row[name]) for row in rows(engine, found, (name,)) if row[name] is not None}

    return Listed(column("information", "terms"), column("clients", "name"), column("employees", "name"))
