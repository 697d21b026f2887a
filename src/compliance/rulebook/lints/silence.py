"""Silencing a lint in a file: a comment `# lint: allow ID because REASON`, alone on its line or behind something."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from compliance.model.problem import Level, Mend, Place, Problem
from compliance.yamldoc import Source, comments, only_near

SILENCE = re.compile(r"#\s*lint:\s*(.*)")
_FORM = re.compile(r"allow ([a-z-]+) because (\S.*)")
FORM = "# lint: allow ID because REASON"


@dataclass(frozen=True)
class Silencing:
    """One line that silences a lint in its file, with the reason."""

    where: Place
    lint: str
    excerpt: str


def silenced(found: Iterable[Problem], files: Iterable[Source], known: Iterable[str]) -> Iterator[Problem]:
    """What was found and not silenced, and each silencing that is badly written or silences nothing."""
    ids = set(known)
    read = [each for file in files for each in _read(file, ids)]
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


def _read(source: Source, known: set[str]) -> Iterator[Silencing | Problem]:
    for spot, comment in comments(source):
        written = SILENCE.search(comment)
        if written is None:
            continue
        line, column = source.lines[spot.line], spot.column + written.start()
        place, form = Place(source.file, spot.line + 1, column + 1), _FORM.fullmatch(written[1].strip())
        if form is None:
            told = _told(place, "this silences nothing: it lacks the lint's id or the reason", f"write `{FORM}`", line)
            yield replace(told, level=Level.ERROR)
        elif form[1] not in known:
            told = _told(place, f"there is no lint `{form[1]}`", "docs/lints.md lists them", line)
            near = only_near(form[1], known)
            old = line[column:]
            mend = Mend(old, old.replace(form[1], near.new, 1)) if near else None
            yield replace(told, level=Level.ERROR, mend=mend)
        else:
            yield Silencing(place, form[1], line)


def _told(place: Place, says: str, advice: str, excerpt: str) -> Problem:
    return Problem(place, says, advice, excerpt, level=Level.WARNING, lint="unused-silencing")
