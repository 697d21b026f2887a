"""The page of docs/ that counts how well the shipped rules are tested: `python -m compliance_cli.quality` makes it.

With `--check` nothing is written, and a page that says something else is a fault. Every fault is told, and ends with 1.
`--check 2/3` measures the second third of the packs only, and looks for what the page says of those.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from compliance import shipped
from compliance.model.base import Strict
from compliance.proof import proofread
from compliance.rulebook import load_rulebook
from compliance.ruletest import gather
from compliance.ruletest.coverage import Coverage, account, cases_of
from compliance.ruletest.coverage.model import Way
from compliance.ruletest.gathering import CaseSet
from compliance.ruletest.mutation import Score, measure_all, percent

MINIMUM: Final = 95
"""The share of mutants, in percent, that the cases of each pack have to notice."""

_A_PART: Final = re.compile(r"[1-9]\d*/[1-9]\d*")

PAGE: Final = shipped.CHECKOUT / "docs" / "quality.md"
FUZZED: Final = shipped.CHECKOUT / "tests" / "fuzz" / "counts.json"
"""What the last `make fuzz` made up at random, by the name of what it was given to: written there, told here."""

HEAD: Final = f"""\
# How well the rules are tested

This page is made from the rules (`make quality`); do not edit it.

A *case* is a small workspace with every finding that it must give. A *side* is hit where holding an operand of a
condition true or false, or moving a bound out of reach or out of the way, makes a case fail. A *mutant* is a rule that
is changed in one place: a bound by a step, `<` for `<=`, an operand, filter or exception left out, another window. It
is *killed* where a case fails on it. `make quality` fails where a pack kills less than {MINIMUM} %; a mutant that is
explained counts as alive. [rules.md](rules.md) tells how to look at one rule. Inputs *made up at random* are counted by
`make fuzz`, which ends with a fault where one of them gives anything but an answer or a sentence for its user.
"""


class Tried(Strict):
    """How many inputs one target was given, in how many seconds, and how many of them were a fault."""

    inputs: int
    seconds: int
    faults: int


class Fuzzed(Strict):
    """What was made up at random in one run, by target, and on which day."""

    on: date
    targets: Mapping[str, Tried]


@dataclass(frozen=True)
class Quality:
    """All that is counted. `scores` are a rule's by changes and by sides; `fuzzed` is None where nobody counted."""

    problems: int
    coverage: Coverage
    sets: Sequence[CaseSet]
    scores: Sequence[tuple[Score, ...]]
    fuzzed: Fuzzed | None = None

    @property
    def packs(self) -> tuple[str, ...]:
        """The packs that have cases, by name."""
        return tuple(sorted({changes.pack for changes, _ in self.scores}))

    def of(self, pack: str) -> "Quality":
        """The same of one pack."""
        files = {changes.file for changes, _ in self.scores if changes.pack == pack}
        scores = [each for each in self.scores if each[0].pack == pack]
        return Quality(self.problems, self.coverage, [each for each in self.sets if each.file in files], scores)

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return sum(len(each.cases) for each in self.sets)

    @property
    def changes(self) -> list[Score]:
        """Every rule's score by small changes."""
        return [changes for changes, _ in self.scores]

    @property
    def sides(self) -> list[Score]:
        """Every rule's score by both sides of its conditions and bounds."""
        return [sides for _, sides in self.scores]


def measured(nth: int = 1, of: int = 1) -> Quality:
    """Proof-read all shipped rules, run their cases, and try every mutant on them; or on the nth of so many parts."""
    rulebook = load_rulebook(shipped.packs())
    sets = _part(gather([shipped.rules()]), nth, of)
    fuzzed = Fuzzed.model_validate_json(FUZZED.read_text("utf-8")) if FUZZED.is_file() else None
    problems = len(proofread([shipped.rules()]))
    return Quality(problems, account(rulebook, cases_of(rulebook)), sets, measure_all(sets), fuzzed)


def _part(sets: Sequence[CaseSet], nth: int, of: int) -> Sequence[CaseSet]:
    """The cases of the nth of so many parts of the packs."""
    packs = sorted({Path(each.file).parent.name for each in sets})[nth - 1 :: of]
    return [each for each in sets if Path(each.file).parent.name in packs]


def faults(quality: Quality) -> Iterator[str]:
    """Each thing that is not good enough, as a sentence."""
    if quality.problems:
        yield f"lint finds {quality.problems} problems: run `compliance rules lint rules`"
    for score in quality.changes:
        yield from (f"{score.file}: the case fails: {case}" for case in score.failing)
    for name, tried in quality.fuzzed.targets.items() if quality.fuzzed else ():
        if tried.faults:
            yield f"{name}: an input made up at random is a fault: run `make fuzz`"
    for pack in quality.packs:
        share = percent(quality.of(pack).changes)
        if share < MINIMUM:
            asked = f"{pack} kills {share} % of its mutants, {MINIMUM} are asked for"
            yield f"{asked}: run `compliance rules mutate rules/{pack}`"


def page(quality: Quality) -> str:
    """The page: what all packs come to, then each of them, then what is alive."""
    whole = [("what", "count"), *_whole(quality)]
    packs = [("pack", "rules", "cases", "sides hit", "mutants killed", "killed"), *map(_pack, _each(quality))]
    alive = [("rule", "what no case notices"), *_alive(quality)]
    return "\n".join([HEAD, _table(whole), "## By pack\n", _table(packs), "## Alive\n", _table(alive)])


def _each(quality: Quality) -> Iterator[tuple[str, Quality]]:
    return ((pack, quality.of(pack)) for pack in quality.packs)


def _whole(quality: Quality) -> Iterator[tuple[str, ...]]:
    norms = quality.coverage.counts
    gaps = sum(each.todo for one in quality.sets for each in one.cases)
    yield "rules", f"{len(quality.scores):,}"
    yield "problems that lint finds", f"{quality.problems:,}"
    yield "cases", f"{quality.cases:,}"
    yield "cases that fail", f"{sum(len(each.failing) for each in quality.changes):,}"
    yield "cases that mark a known gap", f"{gaps:,}"
    yield "norms that rules account for", f"{norms[Way.RULE]:,} of {sum(norms.values()):,}"
    yield "norms that nothing accounts for", f"{norms[Way.MISSING]:,}"
    yield "sides hit", _share(quality.sides)
    yield "mutants killed", _share(quality.changes)
    yield from _made_up(quality.fuzzed)


def _made_up(fuzzed: Fuzzed | None) -> Iterator[tuple[str, ...]]:
    if fuzzed is None:
        yield "inputs made up at random", "not counted yet"
        return
    for name, tried in fuzzed.targets.items():
        yield f"inputs made up at random for {name}, in {tried.seconds} s on {fuzzed.on}", f"{tried.inputs:,}"
    yield "faults among them", f"{sum(each.faults for each in fuzzed.targets.values()):,}"


def _pack(named: tuple[str, Quality]) -> tuple[str, ...]:
    pack, quality = named
    sides, changes = quality.sides, quality.changes
    return (
        f"[{pack}](packs.md#{pack})",
        f"{len(changes):,}",
        f"{quality.cases:,}",
        f"{_killed(sides):,} of {_made(sides):,}",
        f"{_killed(changes):,} of {_made(changes):,}",
        f"{percent(changes)} %",
    )


def _alive(quality: Quality) -> Iterator[tuple[str, ...]]:
    for score in quality.changes:
        for each in score.survivors:
            reason = f" (accepted, because {each.because})" if each.because else ""
            yield f"`{score.rule}`", f"{each.mutant}{reason}"


def _share(scores: Sequence[Score]) -> str:
    return f"{_killed(scores):,} of {_made(scores):,}: {percent(scores)} %"


def _killed(scores: Sequence[Score]) -> int:
    return sum(each.killed for each in scores)


def _made(scores: Sequence[Score]) -> int:
    return sum(each.made for each in scores)


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """A table whose first row is its head; numbers stand right."""
    head, *body = rows
    ruler = ["---", *("---:" if head[0] != "rule" else "---" for _ in head[1:])]
    lines = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in (head, tuple(ruler), *body))
    return "".join(f"| {line} |\n" for line in lines)


def main(arguments: Sequence[str]) -> int:
    """Measure, print the page, and write it or compare it."""
    nth, of = _asked(arguments)
    quality = measured(nth, of)
    text = page(quality)
    sys.stdout.write(text)
    wrong = [*faults(quality)]
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
    elif (_kept() != text) if of == 1 else (_lines(_kept(), quality) != _lines(text, quality)):
        wrong.append(f"{_shown()} says something else: run `make quality` and commit it")
    sys.stderr.writelines(f"{each}\n" for each in wrong)
    return 1 if wrong else 0


def _asked(arguments: Sequence[str]) -> tuple[int, int]:
    """Which of how many parts is to be checked."""
    part = next((each for each in arguments if _A_PART.fullmatch(each)), "1/1")
    nth, of = map(int, part.split("/"))
    return nth, of


def _lines(text: str, quality: Quality) -> list[str]:
    """What a page says of the packs and the rules that were measured."""
    of_packs = tuple(f"| [{pack}]" for pack in quality.packs)
    of_rules = tuple(f"| `{each.rule}`" for each in quality.changes)
    return [line for line in text.splitlines() if line.startswith((*of_packs, *of_rules))]


def _kept() -> str:
    return PAGE.read_text("utf-8") if PAGE.is_file() else ""


def _shown() -> Path:
    return PAGE.relative_to(shipped.CHECKOUT)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
