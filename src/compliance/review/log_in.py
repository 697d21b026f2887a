"""The pages by which one comes in and leaves."""

from secrets import token_urlsafe
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from compliance.review import language
from compliance.review.accounts import knows
from compliance.review.desk import COOKIE, LogInFirst, check_token, desk_of, form, page, visit, words_of

BEFORE = "dutybook-log-in"
"""The cookie whose token the log-in form must bring back."""


async def ask(request: Request) -> Response:
    """The log-in form."""
    return _asked(request, "", 200)


async def enter(request: Request) -> Response:
    """Log in, or say that log-in and password don't belong together."""
    desk, given = desk_of(request), await form(request)
    check_token(given, request.cookies.get(BEFORE))
    login = given.get("login", "")
    address = request.client.host if request.client else ""
    if not desk.sessions.attempt(login, address):
        return _asked(request, "Too many attempts. Wait a quarter of an hour, then try again.", 429)
    account = await run_in_threadpool(knows, desk.register, login, given.get("password", ""))
    if account is None:
        return _asked(request, "Log-in and password do not belong together, or the log-in is disabled.", 401)
    desk.sessions.succeeded(login, address)
    desk.sessions.end(request.cookies.get(COOKIE))
    answer = RedirectResponse("/", 303)
    _set(answer, COOKIE, desk.sessions.begin(login, account.hash))
    return answer


async def leave(request: Request) -> Response:
    """Log out."""
    came, given = visit(request), await form(request)
    check_token(given, came.session.csrf)
    came.desk.sessions.end(request.cookies.get(COOKIE))
    answer = RedirectResponse("/log-in", 303)
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict")
    return answer


async def speak(request: Request) -> Response:
    """Show the pages in another language from now on."""
    given = await form(request)
    try:
        expected: str | None = visit(request).session.csrf
    except LogInFirst:
        expected = request.cookies.get(BEFORE)
    check_token(given, expected)
    answer = RedirectResponse(_our_own(given.get("back", "")), 303)
    _set(answer, language.COOKIE, language.wanted(given.get("language"), None))
    return answer


def _our_own(address: str) -> str:
    """The address as one of these pages, whatever it was; the overview where it is none."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not parts.scheme and not parts.netloc and "\\" not in address
    return address if ours and address.isprintable() else "/"


def _asked(request: Request, says: str, status: int) -> Response:
    token = request.cookies.get(BEFORE) or token_urlsafe(32)
    words = words_of(request)
    said, organisation = words.say(says), desk_of(request).organisation
    answer = page("log_in.html.j2", words, status=status, token=token, says=said, organisation=organisation)
    _set(answer, BEFORE, token)
    return answer


def _set(answer: Response, name: str, token: str) -> None:
    # Browsers take the loopback address for a safe one, so that `secure` works there without TLS.
    answer.set_cookie(name, token, secure=True, httponly=True, samesite="strict")
