"""`skyflytt report serve`: the report pages of some projects over HTTP, and an index of them. It reads, and does nothing else.

It asks nobody who he is: it listens at loopback, unless somebody puts it behind something that asks.
"""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skyflytt.errors.report import CannotServe
from skyflytt.report.shelf import shelved
from skyflytt.report.template import rendered

LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]")
# The page's own policy allows its style by its digest; the header holds for any version's page, and both apply.
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """`names` are the host names by which a browser may call it, beyond those of `host`; port 0 takes a free one."""

    folders: tuple[Path, ...]
    host: str = "127.0.0.1"
    port: int = 0
    names: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def serve(settings: ServeSettings, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises `CannotServe`."""
    listening = _listening(settings)
    port = listening.getsockname()[1]
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    say(f"Report pages: http://{shown}:{port}/")
    if not settings.is_local:
        say("Whoever reaches this address reads them: nothing here asks for a sign-in.")
    # uvicorn gives a signal on once it has closed: the end that SIGTERM asks for is then no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    config = uvicorn.Config(app(settings), log_level="warning", access_log=False, server_header=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def app(settings: ServeSettings) -> ASGIApp:
    """`/` lists the projects, `/NAME/` is a project's page; there is nothing else."""

    def index(_request: Request) -> Response:
        return HTMLResponse(rendered("projects.html.j2", {"shown": list(shelved(settings.folders).values())}))

    def page(request: Request) -> Response:
        found = shelved(settings.folders).get(request.path_params["project"])
        content = found.read() if found else None
        if content is None:
            raise HTTPException(404)
        return HTMLResponse(content)

    def bare(request: Request) -> Response:
        project = request.path_params["project"]
        if project not in shelved(settings.folders):
            raise HTTPException(404)
        return RedirectResponse(f"/{project}/", 308)

    routes = [Route("/", index), Route("/{project}/", page), Route("/{project}", bare)]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=list(_hosts(settings)), www_redirect=False)
    made = Starlette(routes=routes, middleware=[hosts], exception_handlers={HTTPException: _refused})
    made.router.redirect_slashes = False
    # Outermost, so that a refusal carries the headers too.
    return _WithHeaders(made)


class _WithHeaders:
    """Adds the headers to every answer."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._inner(scope, receive, answered)


def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "There is no such report page.", 405: "These pages are only read: GET or HEAD."}
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return PlainTextResponse(words.get(status, "This cannot be answered.") + "\n", status, headers=headers)


def _hosts(settings: ServeSettings) -> Sequence[str]:
    """By which names a browser may call: a page elsewhere could have its own name lead to this machine, and read along."""
    if settings.names:
        return (*LOOPBACK, settings.host, *settings.names)
    everywhere = settings.host in ("0.0.0.0", "::")
    return ("*",) if everywhere else (*LOOPBACK, settings.host, f"[{settings.host}]")


def _listening(settings: ServeSettings) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotServe(f"{settings.host}:{settings.port}", error.strerror or str(error)) from error
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(128)
    except OSError as error:
        made.close()
        raise CannotServe(f"{settings.host}:{settings.port}", error.strerror or str(error)) from error
    return made


def main() -> int:
    """`python -m skyflytt.report.serve` is `skyflytt report serve`."""
    from skyflytt.cli import run  # noqa: PLC0415 - the command line stands above the server

    return run(["report", "serve", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
