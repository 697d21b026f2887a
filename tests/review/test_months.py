"""Two months at the demo's company, dealt with in the browser alone, in two languages, on a phone, a desk and paper."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from tests.reports.browser import chromium
from tests.review.test_pages import act, state
from tests.review.test_story import serving

from compliance.model.incident import Grade
from compliance.register.cases import all_cases, one_case
from compliance.register.exports import exports
from compliance.register.verify import verify
from compliance.review.above import Roll
from compliance.review.access import Person, Role
from compliance.review.accounts import add
from compliance_cli.main import ended
from compliance_cli.talk import Talk

pytestmark = pytest.mark.browser
HOUSE = Path(__file__).parents[2] / "fixtures" / "trading-house"
PEOPLE = {
    "ann": Person("ann", Role.OFFICER),
    "kravets": Person("kravets", Role.HEAD, "Sales North"),
    "gusev": Person("gusev", Role.EMPLOYEE),
}
LANGUAGES = {"ann": "en-GB", "kravets": "de-DE", "gusev": "en-GB"}
CALLS = "wholesale.calls-per-day"
PAPER = 718
"""How many pixels wide a sheet of A4 is without its margins."""

UNCALLED = ("A-2143", "A-2146")
"""Two calls of 17 February that were never made, so that seven are left of the eight owed."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    shutil.copytree(HOUSE, folder)
    log = folder / "activities-2026-02.csv"
    rows = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.write_text("".join(row for row in rows if not row.startswith(UNCALLED)), encoding="utf-8")
    return folder


def audit(folder: Path, until: str, as_of: str, *more: str) -> None:
    assert ended(["audit", str(folder), "--from", "2026-01-01", "--to", until, "--as-of", as_of, *more], Talk()) == 1


class Visitor:
    """Somebody with a browser, in the own language."""

    def __init__(self, browser: Browser, port: int, register: Path, who: str) -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=LANGUAGES[who])
        self.page, self.home = context.new_page(), f"http://127.0.0.1:{port}"
        self.page.goto(f"{self.home}/log-in")
        self.page.locator("input[name=login]").fill(who)
        self.page.locator("input[name=password]").fill(add(register, who, PEOPLE[who]))
        self.page.locator("form.deed button").click()
        self.page.locator("form.filters").wait_for()

    def at(self, key: str) -> Page:
        self.page.goto(f"{self.home}/incidents/{key}")
        return self.page


def test_two_months_from_the_first_audit_to_a_breach_that_weighs_more_the_second_time(
    browser: Browser, house: Path, tmp_path: Path
) -> None:
    register, clock = house / "register.sqlite", [datetime(2026, 2, 2, 9)]  # noqa: DTZ001 local

    def today() -> date:
        return clock[0].date()

    audit(house, "2026-01-31", "2026-01-31")
    with serving(register, clock, Roll(house, today).above) as port:
        people = {who: Visitor(browser, port, register, who) for who in PEOPLE}
        calls, terms = (_of_gusev(people["ann"], rule) for rule in (CALLS, "confidentiality.contract-terms"))
        _dealt_with(people, clock, calls, terms)
        audit(house, "2026-03-01", "2026-03-02")
        clock[0] = datetime(2026, 3, 2, 9)  # noqa: DTZ001 local
        again = _of_gusev(people["ann"], CALLS)
        assert again != calls
        page = people["ann"].at(again)
        assert page.locator("dd").nth(1).inner_text() == "moderate"
        assert "recurrence: minor to moderate, because 1 upheld before" in page.locator(".why").inner_text()
        _looked_at(browser, people["ann"], (calls, again), tmp_path)
    _on_paper(house, register, again, tmp_path)
    _kept(register, calls, terms, again)


def _of_gusev(visitor: Visitor, rule: str) -> str:
    """The newest case of his by this rule that nobody has dealt with, found by his name."""
    page = visitor.page
    page.goto(visitor.home)
    page.get_by_label("Search").fill("maxim gusev")
    page.get_by_role("textbox", name="Rule").fill(rule)
    page.get_by_label("State").select_option("new")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("heading", name="Incidents (1)").wait_for()
    return page.locator(".cases li a").first.inner_text()


def _dealt_with(people: dict[str, Visitor], clock: list[datetime], calls: str, terms: str) -> None:
    officer, head, employee = people.values()
    act(officer.at(calls), "Give the case to somebody", to="kravets")
    for key in (calls, terms):
        act(head.at(key), "Um Erklärung bitten", day="2026-02-04", why="Was ist geschehen?")
        assert state(head.page) == "Erklärung erbeten"
    clock[0] = datetime(2026, 2, 3, 11)  # noqa: DTZ001 local
    for key, why in ((calls, "I was on the road."), (terms, "The client had sent them to me.")):
        act(employee.at(key), "Explain", why=why)
        assert state(employee.page) == "explained"

    clock[0] = datetime(2026, 2, 5, 9)  # noqa: DTZ001 local
    act(head.at(terms), "Entschuldigen", why="Der Brief liegt vor.")
    assert state(head.page) == "entschuldigt"
    act(head.at(calls), "Eine Maßnahme beschließen", measure="dismissal", why="Es reicht.")
    refused = head.page.get_by_role("alert").inner_text()
    assert re.fullmatch(r"Vorfall \w+: das Recht lässt „dismissal“ dafür nicht zu\. Beschlossen .*: remark.*", refused)
    act(head.at(calls), "Eine Maßnahme beschließen", measure="remark", why="Zum ersten Mal.")
    assert state(head.page) == "entschieden"

    clock[0] = datetime(2026, 2, 9, 9)  # noqa: DTZ001 local
    act(employee.at(calls), "Appeal", why="Seven is nearly eight.")
    assert head.at(calls).get_by_text("Anfechten", exact=True).count() == 0
    clock[0] = datetime(2026, 2, 10, 9)  # noqa: DTZ001 local
    act(officer.at(calls), "Uphold", why="Eight are owed.")
    assert state(officer.page) == "upheld"


def _on_paper(house: Path, register: Path, again: str, folder: Path) -> None:
    """The second audit as a workbook and as a page to file, the repeated breach as a letter, each read back."""
    book, report, letter = (folder / name for name in ("audit.xlsx", "audit.pdf", "letter.pdf"))
    until, known = "2026-03-01", "2026-03-02"
    for form, file in (("xlsx", book), ("pdf", report)):
        options = ["--format", form, "-o", str(file)]
        assert (
            ended(["audit", str(house), "--from", "2026-01-01", "--to", until, "--as-of", known, *options], Talk()) == 1
        )
    heads, *rows = load_workbook(book)["incidents"].iter_rows(values_only=True)
    row = next(each for each in (dict(zip(heads, row, strict=True)) for row in rows) if each["incident"] == again)
    assert (row["grade"], row["severity"], row["responsible_name"]) == ("moderate", "minor", "Maxim Gusev")
    assert again in _read(report)
    assert ended(["explain", again, "--register", str(register), "--format", "pdf", "-o", str(letter)], Talk()) == 0
    assert "recurrence: minor to moderate, because 1 upheld before" in _read(letter)
    assert [each.form for each in exports(register)] == ["xlsx", "pdf", "pdf"]


def _read(file: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(file).pages)


def _kept(register: Path, calls: str, terms: str, again: str) -> None:
    assert verify(register).broken is None
    assert ended(["register", "verify", "--register", str(register)], Talk()) == 0
    found = {case.id: case for case in all_cases(register)}
    assert (found[calls].found.grade, found[again].found.grade) == (Grade.MINOR, Grade.MODERATE)
    told = {key: [event.deed.value for event in one_case(register, key).events] for key in (calls, terms, again)}
    assert told == {
        calls: ["assigned", "asked", "answered", "decided", "appealed", "upheld"],
        terms: ["asked", "answered", "excused"],
        again: [],
    }
    with closing(sqlite3.connect(register)) as db:
        assert db.execute("select count(*) from events where kind = 'audit'").fetchone() == (2,)


def _looked_at(browser: Browser, officer: Visitor, cases: tuple[str, ...], folder: Path) -> None:
    """Every page in both languages: nothing that axe finds grave, nothing wider than the screen."""
    person, rule = "/people/gusev", f"/rules/{CALLS}"
    paths = (
        "/",
        "/?q=gusev&state=new",
        *(f"/incidents/{key}" for key in cases),
        rule,
        person,
        "/audits",
        "/no",
        "/log-in",
    )
    cookies = officer.page.context.cookies()
    for language, width in (("en", 1280), ("de", 390), ("de", 1280)):
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        for number, path in enumerate(paths):
            page.goto(f"{officer.home}{path}")
            assert page.locator("html").get_attribute("lang") == language
            page.screenshot(path=folder / f"{language}-{width}-{number}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            found = Axe().run(page).response["violations"]
            assert not [each for each in found if each["impact"] in {"serious", "critical"}], path
            page.emulate_media(media="print")
            page.set_viewport_size({"width": PAPER, "height": 900})
            page.screenshot(path=folder / f"{language}-print-{number}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= PAPER, f"{path} on paper"
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(media="screen")
        context.close()
