"""Silencing a lint in a file: `# lint: allow ID because REASON`, on a line of its own or behind something."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from compliance.model.problem import Level, Mend, Place, Problem
from compliance.yamldoc import only_near

SILENCE = re.compile(r"#\s*lint:\s*(.*)")
_FORM = re.compile(r"allow ([a-z-]+) because (\S.*)")
FORM = "# lint: allow ID because REASON"


@dataclass(frozen=True)
class Silencing:
    """One line that silences a lint in its file, with the reason."""

    where: Place
    lint: str
    excerpt: str


def silenced(found: Iterable[Problem], texts: Mapping[str, str], known: Iterable[str]) -> Iterator[Problem]:
    """What was found and not silenced, and each silencing that is badly written or silences nothing."""
    ids = set(known)
    read = [each for file, text in texts.items() for each in _read(file, text, ids)]
    silencings = [each for each in read if isinstance(each, Silencing)]
    yield from (each for each in read if isinstance(each, Problem))
    used = set()
    for problem in found:
        file = problem.where.file if problem.where else ""
        over = [each for each in silencings if each.where.file == file and each.lint == problem.lint]
        used |= set(over)
        if not over:
            yield problem
    for each in silencings:
        if each not in used:
            says = f"`{each.lint}` finds nothing here that could be silenced"
            told = _told(each.where, says, "remove the line", each.excerpt)
            yield replace(told, mend=Mend(each.excerpt[each.where.column - 1 :], ""))


def _read(file: str, text: str, known: set[str]) -> Iterator[Silencing | Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        written = SILENCE.search(line)
        if written is None:
            continue
        place, form = Place(file, number, written.start() + 1), _FORM.fullmatch(written[1].strip())
        if form is None:
            told = _told(place, "this silences nothing: it lacks the lint's id or the reason", f"write `{FORM}`", line)
            yield replace(told, level=Level.ERROR)
        elif form[1] not in known:
            told = _told(place, f"there is no lint `{form[1]}`", "docs/lints.md lists them", line)
            near = only_near(form[1], known)
            old = line[written.start() :]
            mend = Mend(old, old.replace(form[1], near.new, 1)) if near else None
            yield replace(told, level=Level.ERROR, mend=mend)
        else:
            yield Silencing(place, form[1], line)


def _told(place: Place, says: str, advice: str, excerpt: str) -> Problem:
    return Problem(place, says, advice, excerpt, level=Level.WARNING, lint="unused-silencing")
