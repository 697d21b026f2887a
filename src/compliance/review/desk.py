"""What the pages share: the register, the sessions, the moment, and the answer to a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from compliance.model.printable import printable
from compliance.register.home import Home
from compliance.review import language
from compliance.review.above import Above, nobody_known
from compliance.review.access import Person
from compliance.review.accounts import accounts
from compliance.review.language import LANGUAGES, Words
from compliance.review.sessions import Session, Sessions, same
from compliance.review.shelf import Shelf
from compliance.workspace.manifest import Calendar

COOKIE = "dutybook"
LARGEST = 64 * 1024
"""How many bytes a form may have."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One server's register; `now` is the local moment of a deed, `above` who stands above whom by the roster."""

    register: Home
    organisation: str
    calendar: Calendar
    sessions: Sessions
    now: Callable[[], datetime]
    above: Above = nobody_known
    shelf: Shelf = field(default_factory=Shelf)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody who has logged in, in the words of their language, for a page of our own."""

    desk: Desk
    session: Session
    person: Person
    words: Words
    path: str
    query: str

    @property
    def address(self) -> str:
        """Path and query of the page."""
        return f"{self.path}?{self.query}" if self.query else self.path


class LogInFirst(Exception):  # noqa: N818 not a fault
    """Nobody has logged in, or no longer."""


def desk_of(request: Request) -> Desk:
    """The server's desk."""
    desk: Desk = request.app.state.desk
    return desk


def visit(request: Request) -> Visit:
    """Who asks, by the account as it stands now; raises LogInFirst."""
    desk = desk_of(request)
    session = desk.sessions.get(request.cookies.get(COOKIE))
    account = accounts(desk.register).get(session.login) if session else None
    if session is None or account is None or account.disabled or account.hash != session.hash:
        raise LogInFirst
    return Visit(desk, session, standing(desk, account.person), words_of(request), request.url.path, request.url.query)


def standing(desk: Desk, person: Person) -> Person:
    """The person with the superiors that the roster names; those of the account count for whoever is not on it."""
    above = desk.above(person.employee)
    return person if above is None else replace(person, superiors=above)


async def form(request: Request) -> Mapping[str, str]:
    """The form that was sent; one too large, or in another encoding, is refused."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise HTTPException(413)
    try:
        read = parse_qs(body.decode("ascii"), errors="strict", max_num_fields=20)
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: values[-1].strip() for name, values in read.items()}


def check_token(given: Mapping[str, str], expected: str | None) -> None:
    """Refuse a form that none of our pages made."""
    if not same(given.get("token"), expected):
        raise HTTPException(403)


def words_of(request: Request) -> Words:
    """The words of the language that the request asks for."""
    chosen = request.cookies.get(language.COOKIE)
    return language.words(language.wanted(chosen, request.headers.get("accept-language")))


def page(
    name: str, words: Words, *, status: int = 200, visit: Visit | None = None, token: str | None = None, **shown: object
) -> HTMLResponse:
    """A page from its template, every text escaped; `token` is that of its forms, which a visit brings along."""
    given = {"visit": visit, "token": visit.session.csrf if visit else token, "words": words, "languages": LANGUAGES}
    return HTMLResponse(_templates().get_template(name).render(given, _=words.say, **shown), status_code=status)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("compliance.review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda shown: printable(shown) if type(shown) is str else shown,
    )
