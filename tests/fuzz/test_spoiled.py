"""Files of other people: whatever stands in them, they are read, run or refused, and nothing outside is touched.

Shipped rules and the conformance cases are the seeds. `make soak` asks for as many examples as it asks for worlds;
`make fuzz` goes on from there, guided by what the product's code reaches.
"""

import json
import os
import socket
import sys
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz.counting import Count, executed, write
from tests.fuzz.guard import watched
from tests.fuzz.spoiling import ABSURD, spoil
from tests.fuzz.targets import TARGETS, EscapedError, Target

EXAMPLES = int(os.environ.get("DUTYBOOK_WORLDS", "40"))


@cache
def seeds(name: str) -> list[str]:
    return TARGETS[name].seeds()


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="DUTYBOOK_WORLDS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(number=st.integers(0), chance=st.randoms(use_true_random=False))
def test_what_is_spoiled_is_taken_or_refused_and_nothing_outside_is_touched(
    spoiled: dict[str, int], name: str, number: int, chance: Random
) -> None:
    own = seeds(name)
    text = spoil(own[number % len(own)], own, chance)
    TARGETS[name](text.encode("utf-8", "surrogatepass"))
    spoiled[name] = spoiled.get(name, 0) + 1


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("absurd", ABSURD)
def test_what_is_absurd_by_itself_is_taken_or_refused(name: str, absurd: str) -> None:
    TARGETS[name](absurd.encode("utf-8", "surrogatepass"))


def test_the_seeds_are_many_and_sound() -> None:
    assert {name: len(seeds(name)) >= 20 for name in TARGETS} == dict.fromkeys(TARGETS, True)
    TARGETS["cases, read and run"](seeds("cases, read and run")[0].encode())


@pytest.mark.parametrize("leading_out", ["read", "write", "call"])
def test_what_leads_out_is_noticed(tmp_path: Path, leading_out: str) -> None:
    def take(_data: bytes, _folder: Path) -> None:
        if leading_out == "read":
            Path("/etc/hostname").exists()
            os.close(os.open("/etc", os.O_RDONLY))
        elif leading_out == "write":
            (tmp_path / "left").write_text("x", "utf-8")
        else:
            with socket.socket() as made:
                made.close()

    with pytest.raises(EscapedError, match=r"open|socket"):
        Target("leads out", take, list)(b"")


def test_what_stays_inside_is_not_noticed(tmp_path: Path) -> None:
    with watched(tmp_path) as watch:
        (tmp_path / "kept").write_text("x", "utf-8")
        (tmp_path / "kept").unlink()
        Path(sys.prefix, "pyvenv.cfg").read_bytes()
    assert watch.seen == []


def test_the_fuzzer_s_own_count_is_read(tmp_path: Path) -> None:
    assert executed("#2\tINITED cov: 3\n#512\tpulse  cov: 9\n") == 512
    assert executed("#512\tpulse\nstat::number_of_executed_units: 700\n") == 700
    assert executed("no module named atheris") == 0
    write(tmp_path / "counts.json", "2026-11-26", [("expressions", Count(700, 60, 0))])
    kept = json.loads((tmp_path / "counts.json").read_text("utf-8"))
    assert kept == {"on": "2026-11-26", "targets": {"expressions": {"inputs": 700, "seconds": 60, "faults": 0}}}
