"""Nothing that records or rules hold steers a terminal, hides a part of a line or turns its order around."""

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.cli.conftest import Command

UNSEEN = "\x1b[31m \x07 \r \t \x9b \x85 \u2028 \u202e \u2066 \u200b \u00ad \ufeff"
PERSON = f"a{UNSEEN} \U000e0041"
FORMS = ("text", "json", "html", "md", "csv", "xlsx", "sarif", "oscal", "ocsf", "ics", "junit", "github")
RULE = f"""\
id: own.gifts
title: {json.dumps("No gifts" + UNSEEN)}
severity: serious
message: {json.dumps("{bearer} gave {record}" + UNSEEN)}
remedy: {json.dumps("Give none" + UNSEEN)}
prohibition: {{of: calls, where: {json.dumps(f"kind like 'gift%' and kind <> '{UNSEEN}'")}}}
"""
MANIFEST = f"""\
organisation: {json.dumps("House" + UNSEEN)}
period: {{from: 2026-03-02, to: 2026-03-09}}
packs: [./rules]
jurisdiction: ru-labour-code
tables:
  employees: people.jsonl
  calls: {{source: calls.jsonl, key: call_id, at: at, bearer: employee_id}}
"""
PEOPLE = [{"employee_id": PERSON, "name": "Ann" + UNSEEN, "position": "s" + UNSEEN, "department": "d" + UNSEEN}]
CALLS = [
    {"call_id": "1" + UNSEEN, "at": "2026-03-02 10:00", "employee_id": PERSON, "kind": "gift" + UNSEEN},
    {"call_id": "2", "at": "soon" + UNSEEN, "employee_id": PERSON, "kind": "gift"},
    {"call_id": "3", "at": "2026-03-03 10:00", "employee_id": "nobody" + UNSEEN, "kind": "gift"},
]


@pytest.fixture
def hostile(here: Path) -> Path:
    """A workspace whose rule, records and name are full of such characters."""
    (here / "rules").mkdir()
    (here / "rules" / "gifts.yaml").write_text(RULE, "utf-8")
    (here / "compliance.yaml").write_text(MANIFEST, "utf-8")
    for name, rows in (("people", PEOPLE), ("calls", CALLS)):
        (here / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return here


def told(path: Path, form: str) -> Iterator[str]:
    """The text of a report, and that of each part of a workbook."""
    if form != "xlsx":
        yield path.read_bytes().decode()
        return
    with ZipFile(path) as book:
        yield from (book.read(name).decode() for name in book.namelist())


def unseen(text: str) -> set[str]:
    """What of a text is no line's end and still not seen."""
    return {each for each in text.replace("\r\n", "\n") if each != "\n" and not each.isprintable()}


@pytest.mark.parametrize("form", FORMS)
def test_a_report_holds_nothing_that_is_not_seen(compliance: Command, hostile: Path, form: str) -> None:
    path = hostile / f"report.{form}"
    ran = compliance("audit", ".", "--format", form, "-o", path, "--show-sql")
    assert ran.status == 1
    assert [unseen(each) for each in (*told(path, form), ran.out, ran.err)] == [set()] * (len([*told(path, form)]) + 2)
    assert any("own.gifts" in each or "No gifts" in each for each in told(path, form))


def test_json_means_what_the_records_hold(compliance: Command, hostile: Path) -> None:
    found = json.loads(compliance("audit", hostile, "--format", "json").out)["findings"]
    assert {each["bearer"] for each in found if each["rule"] == "own.gifts"} == {PERSON}


def test_a_case_is_told_without_what_is_not_seen(compliance: Command, hostile: Path) -> None:
    found = json.loads(compliance("audit", hostile, "--register", "register.sqlite", "--format", "json").out)
    incident = found["incidents"][0]["id"]
    for words in (("incidents", "show", incident), ("explain", incident)):
        ran = compliance(*words, "--register", "register.sqlite")
        assert (ran.status, unseen(ran.out), unseen(ran.err)) == (0, set(), set())


@pytest.mark.parametrize(
    "words",
    [
        ("check", "."),
        ("rules", "list", "rules"),
        ("rules", "show", "own.gifts", "rules"),
        ("rules", "coverage", "rules"),
        ("why", ".", "--rule", "own.gifts", "--who", PERSON, "--on", "2026-03-02"),
        ("incidents", "list", "--register", "register.sqlite"),
        ("incidents", "due", "--register", "register.sqlite"),
        ("register", "check", "--register", "register.sqlite"),
        ("incidents", "list", "--register", "register.sqlite", "--format", "json"),
        *(
            ("rules", "lint", "rules", "--workspace", ".", "-v", "--format", form)
            for form in ("text", "json", "md", "github", "sarif")
        ),
    ],
    ids=" ".join,
)
def test_a_command_says_nothing_that_is_not_seen(compliance: Command, hostile: Path, words: tuple[str, ...]) -> None:
    compliance("audit", hostile, "--register", "register.sqlite")
    with (hostile / "rules" / "gifts.yaml").open("a", encoding="utf-8") as file:
        file.write("# lint: allow \u202e old-draft\n")
    ran = compliance(*words)
    assert ran.status in {0, 1, 2}
    assert (unseen(ran.out), unseen(ran.err)) == (set(), set())
    assert ran.out or ran.err
