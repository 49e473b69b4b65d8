"""The HTTP side: EWS, autodiscover, tokens, what phones and network drives ask for, and the sandbox's own pages below /sandbox/."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from urllib.parse import parse_qs

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from skyflytt.sandbox.exchange import autodiscover, webfolders
from skyflytt.sandbox.exchange.failing import Unauthorized
from skyflytt.sandbox.exchange.faults import RULES
from skyflytt.sandbox.exchange.login import Logins
from skyflytt.sandbox.exchange.service import Answer, Service

XML = "text/xml; charset=utf-8"
DAV = ["OPTIONS", "PROPFIND", "GET", "HEAD"]


class CutOff(Response):
    """Half of an answer that promises the whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0.01)
        raise ConnectionAbortedError("cut off on demand")


class Site:
    """The routes over a service and its logins. Everything below /sandbox/ is open: the server listens on loopback alone."""

    def __init__(self, service: Service, logins: Logins, shares: Mapping[str, Path] | None = None) -> None:
        self._service = service
        self._logins = logins
        self._shares = dict(shares or {})
        self.application = Starlette(
            routes=[
                Route("/EWS/Exchange.asmx", self.ews, methods=["GET", "POST"]),
                Route("/ews/exchange.asmx", self.ews, methods=["GET", "POST"]),
                Route("/autodiscover/autodiscover.svc", self.autodiscover_soap, methods=["GET", "POST"]),
                Route("/autodiscover/autodiscover.xml", self.autodiscover_pox, methods=["GET", "POST"]),
                Route("/Microsoft-Server-ActiveSync", self.activesync, methods=["OPTIONS", "POST"]),
                Route("/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
                Route("/sandbox/ready", self.ready, methods=["GET", "HEAD"]),
                Route("/sandbox/requests", self.requests, methods=["GET", "DELETE"]),
                Route("/sandbox/faults", self.fault_rules, methods=["GET", "POST", "DELETE"]),
                Route("/sandbox/latency", self.latency, methods=["PUT"]),
                *(Route(f"/{name}/{{path:path}}", self.web_folder, methods=DAV, name=name) for name in self._shares),
            ]
        )

    async def ews(self, request: Request) -> Response:
        begun = perf_counter()
        data = await request.body()
        try:
            account = await run_in_threadpool(self._logins.account, request.headers.get("authorization", ""))
        except Unauthorized:
            return self._unauthorized()
        request.state.login = account.login
        if request.method == "GET":
            return Response("EWS of the sandbox", media_type="text/plain")
        with self._service.connected(account) as admitted:
            if self._service.latency_ms:
                await asyncio.sleep(self._service.latency_ms / 1000)
            answer = await run_in_threadpool(self._service.answer, data, account, admitted=admitted)
            if answer.delay:
                await asyncio.sleep(answer.delay)
        response = self._response(answer)
        response.background = BackgroundTask(self._gone_out, answer.operation, begun)
        return response

    async def autodiscover_soap(self, request: Request) -> Response:
        return await self._discovered(request, autodiscover.soap_answer)

    async def autodiscover_pox(self, request: Request) -> Response:
        return await self._discovered(request, autodiscover.pox_answer)

    async def activesync(self, request: Request) -> Response:
        """Says that it is there, and to every command that nothing is new ([MS-ASCMD] section 2.2.1.21): phones sign in, and get no mail."""
        if not self._signed_in(request):
            return self._unauthorized()
        said = {"MS-ASProtocolVersions": "14.0,14.1,16.1", "MS-ASProtocolCommands": "Sync,FolderSync,Ping,Settings"}
        return Response(headers=said if request.method == "OPTIONS" else {"MS-Server-ActiveSync": "15.2"})

    async def web_folder(self, request: Request) -> Response:
        if not self._signed_in(request):
            return self._unauthorized()
        name = request.url.path.split("/")[1]
        return await run_in_threadpool(webfolders.answer, request, self._shares[name])

    def _signed_in(self, request: Request) -> bool:
        try:
            request.state.login = self._logins.account(request.headers.get("authorization", "")).login
        except Unauthorized:
            return False
        return True

    async def token(self, request: Request) -> Response:
        form = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
        login = form.get("username") or form.get("client_id", "")
        try:
            given = self._logins.token(login, form.get("password") or form.get("client_secret", ""))
        except Unauthorized:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        return JSONResponse(given)

    async def _gone_out(self, operation: str, begun: float) -> None:
        self._service.took(operation, begun, perf_counter())

    async def ready(self, _: Request) -> Response:
        return JSONResponse({"ready": True})

    async def requests(self, request: Request) -> Response:
        """What has been asked so far, by how many at once, and how long it was in hand; DELETE begins anew."""
        service = self._service
        if request.method == "DELETE":
            service.asked.clear()
            service.most_at_once.clear()
            service.in_hand.clear()
            service.invitations = 0
        told = {"asked": dict(service.asked), "most_at_once": dict(service.most_at_once)}
        in_hand = {operation: asdict(noted) for operation, noted in service.in_hand.items()}
        return JSONResponse({**told, "in_hand": in_hand, "invitations": service.invitations})

    async def fault_rules(self, request: Request) -> Response:
        """GET tells the rules and how often each has fired, POST adds a list of them, DELETE takes all away."""
        if request.method == "DELETE":
            self._service.faults.clear()
        if request.method == "POST":
            try:
                self._service.faults.add(RULES.validate_json(await request.body()))
            except ValidationError as error:
                return Response(str(error), status_code=400, media_type="text/plain")
        return JSONResponse(self._service.faults.fired())

    async def latency(self, request: Request) -> Response:
        self._service.latency_ms = float((await request.body()).decode())
        return JSONResponse({"latency_ms": self._service.latency_ms})

    async def _discovered(self, request: Request, made: autodiscover.Answering) -> Response:
        if not self._signed_in(request):
            return self._unauthorized()
        body = made(await request.body(), f"https://{request.headers['host']}/EWS/Exchange.asmx", self._service)
        return Response(body, media_type=XML)

    def _response(self, answer: Answer) -> Response:
        if answer.status == 401:
            return self._unauthorized()
        kind = CutOff if answer.cut_off else Response
        return kind(answer.body, status_code=answer.status, headers=dict(answer.headers), media_type=XML)

    def _unauthorized(self) -> Response:
        response = Response(status_code=401)
        for challenge in self._logins.challenges():
            response.headers.append("WWW-Authenticate", challenge)
        return response
