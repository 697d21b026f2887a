"""The addresses of the review pages, all in one place, and what holds for every answer."""

from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from compliance.model.problem import UserError
from compliance.review import audit, incident, log_in, overview, person, rule
from compliance.review.desk import Desk, LogInFirst, page, words_of

HOSTS = ("127.0.0.1", "localhost")
"""Other names in a request come from a page elsewhere that was made to point here."""

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
}
SAYS = {
    400: "This form can't be read.",
    403: "That is not allowed, or the page was too old. Open it anew.",
    404: "There is no such page, or none that you may see.",
    405: "This address does not take that.",
    409: "The register, the accounts or the roster can't be read or written at the moment.",
    413: "The text is too long.",
    500: "Something went wrong on our side. Nothing was recorded.",
}


async def style(_request: Request) -> Response:
    """The style of all pages."""
    return Response(files("compliance.review").joinpath("style.css").read_text(encoding="utf-8"), media_type="text/css")


ROUTES = (
    Route("/style.css", style),
    Route("/log-in", log_in.ask, methods=["GET"]),
    Route("/log-in", log_in.enter, methods=["POST"]),
    Route("/log-out", log_in.leave, methods=["POST"]),
    Route("/language", log_in.speak, methods=["POST"]),
    Route("/", overview.overview),
    Route("/incidents/{id}", incident.incident, methods=["GET"]),
    Route("/incidents/{id}", incident.act, methods=["POST"]),
    Route("/rules/{id}", rule.rule),
    Route("/people/{id}", person.person),
    Route("/audits", audit.listed),
)


class Guarded:
    """Puts the headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the pages do, with the headers."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        await self._app(scope, receive, sent)


def app(desk: Desk) -> ASGIApp:
    """The pages over one register."""
    made = Starlette(
        routes=ROUTES,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False)],
        exception_handlers={HTTPException: _refused, UserError: _troubled, 500: _failed, LogInFirst: _to_log_in},
    )
    made.state.desk = desk
    return Guarded(made)


async def _refused(request: Request, error: Exception) -> Response:
    return _told(request, error.status_code if isinstance(error, HTTPException) else 500)


async def _troubled(request: Request, _error: Exception) -> Response:
    return _told(request, 409)


async def _failed(request: Request, _error: Exception) -> Response:
    return _told(request, 500)


async def _to_log_in(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/log-in", 303)


def _told(request: Request, status: int) -> Response:
    words = words_of(request)
    return page("told.html.j2", words, status=status, says=words.say(SAYS.get(status, SAYS[500])))
