import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT
from tests.fuzz.counting import Count, write
from tests.ruletest.test_mutation import CASE, RULE

from compliance import shipped
from compliance.rulebook import load_rulebook
from compliance.ruletest import gather
from compliance.ruletest.coverage import account, cases_of
from compliance.ruletest.mutation import measure_all
from compliance_cli import quality as counted
from compliance_cli.quality import MINIMUM, Fuzzed, Quality, Tried, faults, main, page

ROW = re.compile(r"(?m)^\| \[([\w-]+)\]\(packs\.md#\1\) \| .* \| (\d+) % \|$")


FUZZED = Fuzzed(on=date(2026, 11, 26), targets={"expressions": Tried(inputs=1200, seconds=60, faults=0)})


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "calls.yaml").write_text(RULE, "utf-8")
    (folder / "calls.test.yaml").write_text(CASE, "utf-8")
    return folder


def quality(pack: Path, problems: int = 0) -> Quality:
    rulebook, sets = load_rulebook([pack]), gather([pack])
    return Quality(problems, account(rulebook, cases_of(rulebook)), sets, measure_all(sets), FUZZED)


def test_strong_cases_leave_nothing_to_be_told(pack: Path) -> None:
    found = quality(pack)
    assert [*faults(found)] == []
    assert page(found).endswith("""\
| what | count |
| --- | ---: |
| rules | 1 |
| problems that lint finds | 0 |
| cases | 1 |
| cases that fail | 0 |
| cases that mark a known gap | 0 |
| norms that rules account for | 0 of 0 |
| norms that nothing accounts for | 0 |
| sides hit | 4 of 4: 100 % |
| mutants killed | 5 of 5: 100 % |
| inputs made up at random for expressions, in 60 s on 2026-11-26 | 1,200 |
| faults among them | 0 |

## By pack

| pack | rules | cases | sides hit | mutants killed | killed |
| --- | ---: | ---: | ---: | ---: | ---: |
| [own](packs.md#own) | 1 | 1 | 4 of 4 | 5 of 5 | 100 % |

## Alive

| rule | what no case notices |
| --- | --- |
""")


def test_a_pack_that_kills_too_few_and_what_lint_finds_are_told(pack: Path) -> None:
    weak = CASE.replace("      c           | 2026-03-02 10:00 | b           | visit\n", "")
    (pack / "calls.test.yaml").write_text(weak, "utf-8")
    found = quality(pack, problems=2)
    assert [*faults(found)] == [
        "lint finds 2 problems: run `compliance rules lint rules`",
        "own kills 80 % of its mutants, 95 are asked for: run `compliance rules mutate rules/own`",
    ]
    assert page(found).endswith("| `own.calls` | quota.where: without `where` |\n")


def test_a_case_that_fails_is_told(pack: Path) -> None:
    (pack / "calls.test.yaml").write_text(CASE.replace("measured: 1", "measured: 0"), "utf-8")
    assert [*faults(quality(pack))] == [f"{pack}/calls.test.yaml: the case fails: two are enough, one is not"]


def test_a_page_that_says_something_else_is_a_fault_until_it_is_written(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = quality(pack)
    monkeypatch.setattr(counted, "measured", lambda *_: found)
    monkeypatch.setattr(counted, "PAGE", tmp_path / "quality.md")
    monkeypatch.setattr(shipped, "CHECKOUT", tmp_path)
    assert main(["--check"]) == 1
    assert capsys.readouterr().err == "quality.md says something else: run `make quality` and commit it\n"
    assert main([]) == 0
    assert main(["--check"]) == 0


def test_of_a_part_only_what_the_page_says_of_its_packs_is_compared(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pack.parent / "other").mkdir()
    for name in ("calls.yaml", "calls.test.yaml"):
        (pack.parent / "other" / name).write_text((pack / name).read_text("utf-8").replace("own.", "other."), "utf-8")
    monkeypatch.setattr(shipped, "rules", lambda: pack.parent)
    monkeypatch.setattr(shipped, "packs", lambda: (pack.parent / "other", pack))
    monkeypatch.setattr(counted, "PAGE", tmp_path / "quality.md")
    monkeypatch.setattr(counted, "_shown", lambda: Path("quality.md"))
    monkeypatch.setattr(counted, "proofread", lambda _: ())
    assert main([]) == 0
    told = (tmp_path / "quality.md").read_text("utf-8")
    (tmp_path / "quality.md").write_text(told.replace("own) | 1 | 1 |", "own) | 1 | 2 |"), "utf-8")
    assert counted.measured(1, 2).packs == ("other",)
    assert main(["--check", "1/2"]) == 0
    assert main(["--check", "2/2"]) == 1


def test_what_was_made_up_at_random_is_read_where_it_was_counted(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "rules", lambda: pack)
    monkeypatch.setattr(shipped, "packs", lambda: (pack,))
    monkeypatch.setattr(counted, "FUZZED", tmp_path / "counts.json")
    assert counted.measured().fuzzed is None
    write(tmp_path / "counts.json", "2026-11-26", [("expressions", Count(1200, 60, 0))])
    assert counted.measured().fuzzed == FUZZED


def test_a_fault_that_was_made_up_at_random_is_told(pack: Path) -> None:
    tried = {"durations": Tried(inputs=7, seconds=1, faults=1)}
    found = replace(quality(pack), fuzzed=Fuzzed(on=date(2026, 11, 26), targets=tried))
    assert [*faults(found)] == ["durations: an input made up at random is a fault: run `make fuzz`"]
    assert "| faults among them | 1 |" in page(found)


def test_the_page_tells_of_every_pack_that_it_kills_enough() -> None:
    told = {name: int(share) for name, share in ROW.findall((ROOT / "docs" / "quality.md").read_text("utf-8"))}
    assert told.keys() == {folder.name for folder in shipped.packs()}
    assert min(told.values()) >= MINIMUM
