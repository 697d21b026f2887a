"""What the pages share: the register, the sessions, the moment, and the answer to a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from compliance.register.home import Home
from compliance.reports.words import printable
from compliance.review.access import Person
from compliance.review.accounts import accounts
from compliance.review.sessions import Session, Sessions, same
from compliance.workspace.manifest import Calendar

COOKIE = "dutybook"
LARGEST = 64 * 1024
"""How many bytes a form may have."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One server's register; `now` is the local moment of a deed."""

    register: Home
    organisation: str
    calendar: Calendar
    sessions: Sessions
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody who has logged in."""

    desk: Desk
    session: Session
    person: Person


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
    return Visit(desk, session, account.person)


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


def page(name: str, *, status: int = 200, visit: Visit | None = None, **shown: object) -> HTMLResponse:
    """A page from its template, every text escaped."""
    return HTMLResponse(_templates().get_template(name).render(visit=visit, **shown), status_code=status)


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
