"""The HTTP side of mailboxes: import addresses, where no token is wanted, and the meter around everything that is asked of a mailbox."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.servers.graph.answers import Answer, Refusal
from skyflytt.sandbox.servers.graph.faults import Fault
from skyflytt.sandbox.servers.graph.mailbox_limits import mailbox_of
from skyflytt.sandbox.servers.graph.mailbox_state import Mail, opened
from skyflytt.sandbox.servers.graph.mailbox_transfer import imported
from skyflytt.sandbox.servers.graph.state import State

Endpoint = Callable[[Request], Awaitable[Response]]
Due = Callable[[str], Fault | None]


class Mailboxes:
    """Of a tenant; nothing where it has none. `due` gives the fault for `METHOD /path`, `respond` writes an answer with it."""

    def __init__(
        self, state: State, clock: Clock, due: Due, respond: Callable[[Answer, Fault | None], Response], version: str
    ) -> None:
        start = state.tenant.mail
        self._mail: Mail | None = opened(start, state.tenant.id, clock) if start else None
        state.mail, state.due = self._mail, due
        self._state = state
        self._due = due
        self._respond = respond
        self._version = version

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/api/gv1.0/Mailboxes('{name}')/importItem", self.measured(self.take), methods=["POST"]),
            Route("/sandbox/mailboxes", self.told),
        ]

    async def told(self, _: Request) -> Response:
        return JSONResponse(self.told_now())

    def told_now(self) -> dict[str, Any]:
        """What was measured of each mailbox, by its address."""
        return self._mail.meter.told() if self._mail else {}

    async def take(self, request: Request) -> Response:
        fault = self._due("POST /import")
        body, token = _json(await request.body()), request.query_params.get("authtoken", "")
        if fault is not None and fault.kind in ("status", "error-200"):
            # Whoever is refused has written nothing.
            return self._respond(_refusal(fault).answer, fault)
        return self._respond(self._imported(token, body), fault)

    def _imported(self, token: str, body: Any) -> Answer:
        if self._mail is None:
            return Answer(404)
        try:
            with self._state.lock:
                return imported(self._mail, token, body)
        except Refusal as refusal:
            return refusal.answer

    def measured(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, counted for as long as it takes, and refused beyond a limit."""

        async def counted(request: Request) -> Response:
            names, size = await self._about(request)
            mail = self._mail
            if mail is None or not names:
                return await endpoint(request)
            refusal = mail.meter.enter(names[0], len(names), size)
            try:
                await asyncio.sleep(mail.start.latency_ms / 1000)
                if refusal is not None:
                    return self._refused(request, refusal, len(names))
                return await endpoint(request)
            finally:
                mail.meter.leave(names[0], len(names))

        return counted

    def _refused(self, request: Request, refusal: Refusal, requests: int) -> Response:
        if requests == 1 or not request.url.path.endswith("/$batch"):
            return self._respond(refusal.answer, None)
        # Of a batch each part is refused by itself, inside HTTP 200.
        answer = refusal.answer
        asked = _json(getattr(request, "_body", b"")) or {}
        parts = [
            {"id": one["id"], "status": answer.status, "headers": dict(answer.headers), "body": answer.body}
            for one in asked.get("requests", [])
        ]
        return self._respond(Answer(200, {"responses": parts}), None)

    async def _about(self, request: Request) -> tuple[list[str], int]:
        """The mailboxes that a request is about, one for each part of a batch, and the bytes that it brings."""
        raw = await request.body()
        size = len(raw) if request.method in ("POST", "PATCH", "PUT") else 0
        path = request.scope["raw_path"].decode().partition("?")[0].removeprefix(self._version)
        if "/importItem" in path:
            return [self._name(request.path_params["name"])], size
        if path != "/$batch":
            return [self._name(name) for name in (mailbox_of(path),) if name], size
        parts = (_json(raw) or {}).get("requests", [])
        found = (mailbox_of("/" + str(one.get("url", "")).lstrip("/")) for one in parts)
        return [self._name(name) for name in found if name], size

    def _name(self, name: str) -> str:
        """One name for a mailbox, whichever it was called by: its address."""
        number = name.removeprefix("MBX:").removesuffix(f"@{self._state.tenant.id}")
        user = self._state.find(number)
        return user.address if user else name


def _refusal(fault: Fault) -> Refusal:
    refusal = Refusal(fault.status, fault.code, fault.message)
    if fault.retry_after is not None:
        answer = refusal.answer
        refusal.answer = Answer(answer.status, answer.body, {**answer.headers, "Retry-After": fault.retry_after})
    return refusal


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
