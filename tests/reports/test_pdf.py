import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.reports.sample import (
    DISCLOSED,
    FINDINGS,
    HOSTILE,
    INCIDENTS,
    empty_audit,
    large_audit,
    sample_audit,
    with_kept,
)

from compliance.model.audit import Audit, Person
from compliance.model.history import CaseEvent, Deed
from compliance.model.incident import Incident, Link, Role
from compliance.model.problem import UserError
from compliance.register.recall import Stored, find
from compliance.register.store import record
from compliance.reports import letter, paper, pdf
from compliance.reports.view import View

NAMES = ("Мария Ивановна Кузнецова-Заболоцкая", "Jürgen Weiß-Öztürk", "Ελένη Παπαδοπούλου", "Łukasz Dvořák")


def read(written: bytes) -> str:
    """All the text, its lines joined: where one breaks is of no importance."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(written)).pages)


def named(name: str) -> Audit:
    """The sample in which whoever answers for the disclosure has this name."""
    return replace(sample_audit(), people={**sample_audit().people, "e-30": Person("e-30", name)})


def stored(folder: Path, audit: Audit, key: str) -> Stored:
    path = folder / "register.sqlite"
    record(path, audit)
    found = find(path, key)
    assert found
    return found


# --- the audit ------------------------------------------------------------------------------


def test_the_audit_tells_all_that_was_found() -> None:
    told = read(pdf.render(sample_audit(), View()))
    for incident in INCIDENTS:
        assert f"Incident {incident.id}" in told
        for step in incident.steps:
            assert step.because in told
    for finding in FINDINGS:
        if finding.cause:
            assert finding.cause in told
    assert "Of 1,740 obligations examined" in told
    assert sample_audit().rulebook_digest in told


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_in_their_own_script(name: str) -> None:
    assert f"{name} (e-30)" in read(pdf.render(named(name), View()))


def test_a_character_that_the_type_lacks_is_spelled_out() -> None:
    assert "\\u674e (e-30)" in read(pdf.render(named("\u674e"), View()))


def test_nothing_of_the_data_is_taken_for_mark_up() -> None:
    assert f"{HOSTILE} (e-30)" in read(pdf.render(sample_audit(), View()))
    odd = "<font color='=1+1'>a</font> &amp; <para> </b> <img src='file:///etc/passwd'/>\x00\ud83d"
    shown = odd.replace("\x00\ud83d", "\\x00\\ud83d")
    told = read(pdf.render(replace(sample_audit(), findings=(replace(DISCLOSED, message=odd),)), View()))
    assert shown.replace(" ", "") in told.replace(" ", "")


def test_the_same_audit_gives_the_same_bytes() -> None:
    assert pdf.render(sample_audit(), View()) == pdf.render(sample_audit(), View())


@pytest.mark.parametrize("audit", [empty_audit(), with_kept(3), replace(sample_audit(), organisation="")])
def test_little_and_much(audit: Audit) -> None:
    assert "page 1 of " in read(pdf.render(audit, View()))


def test_what_is_left_out_is_counted_and_every_page_says_where_it_belongs() -> None:
    written = pdf.render(large_audit(1_000), View(limit=3))
    assert "7 more incidents not shown, none graver than these." in read(written)
    pages = PdfReader(BytesIO(written)).pages
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in page.extract_text()
        assert "audit large-1000" in page.extract_text()


def test_a_filter_is_named() -> None:
    told = read(pdf.render(sample_audit(), View(bearer="e-30")))
    assert "A filter is on: only bearer e-30 is shown." in told
    assert "Incident 1c0ffee1a2b3" not in told


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab.lib.fonts", None)
    paper.ready.cache_clear()
    with pytest.raises(UserError, match=r"install dutybook\[exports\]"):
        pdf.render(sample_audit(), View())


def test_the_type_has_its_licence_beside_it() -> None:
    folder = Path(paper.__file__).parent / "fonts"
    assert {each.name for each in folder.iterdir()} == {
        *("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf", "LICENSE.txt"),
    }
    assert "Bitstream Vera" in (folder / "LICENSE.txt").read_text(encoding="utf-8")


# --- the letter -----------------------------------------------------------------------------


def test_the_letter_says_what_on_what_grounds_and_what_may_be_answered(tmp_path: Path) -> None:
    told = read(letter.render(stored(tmp_path, sample_audit(), "4d15c0947e11")))
    for part in (
        *("To Мария Ивановна Кузнецова-Заболоцкая (e-21", "Incident 4d15c0947e11", "As known on 1 April 2026, 18:30"),
        *("What is said to have happened", "a discount of 15.5 %", "The clause", "Grants discounts within the matrix"),
        *("The arithmetic", "15.5 > 10", "order_lines 10250 / 51", "discount 15.5", "The rule sets serious."),
        *("the last day to act is 1 May 2026", "What you may answer, and until when", "You have not been asked yet"),
        *("Nobody without a part in it could be named yet.", "It is no decision.", "not final before you were heard"),
    ):
        assert part in told


def test_the_letter_tells_the_term_by_the_last_question(tmp_path: Path) -> None:
    found = stored(tmp_path, sample_audit(), "4d15c0947e11")

    def deed(number: int, what: Deed, due: date | None = None) -> CaseEvent:
        return CaseEvent(found.id, what, datetime.fromisoformat("2026-04-02 09:00"), "e-40", due=due, number=number)

    asked = [deed(1, Deed.ASKED, date(2026, 4, 6)), deed(2, Deed.ANSWERED)]
    assert "Your explanation is awaited until the end of 6 April 2026." in read(letter.render(found, asked[:1]))
    assert "Your answer is on record" in read(letter.render(found, asked))
    again = [*asked, deed(3, Deed.ASKED, date(2026, 4, 9))]
    assert "Your explanation is awaited until the end of 9 April 2026." in read(letter.render(found, again))


@pytest.mark.parametrize("name", NAMES)
def test_the_letter_shows_names_in_their_own_script(tmp_path: Path, name: str) -> None:
    assert f"To {name} (e-30)" in read(letter.render(stored(tmp_path, named(name), "5ec4e700aaaa")))


def _with(change: Callable[[Incident], Incident]) -> Audit:
    return replace(sample_audit(), incidents=(change(INCIDENTS[3]), *INCIDENTS[:3], *INCIDENTS[4:]))


def test_the_letter_names_who_decides_and_every_link_of_the_chain(tmp_path: Path) -> None:
    chain = (Link(Role.BEARER, "e-21", "e-21 owed this"), Link(Role.HEAD, None, "nobody heads the department"))
    audit = _with(lambda each: replace(each, decides="e-40", chain=chain, excuses=("no excuse is on record",)))
    told = read(letter.render(stored(tmp_path, audit, "4d15c0947e11")))
    assert "(e-40, head of department), who has no part in it." in told
    assert "head: nobody is known; nobody heads the department." in told
    assert "no excuse is on record." in told


def test_many_findings_and_records_are_told_up_to_a_number(tmp_path: Path) -> None:
    told = read(letter.render(stored(tmp_path, large_audit(100), "i00000000000")))
    assert "And 60 more findings." in told
