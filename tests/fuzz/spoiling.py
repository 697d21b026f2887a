"""Spoils a text line by line: lines are taken out, doubled, exchanged and made absurd."""

from collections.abc import Sequence
from random import Random

ABSURD = (
    "''", "[]", "{}", "null", "-1", "0", "9" * 400, "1e999", ".nan", "*a", "&a [*a]", "!!python/object:os.system x",
    "\t", "{", "]", "'/etc/passwd'", "read_csv('/etc/passwd')", "{of: activities}", "[" * 80, "((((" * 900,
    "a like '%a%'", "select 1", "; attach 'x'", "http://127.0.0.1:9/x", "postgresql://127.0.0.1:9/x", "0000-00-00",
    "9999-12-31", "0001-01-01", "999999999999 days", "999999 months", "\x00", "\ud800", ":p", "{parameter: p}",
    "../../x", "must", "nth(a, b)", "{previous: 999999999}", "{authority: a}", "-- x", "/*", "2026-03-02 25:61",
    "99999 * a", "interval '999999999 days'", "true", "12:00", "day", "18446744073709551616", "-0.0", "per", "a | b",
    "Africa/Casablanca", "2026-02-30", "'é\u200f😀'", "{from: 0001-01-01, to: 9999-12-31}", "a.b.c.d.e",
)  # fmt: skip
WAYS = ("out", "twice", "value", "key", "deeper", "other", "word", "cell")


def spoil(text: str, others: Sequence[str], chance: Random) -> str:
    """The text with one to four places spoiled; `others` are texts to take lines from."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 4)):
        lines = lines or [""]
        place = chance.randrange(len(lines))
        lines[place : place + 1] = _spoiled(lines[place], chance.choice(WAYS), others, chance)
    return "\n".join(lines) + "\n"


def _spoiled(line: str, way: str, others: Sequence[str], chance: Random) -> list[str]:
    absurd = chance.choice(ABSURD)
    before, colon, after = line.partition(":")
    other = chance.choice(chance.choice(others).splitlines() or [absurd])
    spoiled = {
        "out": [],
        "twice": [line] * 2,
        "value": [f"{before}{colon} {absurd}"],
        "key": [f"{absurd}{colon}{after}"],
        "deeper": [f"    {line}"],
        "other": [other],
        "word": [_at_random(line, " ", absurd, chance)],
        "cell": [_at_random(line, "|", f" {absurd} ", chance)],
    }
    return spoiled[way]


def _at_random(line: str, between: str, absurd: str, chance: Random) -> str:
    """The line with one of its parts made absurd."""
    parts = line.split(between)
    parts[chance.randrange(len(parts))] = absurd
    return between.join(parts)
