"""Other names for people, records and findings: the same within one audit, and not to be guessed without the salt.

Texts are read word by word. A word that is somebody's id, or part of somebody's name in whatever case or with a short
ending, gives way to that person's pseudonym, so do addresses, telephone numbers and records that are known.
"""

import hmac
import re
import unicodedata
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from compliance.model.audit import Person
from compliance.model.finding import RecordRef

LEAST = 16
"""How many characters a salt that is given must have: a short one could be tried out."""

SOMEBODY = "[somebody]"
"""Stands for a part of a name that several people share."""

_WORD = re.compile(r"\w[\w.@+'\N{RIGHT SINGLE QUOTATION MARK}-]*")
_BREAK = re.compile(r"[.@+'\N{RIGHT SINGLE QUOTATION MARK}_-]+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+\d[\d ()-]{6,}\d")
_SAME = re.compile(r"(P-[A-Z2-7]{12})(?:[\s,]*\(?\1\)?)+")
_SHARED = re.compile(rf"{re.escape(SOMEBODY)}\s+(?=P-[A-Z2-7]{{12}})|(?<=P-[A-Z2-7]{{12}})\s+{re.escape(SOMEBODY)}")
_QUOTED = re.compile(r'(")(\d{1,4})(")')
_BEHIND = re.compile(r"((?:P-[A-Z2-7]{12}|\[somebody\]) \()(\d{1,4})(\))")
_FIGURE = re.compile(r"\d{1,4}")
"""An id that reads like a count or a year: in texts it gives way only where it stands for a person beyond doubt."""

_PART = 3
"""How many letters a part of a name must have to be known again by itself."""

_WITHOUT_SPACES = "\N{THAI CHARACTER KO KAI}"
"""From here on scripts put no space between words."""

VOWELS = frozenset("aeiouyаеёиоуыэюяй")  # noqa: RUF001 Cyrillic is meant
"""What a name may end with that another ending takes the place of."""

_ENDING = 3
"""How many letters a name may change or gain at its end: `Petrova`, `Petrovoj`."""


class Pseudonyms:
    """Pseudonyms of one audit, keyed by its id and a salt."""

    def __init__(self, salt: bytes, audit: str, people: Iterable[Person]) -> None:
        self._key = hmac.digest(salt, f"pseudonyms of audit {audit}".encode(), "sha256")
        known = tuple(people)
        self._ids = {_plain(each.id): self.person(each.id) for each in known}
        self._odd = _alone(((_plain(each), who.id) for who in known for each in _odd(who)), self.person)
        names = {_plain(each.name) for each in known}
        patterns = (_bounded(text) if text in names else re.escape(text) for text in _longest_first(self._odd))
        self._as_it_stands = re.compile("|".join(patterns), re.IGNORECASE)
        self._parts = _parts(known, self.person)
        self._stems = {stem: who for part, who in self._parts.items() for stem in _stems(part)}
        self._word = lru_cache(maxsize=65_536)(self._given)

    def person(self, who: str) -> str:
        """`P-` and twelve signs."""
        return f"P-{b32encode(self._digest('person', who))[:12].decode()}"

    def anybody(self, who: str | None) -> str | None:
        """A person's pseudonym, None where there is nobody."""
        return None if who is None else self.person(who)

    def id(self, key: str) -> str:
        """Another id for a finding or an incident: the true one could be worked out by whoever has a list of people."""
        return self._digest("id", key).hex()[:16]

    def record(self, ref: RecordRef) -> RecordRef:
        """The record under another key."""
        key = b32encode(self._digest("record", f"{ref.table}\0{ref.key}"))[:12].decode()
        return RecordRef(ref.table, f"R-{key}")

    def text(self, text: str, records: Iterable[RecordRef] = ()) -> str:
        """The text with nobody's name, id, address or number in it, and the records under their other keys."""
        text = unicodedata.normalize("NFC", text)
        for ref in records:
            text = text.replace(f"{ref.table} {ref.key}", f"{ref.table} {self.record(ref).key}")
        text = _PHONE.sub("[telephone]", _MAIL.sub("[address]", text))
        if self._odd:
            text = self._as_it_stands.sub(lambda found: self._odd.get(_plain(found[0]), SOMEBODY), text)
        text = _WORD.sub(lambda found: self._word(found[0]), text)
        text = _SHARED.sub("", text)
        return _SAME.sub(r"\1", self._bracketed(text))

    def maybe(self, text: str | None, records: Iterable[RecordRef] = ()) -> str | None:
        """The same, None where there is no text."""
        return None if text is None else self.text(text, records)

    def _digest(self, kind: str, key: str) -> bytes:
        return hmac.digest(self._key, f"{kind}/{key}".encode("utf-8", "surrogatepass"), "sha256")

    def _given(self, word: str) -> str:
        """What stands for a word: it as a whole, else the longest part between its stops that is somebody's."""
        bare = word.rstrip(".-'+@")
        if (other := self._known(bare)) is not None:
            return other + word[len(bare) :]
        breaks = [(0, 0), *(found.span() for found in _BREAK.finditer(bare)), (len(bare), len(bare))]
        for start, end in _spans(breaks):
            if (other := self._known(bare[start:end])) is not None:
                return self._given(bare[:start]) + other + self._given(bare[end:]) + word[len(bare) :]
        return word

    def _known(self, word: str) -> str | None:
        if not word or _FIGURE.fullmatch(word):
            return None
        plain = _plain(word)
        if other := self._ids.get(plain) or self._parts.get(plain):
            return other
        if not word[0].isupper():
            return None
        ends = range(len(plain), max(_PART, len(plain) - _ENDING) - 1, -1)
        return next((self._stems[plain[:end]] for end in ends if plain[:end] in self._stems), None)

    def _bracketed(self, text: str) -> str:
        """Ids like figures, where they stand in brackets behind a name, or in quotes."""

        def other(found: re.Match[str]) -> str:
            who = self._ids.get(found[2])
            return f"{found[1]}{who}{found[3]}" if who else found[0]

        return _BEHIND.sub(other, _QUOTED.sub(other, text))


def _plain(word: str) -> str:
    """A word as it is compared: in whatever case, with or without the dots that Russian may leave out."""
    return (
        unicodedata.normalize("NFC", word)
        .casefold()
        .replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}")
    )


def _odd(person: Person) -> Iterator[str]:
    """What is looked for as it stands: an id that is no word, and a name of which no part is known again by itself.

    Such a name is of a script that puts no space between words, or of short parts only: `Li Na`.
    """
    if person.id and not _WORD.fullmatch(person.id):
        yield person.id
    if person.name and person.name != person.id and not _FIGURE.fullmatch(person.name):
        written_whole = max(person.name) >= _WITHOUT_SPACES
        if written_whole or not any(len(part) >= _PART for part in _pieces(person.name)):
            yield person.name


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=len, reverse=True)


def _bounded(plain: str) -> str:
    """The pattern of a name that is looked for as it stands: not inside of a word, where its script has words."""
    written = re.escape(plain)
    return written if max(plain) >= _WITHOUT_SPACES else rf"(?<!\w){written}(?!\w)"


def _alone(owned: Iterable[tuple[str, str]], other: Callable[[str], str]) -> dict[str, str]:
    """Each text with the pseudonym of whose it is; that of several people stands for somebody."""
    owners: dict[str, set[str]] = {}
    for text, who in owned:
        owners.setdefault(text, set()).add(who)
    return {text: other(next(iter(who))) if len(who) == 1 else SOMEBODY for text, who in owners.items()}


def _pieces(name: str) -> set[str]:
    """The words of a name and what stands between their stops."""
    return {part for word in _WORD.findall(name) for part in (word, *_BREAK.split(word))}


def _parts(people: Iterable[Person], other: Callable[[str], str]) -> dict[str, str]:
    """Each word of a name with the pseudonym of whose it is; those of several people stand for somebody."""
    named = ((each.id, _pieces(each.name)) for each in people if each.name != each.id)
    return _alone(((_plain(part), who) for who, parts in named for part in parts if len(part) >= _PART), other)


def _stems(part: str) -> Iterator[str]:
    """A name's beginnings that endings are put to: the name, and without its last vowel."""
    yield part
    if len(part) > _PART + 1 and part[-1] in VOWELS:
        yield part[:-1]


def _spans(breaks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """From which to which sign the pieces between stops reach, several together first."""
    count = len(breaks) - 1
    for many in range(count, 0, -1):
        for first in range(count - many + 1):
            yield breaks[first][1], breaks[first + many][0]
