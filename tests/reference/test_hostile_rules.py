"""Hostile packs: whatever stands in files of rules, they are proof-read or refused, and nothing else is touched.

Shipped rules are the seeds; lines and words of them are taken out, doubled, exchanged and made absurd. `make soak` asks
for as many examples as it asks for worlds.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reference.conftest import SPOILED

from compliance.proof import proofread
from compliance.shipped import rules as shipped_rules

EXAMPLES = int(os.environ.get("DUTYBOOK_WORLDS", "40"))
SEEDS = sorted(path.read_text("utf-8") for path in (shipped_rules() / "confidentiality").glob("*.yaml"))
ABSURD = (
    "''", "[]", "{}", "null", "-1", "9" * 400, "1e999", "*a", "&a [*a]", "!!python/object:os.system x", "\t", "{", "]",
    "'/etc/passwd'", "read_csv('/etc/passwd')", "{of: activities}", "[" * 80, "((((" * 900, "a like '%a%'",
    "select 1", "; attach 'x'", "http://127.0.0.1:9/x", "0000-00-00", "999999999999 days", "\x00", "\ud800", ":p",
    "{parameter: p}", "../../x", "must", "nth(a, b)", "{previous: 999999999}", "{authority: a}", "-- x", "/*",
)  # fmt: skip
EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec"}
WATCH: list[tuple[str, str]] = []
WATCHING = [False]


def _watch(event: str, args: tuple[object, ...]) -> None:
    if WATCHING[0] and (event == "open" or event in EVENTS):
        WATCH.append((event, str(args[0]) if args else ""))


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """What is opened and called meanwhile."""
    if not hasattr(sys, "_hostile_rules_hook"):
        sys.addaudithook(_watch)
        sys._hostile_rules_hook = True  # type: ignore[attr-defined] # noqa: SLF001 a hook can't be taken off again
    WATCH.clear()
    WATCHING[0] = True
    try:
        yield WATCH
    finally:
        WATCHING[0] = False


@st.composite
def packs(draw: st.DrawFn) -> str:
    """A rule, parameter or document file that somebody spoiled."""
    lines = draw(st.sampled_from(SEEDS)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        absurd = draw(st.sampled_from(ABSURD))
        before, colon, _after = lines[place].partition(":")
        spoiled = {
            "out": [],
            "twice": [lines[place]] * 2,
            "value": [f"{before}{colon} {absurd}"],
            "key": [f"{absurd}{colon}{_after}"],
            "deeper": [f"    {lines[place]}"],
            "other": [draw(st.sampled_from(SEEDS)).splitlines()[0]],
        }
        lines[place : place + 1] = spoiled[draw(st.sampled_from(sorted(spoiled)))]
        lines = lines or [absurd]
    return "\n".join(lines) + "\n"


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="DUTYBOOK_WORLDS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(packs(), st.sampled_from(["rule.yaml", "parameters.yaml", "document.yaml"]))
def test_a_spoiled_pack_is_proof_read_and_nothing_outside_is_touched(
    tmp_path: Path, tried: dict[str, int], text: str, name: str
) -> None:
    folder = tmp_path / "pack"
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    (folder / "sound.yaml").write_text("id: own.sound\ntitle: Sound\nseverity: minor\nprohibition: {of: activities}\n")
    (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    with watched() as seen:
        problems = proofread([folder])
    assert all(problem.says and "Traceback" not in problem.says for problem in problems)
    assert not [each for each in seen if each[0] != "open"]
    own = (str(folder), str(shipped_rules()), sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]))
    assert not [path for event, path in seen if event == "open" and not path.startswith(own)]
    tried[SPOILED] = tried.get(SPOILED, 0) + 1


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("where", "(" * 3000 + "a" + ")" * 3000, "nested deeper than 25 brackets|more than 1,000"),
        ("where", " or ".join(["kind = 'a'"] * 3000), "more than 1,000"),
    ],
    ids=["nested", "long"],
)
def test_a_condition_that_explodes_is_refused_with_its_reason(
    tmp_path: Path, key: str, value: str, reason: str
) -> None:
    rule = f'id: own.sound\ntitle: Sound\nseverity: minor\nprohibition: {{of: activities, {key}: "{value}"}}\n'
    (tmp_path / "rule.yaml").write_text(rule)
    (told,) = [problem.says for problem in proofread([tmp_path]) if problem.level.name == "ERROR"]
    assert any(part in told for part in reason.split("|"))
