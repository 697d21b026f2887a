"""The review pages as people meet them: in chromium, and by plain requests as each role."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.reports.browser import chromium

from compliance.model.history import Deed
from compliance.register.deeds import do
from compliance.register.verify import verify
from compliance.review.access import Person, Role
from compliance.review.accounts import add, disable
from compliance.review.app import ROUTES, app
from compliance.review.desk import Desk
from compliance.review.sessions import Sessions
from compliance.workspace.manifest import Calendar
from compliance_cli.main import ended
from compliance_cli.talk import Talk

GIFT, VISITS = "ff083e26f9d31f2a", "8eb6f24724970003"
PEOPLE = {
    "officer": Person("ann", Role.OFFICER),
    "head": Person("ines", Role.HEAD, "Sales"),
    "other-head": Person("otto", Role.HEAD, "Logistics"),
    "employee": Person("jon", Role.EMPLOYEE),
    "other": Person("mara", Role.EMPLOYEE),
    "auditor": Person("audrey", Role.AUDITOR),
    "below": Person("pia", Role.OFFICER, superiors=("jon",)),
}


class Served(NamedTuple):
    """A running server: its port, its register, the passwords by log-in."""

    port: int
    register: Path
    passwords: dict[str, str]


class Answer(NamedTuple):
    """What came back."""

    status: int
    text: str
    headers: dict[str, str]
    cookies: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("review") / "work"
    assert ended(["init", str(folder)], Talk()) == 0
    assert ended(["audit", str(folder)], Talk()) == 1
    register = folder / "register.sqlite"
    passwords = {login: add(register, login, person) for login, person in PEOPLE.items()}
    desk = Desk(register, "<script>alert(1)</script>", Calendar(), Sessions(time.monotonic), lambda: moment[0])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app(desk), log_level="error", access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Served(listening.getsockname()[1], register, passwords)
        server.should_exit = True
        thread.join()


moment = [datetime(2026, 3, 17, 9)]  # noqa: DTZ001 local


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def ask(served: Served, method: str, path: str, cookies: str = "", host: str = "", **sent: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", served.port)
    headers = {"Cookie": cookies} | ({"Host": host} if host else {})
    connection.request(method, path, urlencode(sent) if method == "POST" else None, headers)
    came: HTTPResponse = connection.getresponse()
    text = came.read().decode()
    told = "; ".join(value.split(";")[0] for name, value in came.getheaders() if name.lower() == "set-cookie")
    connection.close()
    return Answer(came.status, text, {name.lower(): value for name, value in came.getheaders()}, told)


def log_in(served: Served, login: str) -> str:
    first = ask(served, "GET", "/log-in")
    given = {"login": login, "password": served.passwords[login], "token": token(first.text)}
    entered = ask(served, "POST", "/log-in", first.cookies, **given)
    assert entered.status == 303, entered
    return entered.cookies


def token(text: str) -> str:
    return text.split('name="token" value="')[1].split('"', maxsplit=1)[0]


ADDRESS = {
    "/incidents/{id}": f"/incidents/{GIFT}",
    "/rules/{id}": "/rules/starter.no-large-gifts",
    "/people/{id}": "/people/jon",
}
EVERYBODY = ("nobody", *PEOPLE)
ALLOWED = {
    ("GET", "/style.css"): (200,) * 8,
    ("GET", "/log-in"): (200,) * 8,
    ("POST", "/log-in"): (403,) * 8,  # the form's token is missing
    ("POST", "/log-out"): (303, *(403,) * 7),
    ("POST", "/language"): (403,) * 8,
    ("GET", "/"): (303, *(200,) * 7),
    ("GET", "/incidents/{id}"): (303, 200, 200, 404, 200, 404, 200, 200),
    ("POST", "/incidents/{id}"): (303, *(403,) * 7),
    ("GET", "/rules/{id}"): (303, 200, 200, 404, 200, 404, 200, 200),
    ("GET", "/people/{id}"): (303, 200, 200, 404, 200, 404, 200, 200),
    ("GET", "/audits"): (303, 200, 404, 404, 404, 404, 200, 200),
}
"""By method and address: what nobody and then each person is answered, forms sent without their token."""


def test_every_route_answers_every_role_as_the_table_says(served: Served) -> None:
    known = {(method, route.path) for route in ROUTES for method in (route.methods or ()) if method != "HEAD"}
    assert known == set(ALLOWED)
    cookies = {"nobody": ""} | {login: log_in(served, login) for login in PEOPLE}
    for (method, path), statuses in ALLOWED.items():
        told = [ask(served, method, ADDRESS.get(path, path), cookies[login]).status for login in EVERYBODY]
        assert told == list(statuses), (method, path)


DEEDS = {
    "head": (409, "ines"),
    "other-head": (404, ""),
    "employee": (403, ""),
    "other": (404, ""),
    "auditor": (403, ""),
    "below": (403, ""),
}


@pytest.mark.parametrize("login", DEEDS)
def test_upholding_with_a_good_token_is_refused_before_the_hearing_or_for_good(served: Served, login: str) -> None:
    cookies = log_in(served, login)
    secret = token(ask(served, "GET", "/", cookies).text)
    told = ask(served, "POST", f"/incidents/{GIFT}", cookies, token=secret, deed="upheld", why="so")
    assert told.status == DEEDS[login][0]
    assert ("before its person was heard" in told.text) is (login == "head")


@pytest.mark.parametrize("login", ["other-head", "other"])
def test_a_case_out_of_reach_is_nowhere(served: Served, login: str) -> None:
    cookies = log_in(served, login)
    absent = ask(served, "GET", "/incidents/0000", cookies)
    for path in (f"/incidents/{GIFT}", f"/incidents/{GIFT[:6]}", "/incidents/f", f"/incidents/{GIFT}%00"):
        assert (ask(served, "GET", path, cookies).status, absent.status) == (404, 404)
    assert ask(served, "GET", f"/incidents/{GIFT}", cookies).text == absent.text
    for path in ("/", "/?q=gift", "/?q=Keel", "/?department=Sales", "/?state=new"):
        assert GIFT not in ask(served, "GET", path, cookies).text


def test_a_search_finds_people_by_name_within_what_may_be_seen(served: Served) -> None:
    found = {login: GIFT in ask(served, "GET", "/?q=jon+KEEL", log_in(served, login)).text for login in PEOPLE}
    assert found == {each: each not in {"other-head", "other"} for each in PEOPLE}


def test_every_answer_has_the_headers_and_escapes_what_it_shows(served: Served) -> None:
    for path in ("/log-in", "/nowhere", "/style.css"):
        told = ask(served, "GET", path)
        assert "default-src 'none'" in told.headers["content-security-policy"]
        assert "<script" not in told.text
    assert "&lt;script&gt;alert" in ask(served, "GET", "/log-in").text
    cookies = log_in(served, "officer")
    assert "<script" not in ask(served, "GET", "/?q=%3Cscript%3E&rule=%22%3E%3Cscript%3E", cookies).text
    assert "httponly" in ask(served, "GET", "/log-in").headers["set-cookie"].lower()
    assert "samesite=strict" in ask(served, "GET", "/log-in").headers["set-cookie"].lower()


def test_a_page_elsewhere_that_points_here_is_refused(served: Served) -> None:
    assert ask(served, "GET", "/log-in", host="evil.example").status == 400


def test_a_log_in_that_fails_too_often_waits_even_with_the_right_password(served: Served) -> None:
    password = add(served.register, "guessed", Person("gus", Role.EMPLOYEE))
    first = ask(served, "GET", "/log-in")
    secret = token(first.text)

    def attempt(word: str) -> int:
        return ask(served, "POST", "/log-in", first.cookies, login="guessed", password=word, token=secret).status

    assert [attempt("wrong") for _ in range(6)] == [401] * 5 + [429]
    assert attempt(password) == 429


def test_who_is_disabled_is_logged_out(served: Served) -> None:
    served.passwords["leaver"] = add(served.register, "leaver", Person("lee", Role.OFFICER))
    cookies = log_in(served, "leaver")
    assert ask(served, "GET", "/", cookies).status == 200
    disable(served.register, "leaver")
    assert ask(served, "GET", "/", cookies).status == 303


def test_sessions_end_when_idle_and_after_the_longest_time() -> None:
    clock = [0.0]
    sessions = Sessions(lambda: clock[0])
    key = sessions.begin("a", "h")
    clock[0] = 1799.0
    assert sessions.get(key)
    clock[0] = 1799.0 + 1801.0
    assert sessions.get(key) is None
    key = sessions.begin("a", "h")
    while sessions.get(key):
        clock[0] += 1000.0
    assert clock[0] > 36_000.0


def enter(browser: Browser, served: Served, login: str, width: int = 1280) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"http://127.0.0.1:{served.port}/log-in")
    page.get_by_label("Log-in").fill(login)
    page.get_by_label("Password").fill(served.passwords[login])
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    return page


def act(page: Page, deed: str, **fields: str) -> None:
    page.get_by_text(deed, exact=True).first.click()
    form = page.locator("details[open] form")
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button").click()
    page.wait_for_load_state()


def state(page: Page) -> str:
    return page.locator("dd").first.inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_and_everybody_can_use_them(browser: Browser, served: Served, width: int, tmp_path: Path) -> None:
    page = enter(browser, served, "officer", width)
    for path in (
        "/",
        f"/incidents/{VISITS}",
        "/nowhere",
        "/log-in",
        "/audits",
        "/people/jon",
        "/rules/starter.no-large-gifts",
    ):
        page.goto(f"http://127.0.0.1:{served.port}{path}")
        page.screenshot(path=tmp_path / f"{width}{path.replace('/', '-')}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        grave = [each for each in Axe().run(page).response["violations"] if each["impact"] in {"serious", "critical"}]
        assert not grave, grave


@pytest.mark.browser
def test_a_case_from_the_question_to_the_end_in_pages_alone(browser: Browser, served: Served) -> None:
    officer, head, employee = (enter(browser, served, login) for login in ("officer", "head", "employee"))
    address = f"http://127.0.0.1:{served.port}/incidents/{GIFT}"
    officer.goto(address)
    act(officer, "Give the case to somebody", to="ines")
    head.goto(address)
    act(head, "Ask for an explanation", day="2026-03-19")
    assert state(head) == "explanation asked"
    employee.goto(address)
    act(employee, "Explain", why="<script>alert(1)</script> It was a mistake.")
    assert state(employee) == "explained"
    assert "<script>alert(1)</script>" in employee.locator("blockquote").last.inner_text()

    # Both look at it; one decides, and the other is told.
    for page in (officer, head):
        page.goto(address)
    act(head, "Decide a measure", measure="remark", why="The first time.")
    assert state(head) == "decided"
    act(officer, "Decide a measure", measure="reprimand", why="No.")
    assert "so it can't be decided" in officer.get_by_role("alert").inner_text()

    employee.goto(address)
    act(employee, "Appeal", why="The price was another.")
    officer.goto(address)
    act(officer, "Excuse", why="Seen.")
    act(officer, "Close", why="done")
    assert state(officer) == "closed"
    assert verify(served.register).broken is None
    with sqlite3.connect(served.register) as db:
        told = [kind for (kind,) in db.execute("select kind from events where incident = ? order by number", [GIFT])]
    db.close()
    assert told == ["assigned", "asked", "answered", "decided", "appealed", "excused", "closed"]


def test_what_the_audit_said_of_the_hearing_is_dated_where_deeds_came_since(served: Served) -> None:
    do(served.register, VISITS, Deed.COMMENTED, by="ann", at=datetime(2026, 3, 17, 9), text="seen")  # noqa: DTZ001 local
    told = ask(served, "GET", f"/incidents/{VISITS}", log_in(served, "officer")).text
    assert "The right to be heard, as the audit as of 2026-03-16 00:00 left it" in told
    assert "How the case stands now" not in told


def test_a_case_closed_on_the_command_line_shows_so(served: Served) -> None:
    at = datetime(2026, 3, 17, 9)  # noqa: DTZ001 local
    do(served.register, VISITS, Deed.CLOSED, by="ann", at=at, text="done")
    cookies = log_in(served, "officer")
    assert VISITS not in ask(served, "GET", "/", cookies).text
    assert VISITS in ask(served, "GET", "/?state=closed", cookies).text
