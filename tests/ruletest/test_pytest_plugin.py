import os
import subprocess
import sys
from pathlib import Path

import pytest

RULE = """\
id: own.calls
title: Calls are short
severity: minor
condition: {of: calls, must: minutes <= 5}
"""
CASES = """\
- case: five minutes are short, six are not
  given: {period: {from: 2026-03-02, to: 2026-03-03}, tables: {calls: {key: id, at: at, bearer: who}}}
  tables:
    calls: |
      id | at         | who | minutes
      1  | 2026-03-02 | ada | 5
      2  | 2026-03-02 | ben | 6
  expect:
    - {bearer: ben, record: calls/2, verdict: breached, how: "false"}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of the user's own: one rule with its cases."""
    (tmp_path / "calls.yaml").write_text(RULE, "utf-8")
    (tmp_path / "calls.test.yaml").write_text(CASES, "utf-8")
    return tmp_path


def run(project: Path, *options: str) -> tuple[int, str]:
    """Pytest in a process of its own, with the plugin named, whether or not it is installed."""
    environment = os.environ | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ".",
        "-p",
        "compliance.pytest_plugin",
    ]
    ran = subprocess.run(
        [*command, *options], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout


def test_cases_beside_rules_are_tests_named_by_their_sentence(project: Path) -> None:
    status, out = run(project, "-v")
    assert status == 0
    assert "calls.test.yaml::five minutes are short, six are not PASSED" in out


def test_a_failed_case_shows_what_was_expected_against_what_it_got(project: Path) -> None:
    (project / "calls.test.yaml").write_text(CASES.replace("verdict: breached", "verdict: excused"), "utf-8")
    status, out = run(project)
    assert status == 1
    assert "expected  verdict: excused" in out
    assert "got       verdict: breached" in out
    assert "2  | 2026-03-02 | ben | 6" in out
    assert "Traceback" not in out


def test_a_known_gap_is_expected_to_fail_and_warned_of_once_it_passes(project: Path) -> None:
    gap = CASES.replace("- case", "- todo: true\n  case")
    (project / "calls.test.yaml").write_text(gap.replace("verdict: breached", "verdict: excused"), "utf-8")
    status, out = run(project)
    assert (status, "1 xfailed" in out) == (0, True)
    (project / "calls.test.yaml").write_text(gap, "utf-8")
    status, out = run(project)
    assert (status, "take the mark away" in out) == (0, True)


def test_a_file_that_can_not_be_read_is_an_error_of_the_collection_with_its_place(project: Path) -> None:
    (project / "calls.test.yaml").write_text(CASES.replace("verdict:", "verdct:"), "utf-8")
    status, out = run(project)
    assert status == 2
    assert "calls.test.yaml:9:" in out
    assert "Traceback" not in out
