"""The hooks and the action, run by the commands that stand in their files, over a small repository."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import ROOT, Ran, environment

DOCUMENT = """\
id: house
title: House rules
clauses:
  - {section: "1", number: 1, text: Calls are short.}
"""
RULE = """\
id: own.calls
title: Calls are short
clause: house/1/1
severity: minor
condition: {of: activities, where: kind = 'call', must: minutes <= 5}
message: "{bearer}: a long call"
remedy: Ring off.
"""
CASES = """\
- case: five minutes are short, six are not
  given: {period: {from: 2026-03-02, to: 2026-03-03}}
  tables:
    activities: |
      activity_id | at         | employee_id | kind | minutes
      1           | 2026-03-02 | ada         | call | 5
      2           | 2026-03-02 | ben         | call | 6
  expect:
    - {bearer: ada, record: "1", verdict: met}
    - {bearer: ben, record: "2", verdict: breached, how: "false"}
"""
QUOTA = """\
id: own.%s
title: How many calls, %s
clause: house/1/1
severity: minor
quota: {of: activities, where: kind = 'call', %s: %d, per: day}
message: "{bearer}: {measured} of {required} calls"
remedy: Call more.
"""
MEASURE = """\
id: measure.own-recovery
stage: measure
title: Who calls for long pays two months
when: severity in ('minor')
does: {propose: recovery, amount: {months_of_pay: 2}}
because: it is long
source: assumed
"""
MANY, FEW = QUOTA % ("many", "first", "at_least", 30), QUOTA % ("few", "second", "at_most", 29)
UNTESTED = RULE.replace("own.calls", "own.talks").replace("Calls are", "Talks are").replace("'call'", "'talk'")


@dataclass(frozen=True)
class Fault:
    """Files that somebody wrote into the rules, where the message has to point, and what it says to do."""

    files: Mapping[str, str]
    file: str
    line: int
    cure: str


FAULTS = {
    "a misspelt key": Fault(
        {"calls.yaml": RULE.replace("severity", "severty")}, "calls.yaml", 4, "did you mean `severity`?"
    ),
    "a wrong bound": Fault(
        {"calls.yaml": RULE.replace("<= 5", "<= 6")},
        "calls.test.yaml",
        1,
        "help: mend own.calls, or what the case expects",
    ),
    "a contradicting rule": Fault({"many.yaml": MANY, "few.yaml": FEW}, "many.yaml", 5, "mend one of the two bounds"),
    "a sanction above its ceiling": Fault(
        {"judgement/recovery.yaml": MEASURE}, "judgement/recovery.yaml", 5, "take the measure out, or lower its amount"
    ),
    "an untested rule": Fault(
        {"talks.yaml": UNTESTED}, "talks.yaml", 1, "write talks.test.yaml beside it, with a breach and with none"
    ),
}


@pytest.fixture
def repository(here: Path) -> Path:
    (here / "rules").mkdir()
    for name, text in (("document.yaml", DOCUMENT), ("calls.yaml", RULE), ("calls.test.yaml", CASES)):
        (here / "rules" / name).write_text(text, encoding="utf-8")
    (here / "bin").mkdir()
    command = here / "bin" / "compliance"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m compliance_cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return here


def _run(script: str, folder: Path, more: Mapping[str, str]) -> Ran:
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    env = environment({"PATH": path, **more})
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def hooks(folder: Path) -> list[Ran]:
    """What each hook of the file says."""
    listed = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return [_run(f"{hook['entry']} {shlex.join(hook['args'])}", folder, {}) for hook in listed]


def action(folder: Path) -> list[Ran]:
    """What each step over the rules says, with the inputs' own defaults."""
    told = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    defaults = {f"${{{{ inputs.{name} }}}}": given["default"] for name, given in told["inputs"].items()}
    steps = [step for step in told["runs"]["steps"] if step.get("run", "").startswith("compliance rules")]
    return [_run(step["run"], folder, {name: defaults[value] for name, value in step["env"].items()}) for step in steps]


def plugin(folder: Path) -> list[Ran]:
    """What pytest says, with the setting that docs/ci.md names."""
    (folder / "pytest.ini").write_text("[pytest]\ndutybook_lint = rules\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "compliance.pytest_plugin", "rules"]
    return [_run(shlex.join(command), folder, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""})]


def copied(folder: Path) -> list[Ran]:
    """What each hook says that docs/ci.md has for copying."""
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    written = next(block for block in page.split("```yaml\n")[1:] if block.startswith("repos:")).split("```")[0]
    listed = [hook for repository in yaml.safe_load(written)["repos"] for hook in repository["hooks"]]
    return [_run(hook["entry"], folder, {}) for hook in listed]


Guard = Callable[[Path], list[Ran]]
GUARDS = pytest.mark.parametrize("guard", [hooks, copied, action, plugin])


@GUARDS
def test_a_sound_repository_is_green(repository: Path, guard: Guard) -> None:
    ran = guard(repository)
    assert {each.status for each in ran} == {0}, ran


def _written(rules: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (rules / name).parent.mkdir(exist_ok=True)
        (rules / name).write_text(text, encoding="utf-8")


def _mended(rules: Path, files: Mapping[str, str]) -> None:
    """What was spoiled is as it was, what was added is gone."""
    for name in files:
        (rules / name).unlink()
    _written(rules, {"calls.yaml": RULE})


@GUARDS
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_red_with_file_line_and_cure_until_it_is_mended(repository: Path, guard: Guard, fault: str) -> None:
    seeded, rules = FAULTS[fault], repository / "rules"
    _written(rules, seeded.files)
    red = [each for each in guard(repository) if each.status]
    told = "".join(each.out + each.err for each in red)
    file = f"rules/{seeded.file}"
    assert f"{file}:{seeded.line}" in told or f"::file={file},line={seeded.line}," in told.replace(" file", "::file")
    assert seeded.cure in told
    _mended(rules, seeded.files)
    assert not [each for each in guard(repository) if each.status], fault


OWN_TABLE = """\
organisation: House
period: {from: 2026-03-02, to: 2026-03-03}
packs: [./rules]
tables: {talks: {source: talks.csv, key: talk_id, at: at, bearer: employee_id}}
"""


def test_rules_over_tables_of_one_s_own_are_read_with_their_workspace(repository: Path) -> None:
    own = {
        "calls.yaml": RULE.replace("of: activities, where: kind = 'call'", "of: talks").replace("kind = 'call', ", "")
    }
    own["calls.test.yaml"] = CASES.replace("activities:", "talks:").replace("activity_id", "talk_id")
    own["calls.test.yaml"] = own["calls.test.yaml"].replace(
        "to: 2026-03-03}}", "to: 2026-03-03}, tables: {talks: {key: talk_id, at: at, bearer: employee_id}}}"
    )
    _written(repository / "rules", own)
    (repository / "compliance.yaml").write_text(OWN_TABLE, encoding="utf-8")
    (repository / "talks.csv").write_text("talk_id,at,employee_id,minutes\n1,2026-03-02,ada,5\n", encoding="utf-8")
    told = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    for step in told["runs"]["steps"][2:]:
        given = {"RULES": "rules", "WORKSPACE": ".", "BASELINE": "", "FAIL_ON": "moderate"}
        assert (ran := _run(step["run"], repository, given)).status == 0, ran
    (repository / "pytest.ini").write_text(
        "[pytest]\ndutybook_lint = rules\ndutybook_workspace = .\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "compliance.pytest_plugin", "rules"]
    ran = _run(shlex.join(command), repository, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""})
    assert ran.status == 0, ran


def test_the_action_audits_by_what_it_is_given_and_runs_none_of_it(repository: Path) -> None:
    told = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    audit = told["runs"]["steps"][-1]["run"]
    assert _run("compliance init work", repository, {}).status == 0
    given = {"WORKSPACE": "work", "BASELINE": "", "FAIL_ON": "moderate"}
    ran = _run(audit, repository, given)
    assert (ran.status, ran.out.count("::error ")) == (1, 1)
    assert _run("compliance audit work --format json -o 'old one.json'", repository, {}).status == 1
    assert _run(audit, repository, given | {"BASELINE": "old one.json"}).status == 0
    assert _run(audit, repository, given | {"WORKSPACE": "$(touch run)"}).status == 2
    assert not (repository / "run").exists()
