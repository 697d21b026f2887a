"""Whether an audit and the hand-written queries found the same breached, in number and in key."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

FEW: Final = 5  # findings shown where two answers differ

Key = tuple[str, str, str, str]  # rule, bearer, first day of the window, key of the record


def audited(answer: Path) -> Counter[Key]:
    """What the audit found breached."""
    findings = json.loads(answer.read_text(encoding="utf-8"))["findings"]
    return Counter(key_of(finding) for finding in findings if finding["verdict"] == "breached")


def key_of(finding: Mapping[str, object]) -> Key:
    """The finding by what it is about, written as in the hand-written answer."""
    window, record = finding["window"], finding["record"]
    begin = str(window["from"])[:10] if isinstance(window, dict) else ""
    key = str(record["key"]) if isinstance(record, dict) else ""
    return str(finding["rule"]), str(finding["bearer"]), begin, key


def by_hand(answer: Path) -> Counter[Key]:
    """What the hand-written queries found breached."""
    rows = (line.split("\t") for line in answer.read_text(encoding="utf-8").splitlines())
    return Counter((rule, bearer, begin, key) for rule, bearer, begin, key in rows)


def comparison(ours: Counter[Key], theirs: Counter[Key], asked: Collection[str]) -> Iterator[str]:
    """Whether both found the same for the rules asked by hand, and where not, how they differ, with a few findings."""
    beyond = Counter(key[0] for key in ours if key[0] not in asked)
    ours = Counter({key: times for key, times in ours.items() if key[0] in asked})
    verdict = "the same in number and key" if ours == theirs else "NOT THE SAME"
    yield f"findings     {ours.total():,} by the audit, {theirs.total():,} by hand: {verdict}"
    yield from (f"             {times:,} of {rule}, not asked by hand" for rule, times in sorted(beyond.items()))
    for rule in sorted({key[0] for key in (ours - theirs) | (theirs - ours)}):
        yield from difference(rule, ours, theirs)


def difference(rule: str, ours: Counter[Key], theirs: Counter[Key]) -> Iterator[str]:
    """How the answers to one rule differ."""
    for name, more, less in (("audit", ours, theirs), ("hand", theirs, ours)):
        only = sorted(key for key in more - less if key[0] == rule)
        if only:
            yield f"             {rule}: {len(only):,} only by {name}, such as"
            yield from (f"               {' '.join(part for part in key[1:] if part)}" for key in only[:FEW])
