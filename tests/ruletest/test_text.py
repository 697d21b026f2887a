from pathlib import Path

from compliance.ruletest import gather, run_all
from compliance.ruletest.text import MOST, render

RULE = "{id: own.calls, title: Calls, severity: minor, condition: {of: calls, must: minutes <= 5}}"
CASE = """
- case: {name}
  given: {{period: {{from: 2026-03-02, to: 2026-03-03}}, tables: {{calls: {{key: id, at: at, bearer: who}}}}}}
  tables:
    calls: |
      id         | at         | who | minutes
      {many} * a | 2026-03-02 | ada | 6
"""


def text(folder: Path, many: int, *, colour: bool = False) -> str:
    (folder / "calls.yaml").write_text(RULE, encoding="utf-8")
    (folder / "calls.test.yaml").write_text(CASE.format(name="too long", many=many), encoding="utf-8")
    return render(run_all(gather([folder])), colour=colour).replace(f"{folder}/", "")


def test_with_colour_what_failed_stands_out(tmp_path: Path) -> None:
    assert text(tmp_path, 1, colour=True).splitlines()[:2] == [
        "own.calls     0 passed, \x1b[31m1 failed\x1b[0m",
        "  \x1b[1mtoo long\x1b[0m  (calls.test.yaml:2)",
    ]


def test_the_twenty_first_difference_is_only_counted(tmp_path: Path) -> None:
    assert "more difference" not in text(tmp_path, MOST)
    assert "    and 1 more difference\n    help: mend own.calls, or" in text(tmp_path, MOST + 1)


def test_what_the_data_holds_can_not_steer_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "calls.yaml").write_text(RULE, encoding="utf-8")
    case = CASE.format(name='"red \\e[31m"', many=1).replace("ada", "a\u200bda")
    (tmp_path / "calls.test.yaml").write_text(case, encoding="utf-8")
    shown = render(run_all(gather([tmp_path])))
    assert "red \\x1b[31m" in shown
    assert all(character.isprintable() or character == "\n" for character in shown)
