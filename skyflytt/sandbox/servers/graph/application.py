"""The HTTP side: the login host's pages, Graph's, and the simulator's own below /sandbox/, which are open: it listens on loopback alone."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal
from skyflytt.sandbox.servers.graph.batch import batched
from skyflytt.sandbox.servers.graph.drive_rate import Rate
from skyflytt.sandbox.servers.graph.drive_uploads import Transfers
from skyflytt.sandbox.servers.graph.faults import FAULTS, Fault, Faults
from skyflytt.sandbox.servers.graph.mailbox_site import Mailboxes
from skyflytt.sandbox.servers.graph.routes import answered
from skyflytt.sandbox.servers.graph.state import State
from skyflytt.sandbox.servers.graph.tokens import NoToken, Tokens

VERSION = "/v1.0"


class CutOff(Response):
    """Half of an answer that promises the whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": bytes(self.body)[: len(self.body) // 2], "more_body": True})
        await asyncio.sleep(0.01)
        raise ConnectionAbortedError("cut off on demand")


class Site:
    """One tenant's pages. `asked` counts the requests by `METHOD /path`; parts of batches with `$batch: ` before them."""

    def __init__(self, state: State, tokens: Tokens) -> None:
        self._state = state
        self._tokens = tokens
        self._faults = Faults()
        self.asked: Counter[str] = Counter()
        self.rate = Rate(state, tokens.clock)
        self.mailboxes = Mailboxes(
            state, tokens.clock, lambda asked: self._faults.due(asked, inside=False), _response, VERSION
        )
        self.application = Starlette(
            routes=[
                Route("/{tenant}/v2.0/.well-known/openid-configuration", self.metadata),
                Route("/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
                Route("/{tenant}/oauth2/v2.0/devicecode", self.device, methods=["POST"]),
                Route(
                    VERSION + "/{path:path}",
                    self.mailboxes.measured(self.graph),
                    methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                ),
                *self.mailboxes.routes,
                *Transfers(state, tokens.clock, lambda asked: self._faults.due(asked, inside=False)).routes,
                Route("/sandbox/ready", self.ready),
                Route("/sandbox/faults", self.put_faults, methods=["PUT"]),
                Route("/sandbox/requests", self.requests, methods=["GET", "DELETE"]),
                Route("/sandbox/tokens", self.end_tokens, methods=["DELETE"]),
                Route("/sandbox/code", self.enter, methods=["POST"]),
            ]
        )

    async def metadata(self, request: Request) -> Response:
        name = request.path_params["tenant"]
        if name.lower() in self._tokens.tenant.elsewhere:
            return JSONResponse(self._tokens.metadata(_login(request), name))
        return self._of_tenant(request, lambda: self._tokens.metadata(_login(request)))

    async def token(self, request: Request) -> Response:
        if (fault := self._faults.due("POST /token", inside=False)) is not None:
            return _plain(Refusal(fault.status, fault.code, fault.message, _whole(fault.retry_after)).answer)
        form = await _form(request)
        endpoint = self._tokens.metadata(_login(request))["token_endpoint"]
        return self._of_tenant(request, lambda: self._tokens.token(form, endpoint))

    async def device(self, request: Request) -> Response:
        form = await _form(request)
        return self._of_tenant(request, lambda: self._tokens.device(form, _login(request)))

    def _of_tenant(self, request: Request, made: Any) -> Response:
        try:
            self._tokens.require_tenant(request.path_params["tenant"])
            return JSONResponse(made())
        except NoToken as refused:
            return JSONResponse(refused.body, status_code=refused.status)

    async def graph(self, request: Request) -> Response:
        raw = await request.body()
        path = request.scope["raw_path"].decode().partition("?")[0].removeprefix(VERSION)
        self.asked[f"{request.method} {path}"] += 1
        fault = self._faults.due(f"{request.method} {path}", inside=False)
        permissions = self._tokens.permissions(request.headers.get("authorization", ""))
        if permissions is None:
            return _plain(
                Refusal(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.").answer
            )
        told = self.rate.taken(path)
        if isinstance(told, Answer):
            return _plain(told)
        base = f"{_login(request)}{VERSION}"
        query = request.url.query
        if path == "/$batch":
            made = self._batch(_json(raw), permissions, base)
        else:
            asked = Asked(
                request.method, path, dict(parse_qsl(query, keep_blank_values=True)), _json(raw), permissions, base,
                {name.lower(): value for name, value in request.headers.items()}, raw, self._tokens.clock.now().isoformat(),
            )  # fmt: skip
            made = self._one(asked, fault)
        return _response(Answer(made.status, made.body, {**made.headers, **told}), fault)

    def _batch(self, body: Any, permissions: frozenset[str], base: str) -> Answer:
        def one(method: str, url: str, inner: Any) -> Answer:
            path, _, query = ("/" + url.lstrip("/")).partition("?")
            self.asked[f"$batch: {method} {path}"] += 1
            fault = self._faults.due(f"{method} {path}", inside=True)
            return self._one(
                Asked(method, path, dict(parse_qsl(query, keep_blank_values=True)), inner, permissions, base), fault
            )

        try:
            return batched(body, one)
        except Refusal as refusal:
            return refusal.answer

    def _one(self, asked: Asked, fault: Fault | None) -> Answer:
        if fault is not None and fault.kind == "status":
            return (
                Refusal(fault.status, fault.code, fault.message).answer if fault.retry_after is None else _busy(fault)
            )
        if fault is not None and fault.kind == "lost":
            return Answer(204 if asked.method == "DELETE" else 200, None if asked.method == "DELETE" else {})
        return answered(self._state, asked)

    async def ready(self, _: Request) -> Response:
        return JSONResponse({"ready": True, "what": "a simulator of Microsoft Graph"})

    async def put_faults(self, request: Request) -> Response:
        try:
            self._faults.put(FAULTS.validate_json(await request.body()))
        except ValidationError as error:
            return Response(str(error), status_code=400, media_type="text/plain")
        return JSONResponse({})

    async def requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.asked.clear()
        return JSONResponse(dict(self.asked))

    async def end_tokens(self, request: Request) -> Response:
        """Every access token ends; with ?refresh=too, nothing can be refreshed either."""
        if request.query_params.get("refresh"):
            self._tokens.revoke()
        else:
            self._tokens.expire()
        return JSONResponse({})

    async def enter(self, request: Request) -> Response:
        """A person enters a device code: {"code": …, "address": …}; without an address it is declined."""
        body = _json(await request.body()) or {}
        user = self._state.find(str(body["address"])) if body.get("address") else None
        return JSONResponse({"entered": self._tokens.decide(str(body.get("code")), user)})


def _busy(fault: Fault) -> Answer:
    made = Refusal(fault.status, fault.code, fault.message).answer
    return Answer(made.status, made.body, {**made.headers, "Retry-After": fault.retry_after or ""})


def _response(made: Answer, fault: Fault | None) -> Response:
    kind = fault.kind if fault is not None else ""
    if kind == "no-json":
        return Response("<html><body>Our services aren't available right now</body></html>", media_type="text/html")
    if kind == "error-200" and fault is not None:
        return _plain(Answer(200, Refusal(200, fault.code, fault.message).answer.body))
    if kind == "link" and fault is not None:
        return _plain(Answer(made.status, {**made.body, "@odata.nextLink": fault.to}, made.headers))
    if kind == "cut":
        return CutOff(json.dumps(made.body).encode(), made.status, media_type="application/json")
    return _plain(made)


def _plain(made: Answer) -> Response:
    if made.body is None:
        return Response(status_code=made.status, headers=dict(made.headers))
    if isinstance(made.body, bytes):
        return Response(made.body, status_code=made.status, headers=dict(made.headers))
    return JSONResponse(made.body, status_code=made.status, headers=dict(made.headers))


def _login(request: Request) -> str:
    return f"https://{request.headers['host']}"


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
