"""The languages of the pages: sentences by their English wording, days and figures as each language writes them."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache, cached_property
from importlib.resources import files

HOME = "en"
LANGUAGES: Mapping[str, str] = {HOME: "English", "de": "Deutsch"}
"""The languages that there are, each by its own name."""

COOKIE = "dutybook-language"
_PIECE = re.compile(r"\{(\w+)\}")
_DAY = "{day} {month} {year}"
_LONG_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")


class Words:
    """The words of one language; `told` gives its sentence for each English one, and is empty for English itself.

    `{name}` in a sentence stands for what is told of. In a sentence that another part of the program made, a piece
    whose name ends in `_word` is put into the language by itself, one in `_words` word by word, one in `_said` is such
    a sentence again, one in `_day` a day in long form; every other piece is data and stays.
    """

    def __init__(self, language: str, told: Mapping[str, str]) -> None:
        self.language = language
        self._told = told

    def say(self, english: str, /, **values: object) -> str:
        """The sentence, with what it tells of put in."""
        sentence = self._told.get(english, english)
        return sentence.format(**values) if values else sentence

    def retell(self, sentence: str) -> str | None:
        """A whole sentence made elsewhere, in this language; None where it is data, or the words of a rule."""
        if not self._told:
            return sentence
        if sentence in self._told:
            return self._told[sentence]
        ended = sentence.endswith(".")
        for shape, english in self._shapes:
            if english.endswith(".") == ended and (found := shape.fullmatch(sentence)):
                pieces = {name: self._piece(name, each) for name, each in found.groupdict().items()}
                said = self._told[english].format(**pieces)
                if said != sentence:  # a shape as wide as `{one_said}, {other_said}` fits data, too
                    return said
        bare = self.retell(sentence[:-1]) if ended else None
        return bare and f"{bare}."

    def day(self, day: date) -> str:
        """`2 March 2026`."""
        month = self.say(day.strftime("%B"))
        return self.say(_DAY, day=day.day, month=month, year=day.year)

    def month(self, first: date) -> str:
        """`March 2026`."""
        return f"{self.say(first.strftime('%B'))} {first.year}"

    def moment(self, moment: datetime) -> str:
        """`2 March 2026, 09:30`; a midnight as the bare day."""
        told = self.day(moment)
        return told if moment.time() == time.min else f"{told}, {moment:%H:%M}"

    def number(self, number: int) -> str:
        """`1,204`, thousands apart."""
        return f"{number:,}".replace(",", self.say("1,000")[1])

    def _piece(self, name: str, piece: str) -> str:
        if name.endswith("_word"):
            return self._told.get(piece, piece)
        if name.endswith("_words"):
            return ", ".join(self._told.get(each, each) for each in piece.split(", "))
        if name.endswith("_said"):
            return self.retell(piece) or piece
        return self._redated(piece) if name.endswith("_day") else piece

    def _redated(self, written: str) -> str:
        def said(found: re.Match[str]) -> str:
            day, month, year = found.groups()
            return self.say(_DAY, day=day, month=self.say(month), year=year)

        return _LONG_DAY.sub(said, written)

    @cached_property
    def _shapes(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """What a sentence looks like, those first that leave the least open."""
        open_ones = [each for each in self._told if _PIECE.search(each) and each != _DAY]
        return tuple((_shape(each), each) for each in sorted(open_ones, key=_open))


def words(language: str) -> Words:
    """The words of a language that there is."""
    return _read(language)


def wanted(chosen: str | None, accepted: str | None) -> str:
    """The language that was chosen, else the first that the browser accepts, else English."""
    if chosen in LANGUAGES:
        return str(chosen)
    ranked = sorted(enumerate((accepted or "").split(",")), key=lambda each: (-_weight(each[1]), each[0]))
    tags = (part.split(";")[0].strip().split("-")[0].casefold() for _, part in ranked if _weight(part) > 0)
    return next((tag for tag in tags if tag in LANGUAGES), HOME)


@cache
def _read(language: str) -> Words:
    if language == HOME:
        return Words(language, {})
    file = files("compliance.review").joinpath("languages", f"{language}.json")
    return Words(language, json.loads(file.read_text(encoding="utf-8")))


def _shape(english: str) -> re.Pattern[str]:
    parts = _PIECE.split(english)
    read = (re.escape(each) if place % 2 == 0 else _pattern(each) for place, each in enumerate(parts))
    return re.compile("".join(read), re.DOTALL)


def _pattern(name: str) -> str:
    return f"(?P<{name}>{_LONG_DAY.pattern.replace('(', '(?:') if name.endswith('_day') else '.+?'})"


def _open(english: str) -> tuple[bool, int, str]:
    return (english.startswith("{"), -len(_PIECE.sub("", english)), english)


def _weight(part: str) -> float:
    found = re.search(r";\s*q=([01](?:\.\d{1,3})?)\s*$", part)
    return float(found[1]) if found else 1.0
