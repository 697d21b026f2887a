"""The pages in another language: nothing visible stays English but data and the words of rules."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.review.test_pages import GIFT, PEOPLE, VISITS, Served, ask, log_in, served, token

from compliance.model.finding import Verdict
from compliance.model.history import CaseState, Deed
from compliance.model.incident import Grade
from compliance.register.cases import all_cases
from compliance.register.recall import find
from compliance.reports.explain import tree
from compliance.reports.tree import Node
from compliance.review import app, language
from compliance.review.access import Role
from compliance.review.incident import BUTTONS
from compliance.review.language import LANGUAGES, Words, wanted, words
from compliance_cli.main import ended
from compliance_cli.talk import Talk

__all__ = ["served"]
PAGES = Path(app.__file__).parent
OTHERS = sorted(LANGUAGES.keys() - {"en"})
SAID = re.compile(r"""(?<![\w.])(?:_|words\.say)\(\s*"((?:[^"\\]|\\.)+)\"""")
ENUMS = (CaseState, Deed, Grade, Role, Verdict)


def catalogue(name: str) -> dict[str, str]:
    pairs = json.loads((PAGES / "languages" / f"{name}.json").read_text(encoding="utf-8"), object_pairs_hook=list)
    assert len(pairs) == len(dict(pairs)), "a sentence stands twice"
    return dict(pairs)


def spoken() -> Iterator[str]:
    """Every sentence that the pages say by themselves."""
    for file in (*PAGES.glob("templates/*.j2"), *PAGES.glob("*.py")):
        yield from SAID.findall(file.read_text(encoding="utf-8"))
    yield from (each.value.replace("_", " ") for enum in ENUMS for each in enum)
    yield from (*BUTTONS.values(), *app.SAYS.values())
    yield from (date(2026, month, 1).strftime("%B") for month in range(1, 13))


@pytest.mark.parametrize("name", OTHERS)
def test_every_catalogue_has_every_message_with_the_same_pieces(name: str) -> None:
    told = catalogue(name)
    assert not [each for each in spoken() if each not in told]
    assert not [each for each, other in told.items() if _pieces(each) != _pieces(other)]


def _pieces(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_each_catalogue_is_a_language_that_can_be_chosen() -> None:
    assert sorted(file.stem for file in (PAGES / "languages").glob("*.json")) == OTHERS


class Seen(HTMLParser):
    """The visible texts of a page, those marked as English apart."""

    def __init__(self) -> None:
        super().__init__()
        self.texts, self.english = list[str](), list[str]()
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in {"meta", "link", "input", "br"}:
            self._open.append((tag, "lang" in given and tag != "html"))
        self.texts += [text for name in ("aria-label", "title", "alt", "placeholder") if (text := given.get(name))]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            (self.english if any(apart for _, apart in self._open) else self.texts).append(data.strip())


MARKED = re.compile(r"⟦[^⟦⟧]*⟧")


def unmarked(text: str) -> str:
    """What is left of a text without what the catalogue gave."""
    while (less := MARKED.sub("", text)) != text:
        text = less
    return text.strip(" \n,:.()")


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language that says every sentence as English does, between marks."""
    told = {each: f"⟦{each}⟧" for each in catalogue("de") if each != "1,000"}
    monkeypatch.setattr(language, "words", lambda _: Words("de", told | {"1,000": "1.000"}))


def addresses() -> tuple[str, ...]:
    cases = f"/incidents/{GIFT}", f"/incidents/{VISITS}"
    return (
        "/",
        "/?q=nothing",
        "/?state=closed",
        "/audits",
        "/nowhere",
        "/people/jon",
        "/rules/starter.no-large-gifts",
        *cases,
    )


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("login", ["officer", "employee"])
def test_no_text_of_a_page_stays_english(served: Served, login: str) -> None:
    cookies = log_in(served, login)
    data = kept(served.register) | {"Dutybook", "English", "Deutsch"}
    secret = token(ask(served, "GET", "/", cookies).text)
    deeds = (
        {"deed": "upheld", "why": "so"},
        {"deed": "decided", "why": "so"},
        {"deed": "closed"},
        {"deed": "refused", "why": "-"},
    )
    told = [ask(served, "GET", each, cookies).text for each in addresses()] + [ask(served, "GET", "/log-in").text]
    told += [ask(served, "POST", f"/incidents/{GIFT}", cookies, token=secret, **deed).text for deed in deeds]
    assert len(told) == len(addresses()) + 5
    for text in told:
        seen = Seen()
        seen.feed(text)
        assert any("⟦" in each for each in seen.texts)
        left = [unmarked(part) for each in seen.texts for part in each.split(" \u2013 ")]
        assert not [each for each in left if re.search("[A-Za-z]", each) and not any(each in known for known in data)]
        assert not [each for each in seen.english if not _is_data(each, data)]


def kept(register: Path) -> set[str]:
    """What the register holds as text, and who has an account."""
    with closing(sqlite3.connect(register)) as db:
        stories = {
            json.dumps(json.loads(body), ensure_ascii=False) for (body,) in db.execute("select body from stories")
        }
        ids = {each for row in db.execute("select id from incidents union select id from audits") for each in row}
        audits = db.execute("select details from events where kind = 'audit'")
        tables = {table for (details,) in audits for table in json.loads(details)["records"]}
    people = {each.employee for each in PEOPLE.values()} | {str(each.department) for each in PEOPLE.values()}
    return {each.replace('\\"', '"') for each in stories} | ids | tables | people | {"<script>alert(1)</script>"}


def _is_data(sentence: str, data: set[str]) -> bool:
    """Whether it is a rule's message, a record, or a sentence of the audit that is on record."""
    bare = sentence.removesuffix(".")
    if any(part in each for each in data for part in (bare, bare.partition(": ")[2] or bare)):
        return True
    record = re.match(r"([a-z_]+) [^:]*$|([a-z_]+) [^:(]+(?:\(.*\))?: ", sentence)
    return record is not None and any(f'"{record[1] or record[2]}"' in each for each in data)


def test_of_why_an_incident_is_one_only_data_and_what_is_on_record_stays(tmp_path: Path) -> None:
    register = tmp_path / "register.sqlite"
    folder = Path(__file__).parents[2] / "fixtures" / "trading-house"
    assert ended(["audit", str(folder), "--register", str(register), "-o", str(tmp_path / "report")], Talk()) == 1
    data, german = kept(register), words("de")
    sentences = [
        says for case in all_cases(register) if (found := find(register, case.id)) for says in _says(tree(found))
    ]
    same = [each for each in sentences if german.retell(each) is None]
    assert len(sentences) > 1000
    assert not [each for each in same if not _is_data(each, data)]
    assert len({*same}) < len({*sentences}) / 2


def _says(node: Node) -> Iterator[str]:
    yield node.says
    for each in node.below:
        yield from _says(each)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("The margin: 6 of 8, 2 short", "Der Abstand: 6 von 8, 2 zu wenig"),
        ("the last day to act is 1 May 2026.", "der letzte Tag zum Handeln ist der 1. Mai 2026."),
        ("it is new, so it can't be closed", "der Stand ist „neu“, darum geht „abgeschlossen“ nicht"),
        (
            "Denis (d, seller) owed this and answers for it.",
            "Denis (d, seller) war verpflichtet und ist dafür verantwortlich.",
        ),
        ("activities A-1, A-2", None),
        ("2026-01: Denis: no report for 2026-01 by its last day", None),
        ("new {0} {name}", None),
    ],
)
def test_a_sentence_made_elsewhere_is_known_by_its_shape(english: str, german: str | None) -> None:
    assert words("de").retell(english) == german
    assert words("en").retell(english) == english


def test_days_and_figures_are_written_as_the_language_does() -> None:
    at = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 local
    english, german = words("en"), words("de")
    assert (english.moment(at), german.moment(at)) == ("2 March 2026, 09:30", "2. März 2026, 09:30")
    assert (english.month(at.date()), german.month(at.date())) == ("March 2026", "März 2026")
    assert (english.number(1204567), german.number(1204567)) == ("1,204,567", "1.204.567")


@pytest.mark.parametrize(
    ("chosen", "accepted", "answer"),
    [
        (None, None, "en"),
        (None, "de-AT,en;q=0.8", "de"),
        (None, "en;q=0.5,de;q=0.9", "de"),
        (None, "fr, de;q=0", "en"),
        (None, "fr;q=nonsense,,de", "de"),
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("xx/../..", "de", "de"),
    ],
)
def test_the_language_is_the_one_chosen_or_the_browser_s(chosen: str | None, accepted: str | None, answer: str) -> None:
    assert wanted(chosen, accepted) == answer


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/audits?x=1", "/audits?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\r\nx: y", "/"),
        ("", "/"),
    ],
)
def test_choosing_a_language_leads_back_to_one_of_our_pages(served: Served, back: str, leads_to: str) -> None:
    cookies = log_in(served, "officer")
    secret = token(ask(served, "GET", "/", cookies).text)
    told = ask(served, "POST", "/language", cookies, token=secret, language="de", back=back)
    assert (told.status, told.headers["location"], told.cookies) == (303, leads_to, "dutybook-language=de")
    german = ask(served, "GET", "/", f"{cookies}; {told.cookies}").text
    assert '<html lang="de">' in german
    assert "Übersicht" in german
