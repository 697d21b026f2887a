"""The pseudonymous edition: nobody's name and no id in any format, and nothing else lost."""

import csv as csv_reader
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.reports.sample import DISCLOSED, FINDINGS, INCIDENTS, PEOPLE, sample_audit

from compliance.audit import Options
from compliance.audit import audit as audited
from compliance.model.audit import Audit, Changes, Person, TableAccount
from compliance.model.finding import RecordRef, Verdict
from compliance.model.problem import UserError
from compliance.register.cases import one_case
from compliance.register.recall import find, people
from compliance.register.store import record
from compliance.reports import (
    counts,
    csv,
    explain,
    github,
    html,
    ics,
    junit,
    letter,
    md,
    ocsf,
    oscal,
    pdf,
    pseudonymous_story,
    sarif,
    text,
    xlsx,
)
from compliance.reports import json as as_json
from compliance.reports.earlier import compared, read
from compliance.reports.heat import heat
from compliance.reports.pseudonymous import SMALL, departments, pseudonymous
from compliance.reports.pseudonyms import SOMEBODY, Pseudonyms
from compliance.reports.view import View
from compliance.shipped import demo_world

SALT = b"a salt that nobody can guess"
OTHER = b"another one, not known either"
RENDERERS: dict[str, Callable[[Audit, View], str | bytes]] = {
    "text": text.render,
    "json": as_json.render,
    "html": html.render,
    "md": md.render,
    "csv": csv.render,
    "xlsx": xlsx.render,
    "pdf": pdf.render,
    "sarif": sarif.render,
    "oscal": oscal.render,
    "ocsf": ocsf.render,
    "ics": ics.render,
    "junit": junit.render,
    "github": github.render,
}


def plain(written: str | bytes) -> str:
    """All that a reader of the file could find in it, lines joined."""
    if isinstance(written, str):
        return written.replace("\r\n ", "")
    if written.startswith(b"%PDF"):
        return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(written)).pages)
    with zipfile.ZipFile(BytesIO(written)) as archive:
        return " ".join(archive.read(name).decode() for name in archive.namelist() if "theme" not in name)


def told(audit: Audit, form: str, smallest: int = 5, salt: bytes = SALT) -> str:
    return plain(RENDERERS[form](pseudonymous(audit, salt, smallest), View()))


def leaks(written: str, words: set[str]) -> set[str]:
    """Which of the words stand in what was written, in whatever case."""
    plainly = written.casefold()
    single = set(re.findall(r"\w+", plainly))
    return {word for word in words if _stands(word.casefold(), plainly, single)}


def _stands(word: str, written: str, single: set[str]) -> bool:
    """Whether a word stands there, and not as part of another, such as of a UUID."""
    return (
        word in single if re.fullmatch(r"\w+", word) else bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", written))
    )


# --- the demo's world -----------------------------------------------------------------------


@cache
def demo() -> Audit:
    return audited(demo_world(), Options(judge="plain", records=True)).audit


def words_of_the_demo() -> set[str]:
    """Every id and every part of every name in the demo's roster, and the one id that is not on it."""
    with (demo_world() / "employees.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv_reader.DictReader(file))
    assert len(rows) > 10
    return {row["employee_id"] for row in rows} | {part for row in rows for part in row["name"].split()} | {"temp-7"}


@pytest.mark.parametrize("form", RENDERERS)
def test_no_format_has_a_name_or_an_id_of_the_demo(form: str) -> None:
    named = plain(RENDERERS[form](demo(), View()))
    assert leaks(named, words_of_the_demo())
    assert leaks(told(demo(), form), words_of_the_demo()) == set()


@pytest.mark.parametrize("form", ["json", "csv", "oscal", "xlsx"])
def test_no_format_has_the_id_of_a_record_finding_or_incident(form: str) -> None:
    written = told(demo(), form)
    ids = {each.id for each in demo().findings} | {each.id for each in demo().incidents}
    keys = {ref.key for each in demo().findings for ref in (each.record, *each.evidence) if ref}
    assert leaks(written, ids) == set()
    assert leaks(written, {key for key in keys if not key.isdigit()}) == set()


def test_no_explanation_of_the_demo_has_a_name_or_an_id(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    record(path, demo())
    names = Pseudonyms(SALT, demo().id, people(path))
    excused = [each.id for each in demo().findings if each.verdict is Verdict.EXCUSED]
    for key in (*(each.id for each in demo().incidents), *excused):
        found = find(path, key)
        assert found
        story = pseudonymous_story.pseudonymous(found, names)
        for written in (explain.explain(story), explain.explain_json(story)):
            assert leaks(written, words_of_the_demo() | {key}) == set()
    deeds = pseudonymous_story.events(one_case(path, demo().incidents[0].id).events, names)
    found = find(path, demo().incidents[0].id)
    assert found
    written = plain(letter.render(pseudonymous_story.pseudonymous(found, names), deeds))
    assert leaks(written, words_of_the_demo()) == set()


def test_an_explanation_and_the_audit_have_the_same_pseudonyms(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    record(path, demo())
    found = find(path, demo().incidents[0].id)
    assert found
    story = pseudonymous_story.pseudonymous(found, Pseudonyms(SALT, demo().id, people(path)))
    incident = next(each for each in pseudonymous(demo(), SALT, 5).incidents if each.id == story.id)
    assert story.body["responsible"] == {"id": incident.responsible}


def test_who_approved_it_and_whose_level_it_is_are_not_told_either(tmp_path: Path) -> None:
    told = "clients k-77: with orders o-1 the level is 9, at most 5 allowed, approved by outsider-9 only on 2026-03-03"
    found = replace(FINDINGS[0], message=told, approver="outsider-9", entity=RecordRef("clients", "k-77"))
    known = replace(sample_audit(), findings=(found,), incidents=())
    path = tmp_path / "register.sqlite"
    record(path, known)
    kept = find(path, found.id)
    assert kept
    story = pseudonymous_story.pseudonymous(kept, Pseudonyms(SALT, known.id, people(path)))
    for message in (pseudonymous(known, SALT, 5).findings[0].message, story.body["message"]):
        assert not re.search("k-77|outsider-9", message)
        assert "the level is 9, at most 5 allowed, approved by" in message


# --- what stays, and what can't be worked out -------------------------------------------------


def shape(audit: Audit) -> list[str]:
    """What an audit says, whoever it says it of."""
    return sorted(
        repr((f.rule, f.verdict, f.how, f.measured, f.required, f.due, f.days_late, len(f.evidence)))
        for f in audit.findings
    )


def test_nothing_but_people_is_changed() -> None:
    other = pseudonymous(demo(), SALT, 5)
    assert shape(other) == shape(demo())
    assert counts.verdicts(other) == counts.verdicts(demo())
    assert counts.gravest(other.incidents) == counts.gravest(demo().incidents)
    assert other.rulebook == demo().rulebook
    judged = {each.id: each for each in other.findings}
    assert all(key in judged for incident in other.incidents for key in incident.findings)
    assert len({each.bearer for each in other.findings}) == len({each.bearer for each in demo().findings})


def test_the_same_salt_gives_the_same_and_another_another() -> None:
    assert told(demo(), "json") == told(demo(), "json")
    first, second = (set(pseudonymous(demo(), salt, 5).people) for salt in (SALT, OTHER))
    assert not first & second
    assert not first & set(pseudonymous(replace(demo(), id="another audit"), SALT, 5).people)


def test_the_order_tells_nothing() -> None:
    audit = pseudonymous(demo(), SALT, 5)
    assert [each.id for each in audit.incidents] == sorted(each.id for each in audit.incidents)
    assert list(audit.people) == sorted(audit.people)
    for rule in {each.rule for each in audit.findings}:
        bearers = [each.bearer or "" for each in audit.findings if each.rule == rule]
        assert bearers == sorted(bearers)


def test_small_departments_are_taken_together_or_left_out() -> None:
    people = [Person(f"e{n}", f"e{n}", None, name) for n, name in enumerate("AAAAAABBCCCD")]
    assert departments(people, 5) == {"A": "A", "B": SMALL, "C": SMALL, "D": SMALL}
    assert departments(people[:8], 5) == {"A": "A", "B": None}
    assert departments(people[:8], 2) == {"A": "A", "B": "B"}


def test_small_counts_by_group_are_not_told() -> None:
    big = {f"p{n}": Person(f"p{n}", f"p{n}", None, each) for n, each in enumerate(["Sales North", "Sales South"] * 5)}
    audit = replace(sample_audit(), people={**PEOPLE, **big})
    other = pseudonymous(audit, SALT, 5)
    graded = counts.by_department(other)
    assert [f"{count:,} {grade}" for grade, count in graded["Sales South"]] == ["<5 serious", "<5 moderate"]
    cells = {row.rule: [f"{cell.count:,}" for cell in row.cells] for row in heat(other).rows}
    assert all(not re.fullmatch("[1-4]", cell) for row in cells.values() for cell in row)
    for form, shown in {"text": "<5 serious", "html": "&lt;5 serious", "pdf": "<5 serious", "xlsx": "&lt;5"}.items():
        assert shown in told(audit, form)
        assert shown not in told(audit, form, smallest=2)


def test_whoever_reads_it_is_told_what_it_is() -> None:
    for form in ("text", "html", "json", "pdf", "xlsx"):
        assert "this is the pseudonymous edition" in told(sample_audit(), form)


def test_it_is_no_baseline(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(told(sample_audit(), "json"), encoding="utf-8")
    with pytest.raises(UserError, match="is a pseudonymous edition"):
        read(path)


def test_what_is_gone_since_the_baseline_names_nobody_either(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(as_json.render(sample_audit(), View()), encoding="utf-8")
    fewer = replace(sample_audit(), findings=FINDINGS[1:], incidents=INCIDENTS[1:])
    audit = replace(fewer, baseline=compared(fewer, read(path)), changes=Changes(gone=("7777aaaa0000",)))
    for form in ("text", "json", "sarif"):
        assert leaks(told(audit, form), {DISCLOSED.id, DISCLOSED.id[:8], "e-30", "7777aaaa0000"}) == set()


# --- texts ----------------------------------------------------------------------------------

ROSTER = (
    Person("e-17", "Anna Petrova"),
    Person("mueller", "Jörg Müller-Weiß"),
    Person("e-18", "Anna Lind"),
    Person("kz", "Мария Ивановна Кузнецова"),
    Person("7", "Ole Olsen"),
    Person("100234", "Tom Ost"),
    Person("li wei", "\u674e\u4f1f"),
    Person("fyo", "Фёдор Королёв"),
)


def names() -> Pseudonyms:
    return Pseudonyms(SALT, "a1", ROSTER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Anna Petrova (e-17) owed this", "{e-17} owed this"),
        ("asked E-17, who was away", "asked {e-17}, who was away"),
        ("Petrova's letter to PETROVA.", "{e-17} letter to {e-17}."),
        ("Письмо Кузнецовой и Кузнецову", "Письмо {kz} и {kz}"),
        ("Федору Королеву", "{fyo}"),
        ("Jo\u0308rg Mu\u0308ller-Weiss is ill", "{mueller} is ill"),
        ("Herr Müller und Frau Weiß", "Herr {mueller} und Frau {mueller}"),
        ("Anna said so", f"{SOMEBODY} said so"),
        ("7 of 30, Ole Olsen (7) did 7", "7 of 30, {7} did 7"),
        ('nobody has id "7"', 'nobody has id "{7}"'),
        ("100234 took 10 of 100", "{100234} took 10 of 100"),
        ("folder/e-17/a_mueller_b.txt", "folder/{e-17}/a_{mueller}_b.txt"),
        ("see petrova@north.example or +7 495 123-45-67", "see [address] or [telephone]"),
        ("\u95ee\u674e\u4f1f\u5427, li wei", "\u95ee{li wei}\u5427, {li wei}"),
        ("the most of 30 costs, lindens and posts", "the most of 30 costs, lindens and posts"),
        ("on 2026-03-05 at 09:30, 15.5 % of 1,204", "on 2026-03-05 at 09:30, 15.5 % of 1,204"),
    ],
)
def test_a_text_names_nobody(before: str, after: str) -> None:
    given_names = names()
    for each in ROSTER:
        after = after.replace(f"{{{each.id}}}", given_names.person(each.id))
    assert given_names.text(before) == after


SHORT = (
    Person("n1", "Li Na"),
    Person("n2", "Bo Xu"),
    Person("n3", "Bo Xu"),
    Person("n4", "12"),
    Person("n5", "Jo"),
    Person("n6", "{{7*7}} 16"),
    Person("n7", "\u674e\u4f1f"),
    Person("n8", "\u674e\u4f1f"),
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Li Na (n1) and LI NA's gift", "{n1} and {n1}'s gift"),
        ("Ali Nasser", "Ali Nasser"),
        ("Bo Xu said so", f"{SOMEBODY} said so"),
        ("12 of 30", "12 of 30"),
        ("Jo joined", "{n5} joined"),
        ("{{7*7}} 16 (n6)", "{n6}"),
        ("\u95ee\u674e\u4f1f\u5427", f"\u95ee{SOMEBODY}\u5427"),
    ],
)
def test_a_name_of_short_parts_only_is_known_as_a_whole(before: str, after: str) -> None:
    given_names = Pseudonyms(SALT, "a1", SHORT)
    for each in SHORT:
        after = after.replace(f"{{{each.id}}}", given_names.person(each.id))
    assert given_names.text(before) == after


def test_records_go_by_other_keys_in_texts_too() -> None:
    ref = RecordRef("messages", "m-88")
    assert names().text("messages m-88 went out", [ref]) == f"messages {names().record(ref).key} went out"


def test_what_a_rejected_row_holds_is_left_out() -> None:
    table = TableAccount("a", 3, 2, 1, reasons={'has id "x y"': 1}, rejects=('a.csv:3: nobody has id "x "y" z"',))
    audit = pseudonymous(replace(sample_audit(), tables=(table,)), SALT, 5)
    assert audit.tables[0].rejects == ('a.csv:3: nobody has id "…"',)


pieces = st.lists(
    st.sampled_from(
        [
            *(part for each in ROSTER for part in (each.id, *each.name.split()) if not part.isdigit()),
            *(" ", ", ", "(", ")", "-", ".", "_", "/", "'", '"', ":", "@", "12", "the", "of", "x"),
        ]
    ),
    max_size=12,
)


@given(pieces)
def test_no_id_and_no_name_survives_in_whatever_surroundings(parts: list[str]) -> None:
    words = {part for each in ROSTER for part in (each.id, *each.name.split()) if len(part) > 2 and part != "7"}
    written = names().text("".join(parts))
    assert leaks(written, words) == set()


@given(st.text())
def test_a_text_without_people_only_loses_addresses(given_text: str) -> None:
    empty = Pseudonyms(SALT, "a1", ())
    kept = empty.text(given_text)
    assert (
        "[address]" in kept or "[telephone]" in kept or kept == __import__("unicodedata").normalize("NFC", given_text)
    )
