"""Names and secrets that the workspace itself lists, found in texts by their words, whatever the letter case."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from compliance.texts.listed import Listed
from compliance.texts.mention import CLIENT, EMPLOYEE, SECRET, Mention

_ODD_BLANKS, _BLANKS, _SIGN_OR_BLANKS = (re.compile(each) for each in (r"\s\s|[^\S ]", r"\s+", r"\s+|\S"))
SHORTEST = 4
"""Shorter names and terms are words of any text."""
_CERTAIN, _FULL_NAME, _ONE_WORD = Decimal(1), Decimal("0.85"), Decimal("0.5")


class Lists:
    """The lists of a workspace, ready to be looked for in texts that are cut into words."""

    def __init__(self, listed: Listed, words: Any) -> None:  # noqa: ANN401 spaCy ships no usable type
        self._words = words
        self._known = {
            SECRET: _by_words((key, term) for key, terms in listed.terms.items() for term in terms.split(";")),
            CLIENT: _by_words(listed.clients.items()),
            EMPLOYEE: _by_words(listed.employees.items()),
        }
        self._matchers = {kind: _matcher(known, words) for kind, known in self._known.items()}

    def found(self, text: Any) -> Iterator[Mention]:  # noqa: ANN401 as above
        """Every listed name and term in a text cut into words, of those that overlap the longest."""
        if _ODD_BLANKS.search(text.text):
            yield from self._squeezed(text.text)
            return
        for kind, matcher in self._matchers.items():
            for span in filter_spans(matcher(text, as_spans=True)):
                yield from self._mentions(kind, span)

    def _squeezed(self, text: str) -> Iterator[Mention]:
        """As `found`, where words stand more than one blank apart, or on two lines."""
        places = [each.start() for each in _SIGN_OR_BLANKS.finditer(text)]
        words = self._words.tokenizer(_BLANKS.sub(" ", text))
        for each in self.found(words):
            yield replace(each, start=places[each.start], end=places[each.end - 1] + 1)

    def _mentions(self, kind: str, span: Any) -> Iterator[Mention]:  # noqa: ANN401 as above
        keys = self._known[kind].get(_folded(span.text), ())
        confidence = _CERTAIN if kind == SECRET else _FULL_NAME if " " in span.text.strip() else _ONE_WORD
        bare = Mention(span.start_char, span.end_char, kind, confidence)
        only = keys[0] if len(keys) == 1 else None
        match kind:
            case "secret":
                yield from (replace(bare, asset=key) for key in keys)
            case "client_name":
                yield replace(bare, client=only)
            case _:
                yield replace(bare, person=only)


def _by_words(named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The keys that go by each name or term."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, name in named:
        if len(words := _folded(name)) >= SHORTEST and key not in found[words]:
            found[words].append(key)
    return {words: tuple(keys) for words, keys in found.items()}


def _folded(name: str) -> str:
    return " ".join(name.lower().split())


def _matcher(known: Iterable[str], words: Any) -> Any:  # noqa: ANN401 as above
    matcher = PhraseMatcher(words.vocab, attr="LOWER")
    if phrases := list(words.tokenizer.pipe(known)):
        matcher.add("listed", phrases)
    return matcher
