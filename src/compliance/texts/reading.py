"""Reading the texts of a table of messages in batches: the rows of `mentions`."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.sql import col, expression, named, relation
from compliance.texts.listed import Listed
from compliance.texts.lists import Lists
from compliance.texts.mention import EMPLOYEE, Mention, masked
from compliance.texts.patterns import Patterns
from compliance.texts.working import Working
from compliance.workspace.tables import Table

BATCH = 5_000
TAKEN_OVER = ("recipient_kind", "recipient_client_id", "channel")
_PARTS = ("_key", "_at", "_instant", "_bearer")
Row: TypeAlias = dict[str, Any]


class Reader:
    """The recognisers and the workspace's lists, made once for all messages."""

    def __init__(self, listed: Listed, working: Working) -> None:
        self._patterns = Patterns()
        self._lists = Lists(listed, self._patterns.words)
        self._listed, self._working = listed, working

    def mentions(self, messages: Table, part: str, engine: Engine) -> list[Row]:
        """What the texts of one relation of the messages tell of; tells after each batch how far it is."""
        numbered = f"numbered {part}"
        engine.create(numbered, _numbered(messages, part), kept=True)
        count = engine.fetch(exp.select(named(exp.Count(this=exp.Star()), "n")).from_(relation(numbered)))
        total = count.column(0)[0].as_py()
        found: list[Row] = []
        for start in range(0, total, BATCH):
            self._working(f"texts: {start:,} of {total:,} messages")
            found += self._batch(engine.fetch(_between(numbered, start)).to_pylist())
        return found

    def _batch(self, messages: list[Row]) -> Iterator[Row]:
        cut = self._patterns.found(each["text"] for each in messages)
        for message, (words, known) in zip(messages, cut, strict=True):
            for mention in sorted({*known, *self._lists.found(words)}, key=_order):
                if not self._by_the_sender(message, mention):
                    yield _row(message, mention)

    def _by_the_sender(self, message: Mapping[str, Any], mention: Mention) -> bool:
        """Whether somebody merely signs."""
        own = self._listed.employees.get(message["_bearer"] or "")
        said = message["text"][mention.start : mention.end]
        return mention.kind == EMPLOYEE and own is not None and own.lower().split() == said.lower().split()


def _order(mention: Mention) -> tuple[int, int, str, str]:
    return mention.start, mention.end, mention.kind, mention.asset or ""


def _numbered(messages: Table, part: str) -> exp.Select:
    """The messages with a text, counted from 0."""
    held = [named(col(name), name) for name in (*TAKEN_OVER, "text") if name in messages.columns]
    counted = named(expression("row_number() over (order by _key, _at) - 1"), "n")
    return exp.select(counted, *map(col, _PARTS), *held).from_(relation(part)).where(expression("text <> ''"))


def _between(numbered: str, start: int) -> exp.Select:
    these = expression("n >= :start and n < :stop", start=exp.convert(start), stop=exp.convert(start + BATCH))
    return exp.select("*").from_(relation(numbered)).where(these).order_by(col("n"))


def _row(message: Mapping[str, Any], mention: Mention) -> Row:
    asset = f" {mention.asset}" if mention.asset else ""
    key = f"{message['_key']} {mention.place} {mention.kind}{asset}" if message["_key"] else None
    return {
        "mention_id": key,
        "message_id": message["_key"],
        "sender_id": message["_bearer"],
        "at": message["_at"],
        **{name: message.get(name) for name in TAKEN_OVER},
        "kind": mention.kind,
        "place": mention.place,
        "piece": masked(message["text"][mention.start : mention.end]),
        "confidence": mention.confidence,
        "asset_id": mention.asset,
        "client_id": mention.client,
        "subject_employee_id": mention.person,
        "_key": key,
        **{part: message[part] for part in ("_at", "_instant", "_bearer")},
    }
