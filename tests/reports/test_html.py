from collections.abc import Iterator
from dataclasses import fields, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page
from tests.reports.browser import chromium
from tests.reports.sample import (
    CALLS,
    DISCLOSED,
    DISCLOSURE,
    INCIDENTS,
    RULEBOOK,
    empty_audit,
    large_audit,
    sample_audit,
    with_kept,
)
from tests.reports.snapshots import assert_snapshot

from compliance.model.audit import Assumed, Audit, Person, RuleAccount
from compliance.reports.html import render
from compliance.reports.ledger import NONE
from compliance.reports.view import View

CONTRAST = """() => {
  const probe = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => { probe.clearRect(0, 0, 1, 1); probe.fillStyle = colour; probe.fillRect(0, 0, 1, 1);
                          return probe.getImageData(0, 0, 1, 1).data; };
  const linear = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => [r, g, b].map(v => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = element => { const colour = rgb(getComputedStyle(element).backgroundColor);
    return colour[3] || !element.parentElement ? colour : ground(element.parentElement); };
  const own = element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  return [...document.body.querySelectorAll('*')].filter(own).map(element => {
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    return [(a + .05) / (b + .05), element.outerHTML.slice(0, 80)]; }).filter(([ratio]) => ratio < 4.5);
}"""


class Outline(HTMLParser):
    """The tags and visible text of a page, refusing an end without its start."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not any(name.startswith("on") or name in ("src", "srcset") for name, _ in attrs)
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(render(sample_audit(), View()), encoding="utf-8")
    return path


def opened(browser: Browser, path: Path, width: int, scheme: str = "light") -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(path.as_uri())
    return page


def test_the_whole_audit() -> None:
    assert_snapshot("sample.html", render(sample_audit(), View()))


def test_an_audit_that_found_nothing() -> None:
    assert_snapshot("empty.html", render(empty_audit(), View()))


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = render(sample_audit(), View())
    assert not {"script", "link", "img", "iframe", "object"} & set(Outline(page).tags)
    assert "url(" not in page
    assert "@import" not in page


def test_a_name_that_is_markup_is_shown_as_it_is_written() -> None:
    page = render(sample_audit(), View())
    assert "<script>" not in page
    assert "<script>alert('x')</script>" in "".join(Outline(page).text)


def hostile(audit: Audit, text: str) -> Audit:
    """The audit with the text wherever data or a rule can put one."""
    finding = replace(DISCLOSED, message=text, cause=text, arithmetic=text, because=text, department=text)
    steps = tuple(replace(step, factor=text, because=text) for step in INCIDENTS[0].steps)
    measures = tuple(
        replace(measure, measure=text, liability=text, basis=text, ceiling=text) for measure in INCIDENTS[0].measures
    )
    incident = replace(INCIDENTS[4], steps=steps, measures=measures, department=text)
    rules = {
        key: replace(
            rule,
            title=text,
            clause=text,
            clause_text=text,
            document=text,
            remedy=text,
            assumed=(Assumed(text),),
            asks=text,
        )
        for key, rule in RULEBOOK.items()
    }
    table = replace(audit.tables[0], table=text, reasons={text: 5}, rejects=(text,))
    return replace(
        audit,
        organisation=text,
        engine=text,
        rulebook=rules,
        people={"e-30": Person("e-30", text, text, text)},
        findings=(finding,),
        incidents=(incident,),
        tables=(table,),
        notes=(text,),
        records={ref: {text: text} for ref in audit.records},
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(alphabet="<>&\"'=/`{}% \n-!ab\u202e\x1b", max_size=24))
def test_no_text_from_data_becomes_markup(text: str) -> None:
    plain, attacked = (render(hostile(sample_audit(), word), View()) for word in ("x", f"x{text}x"))
    assert Outline(attacked).tags == Outline(plain).tags


def test_hostile_reaches_every_text_of_a_finding() -> None:
    texts = {field.name for field in fields(DISCLOSED) if field.type in ("str", "str | None", str, str | None)}
    people = {"bearer", "responsible", "approver"}
    assert texts <= {"id", "rule", "department", "message", "cause", "arithmetic", "because"} | people


def test_a_filter_is_told_and_changes_no_count() -> None:
    page = render(sample_audit(), View(department="Sales North"))
    assert "A filter is on: only department Sales North is shown." in page
    assert 'id="incident-1c0ffee1a2b3"' in page
    assert 'id="incident-5ec4e700aaaa"' not in page
    assert "Of 1,740 obligations examined, 1,692 were met and 38 breached." in page


def test_500_incidents_are_shown_and_the_rest_counted() -> None:
    page = render(large_audit(60_000), View())
    assert page.count("<article") == 500
    assert "100 incidents left out." in page


def test_where_all_was_asked_for_what_was_met_or_not_owed_is_listed() -> None:
    page = render(with_kept(30), View())
    assert "<h3>Met or not owed: 60</h3>" in page
    assert page.count("<td>31 against 30</td>") == 30
    assert "and 59 more findings" not in page
    assert "<h3>Met or not owed" not in render(sample_audit(), View())


def test_a_prohibition_has_no_met_records_and_an_idle_rule_says_so() -> None:
    page = render(replace(sample_audit(), rules=(RuleAccount(CALLS), RuleAccount(DISCLOSURE, breached=1))), View())
    assert '<div class="sum-of">looked at nothing</div>' in page
    assert f'<td class="num nil">{NONE}</td><td class="num">1</td>' in page


def test_what_is_assumed_is_told_of_a_rule_without_a_clause_too() -> None:
    bare = replace(RULEBOOK[DISCLOSURE], clause=None, clause_text=None, document=None, assumed=(Assumed("pack.limit"),))
    page = render(replace(sample_audit(), rulebook={DISCLOSURE: bare}), View(rule=DISCLOSURE))
    assert "Assumed, since the document gives no value: pack.limit." in page
    assert "parameter pack.limit is assumed: the document gives no value" in page
    assert "<code>where: not shared_with_consent and recipient &lt;&gt; &#39;&lt;ours&gt;&#39;</code>" in page


def test_with_one_rule_shown_others_undetermined_are_not_listed() -> None:
    page = render(sample_audit(), View(rule=DISCLOSURE))
    assert "activities holds no record" not in page
    assert "Everything could be determined." not in page


def test_of_none_shown_none_is_called_the_gravest() -> None:
    assert "<strong>6 incidents left out.</strong> None is shown;" in render(sample_audit(), View(limit=0))


def test_an_incident_without_a_person_says_so() -> None:
    nobody = replace(INCIDENTS[4], responsible=None)
    page = render(replace(sample_audit(), incidents=(nobody,)), View())
    assert "Nobody could be named who answers for this." in page


def test_long_evidence_shows_twenty_records_and_how_many_more() -> None:
    page = render(sample_audit(), View())
    assert "and 760 more records" in page
    assert "and 10 more findings" in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, page_file: Path, width: int) -> None:
    page = opened(browser, page_file, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_that_wcag_asks_for(browser: Browser, page_file: Path, scheme: str) -> None:
    assert opened(browser, page_file, 1280, scheme).evaluate(CONTRAST) == []


@pytest.mark.browser
def test_landmarks_headings_and_headers_are_where_a_screen_reader_looks(browser: Browser, page_file: Path) -> None:
    page = opened(browser, page_file, 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("navigation", name="Contents").count() == 1
    assert page.locator("h1").count() == 1
    assert page.locator("table:not(:has(th[scope]))").count() == 0
    levels = page.locator("h1, h2, h3, h4, h5").evaluate_all("all => all.map(each => Number(each.tagName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.browser
def test_nothing_is_asked_for_and_nothing_complains(browser: Browser, page_file: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(page_file.as_uri())
    assert (asked, said) == ([page_file.as_uri()], [])


@pytest.mark.browser
def test_it_prints_on_pages_of_a4(browser: Browser, page_file: Path) -> None:
    printed = opened(browser, page_file, 1280).pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert 6 <= printed.count(b"/Type /Page\n") <= 14
