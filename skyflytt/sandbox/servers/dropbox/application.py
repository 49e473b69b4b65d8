"""The routes, with the permission that each needs, and what the simulator tells and takes below /sandbox/."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from skyflytt.sandbox.servers.dropbox import looking, people, writing
from skyflytt.sandbox.servers.dropbox.answers import Refused, as_json
from skyflytt.sandbox.servers.dropbox.faults import FAULTS, Fault
from skyflytt.sandbox.servers.dropbox.site import Site
from skyflytt.sandbox.servers.dropbox.tokens import Tokens, revoked

READ, CHANGE = "files.metadata.read", "files.content.write"
ASKING: dict[str, tuple[str, Any]] = {
    "users/get_current_account": ("account_info.read", people.current_account),
    "users/get_space_usage": ("account_info.read", people.space_usage),
    "files/list_folder": (READ, looking.list_folder),
    "files/list_folder/continue": (READ, looking.list_folder_continue),
    "files/list_folder/get_latest_cursor": (READ, looking.latest_cursor),
    "files/get_metadata": (READ, looking.get_metadata),
    "sharing/list_folder_members": ("sharing.read", people.folder_members),
    "sharing/list_folder_members/continue": ("sharing.read", people.members_page),
    "sharing/list_file_members": ("sharing.read", people.file_members),
    "sharing/list_file_members/continue": ("sharing.read", people.members_page),
}
CHANGING: dict[str, tuple[str, Any]] = {
    "files/upload_session/start": (CHANGE, writing.session_start),
    "files/upload_session/append_v2": (CHANGE, writing.session_append),
    "files/upload_session/start_batch": (CHANGE, writing.session_start_batch),
    "files/upload_session/append_batch": (CHANGE, writing.session_append_batch),
    "files/upload_session/finish": (CHANGE, writing.session_finish),
    "files/upload_session/finish_batch_v2": (CHANGE, writing.session_finish_batch),
    "files/delete_v2": (CHANGE, writing.delete),
    "files/move_v2": (CHANGE, writing.move),
    "files/create_folder_v2": (CHANGE, writing.create_folder),
}
OF_THE_TEAM: dict[str, tuple[str, Any]] = {
    "team/get_info": ("team_info.read", people.team_info),
    "team/members/get_info_v2": ("members.read", people.members_info),
    "team/members/list_v2": ("members.read", people.members_list),
    "team/members/list/continue_v2": ("members.read", people.members_continue),
}
DOWNLOAD = "files/download"


class CutOff(Response):
    """The connection ends instead of an answer."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        raise ConnectionAbortedError("the answer was cut off on demand")


class Application:
    def __init__(self, site: Site, tokens: Tokens) -> None:
        self.site, self.tokens = site, tokens
        self.asked: Counter[str] = Counter()
        self.starlette = Starlette(
            routes=[
                Route("/oauth2/token", self.token, methods=["POST"]),
                Route("/2/{route:path}", self.call, methods=["POST"]),
                Route("/sandbox/ready", lambda _: as_json({"simulator": True})),
                Route("/sandbox/requests", self.requests, methods=["GET", "DELETE"]),
                Route("/sandbox/faults", self.faults, methods=["POST", "DELETE"]),
                Route("/sandbox/account", self.account, methods=["PATCH"]),
            ]
        )

    async def token(self, request: Request) -> Response:
        self.asked["oauth2/token"] += 1
        form = dict(parse_qsl((await request.body()).decode()))
        try:
            self._trouble("oauth2/token")
            return as_json(self.tokens.token(form))
        except Refused as no:
            return no.response

    async def call(self, request: Request) -> Response:
        route = request.path_params["route"]
        self.asked[route] += 1
        body = await request.body()
        try:
            self._trouble(route)
            answer = self._answered(route, request, body)
        except Refused as no:
            return no.response
        return CutOff() if self.site.faults.due(route, "unanswered") else answer

    def _trouble(self, route: str) -> None:
        faults = self.site.faults
        if fault := faults.due(route, "busy", "busy-plain", "unavailable"):
            raise _busy(fault)
        if faults.due(route, "forget-cursors"):
            self.site.cursors.clear()
        if faults.due(route, "forget-uploads"):
            self.site.uploads.forget()
        if faults.due(route, "end-tokens"):
            self.tokens.end_all()
        if faults.due(route, "revoke"):
            raise revoked(refresh=route == "oauth2/token")

    def _answered(self, route: str, request: Request, body: bytes) -> Response:
        authorization = request.headers.get("authorization", "")
        if route in OF_THE_TEAM:
            scope, act = OF_THE_TEAM[route]
            if self.tokens.whose(authorization, scope).of != "team":
                raise Refused(400, "the token is not of a Dropbox Business team")
            return as_json(act(self.site, json.loads(body or b"null")))
        if route == DOWNLOAD:
            asked = self.site.asked(self.tokens.whose(authorization, "files.content.read"), request.headers)
            return looking.download(self.site, asked, _header(request), request.headers.get("range"))
        if route in ASKING:
            scope, act = ASKING[route]
            asked = self.site.asked(self.tokens.whose(authorization, scope), request.headers)
            return as_json(act(self.site, asked, json.loads(body or b"null")))
        if route in CHANGING:
            scope, act = CHANGING[route]
            asked = self.site.asked(self.tokens.whose(authorization, scope), request.headers)
            # Where there are bytes to be carried, they are the body, and the argument is a header.
            by_header = "dropbox-api-arg" in request.headers
            argument = _header(request) if by_header else json.loads(body or b"null")
            return as_json(act(self.site, asked, argument, body if by_header else b""))
        raise Refused(400, f"Unknown API function: {route}")

    async def requests(self, request: Request) -> Response:
        told = dict(self.asked)
        if request.method == "DELETE":
            self.asked.clear()
        return as_json(told)

    async def faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.site.faults.rules.clear()
        else:
            self.site.faults.rules.extend(FAULTS.validate_json(await request.body()))
        return as_json(None)

    async def account(self, request: Request) -> Response:
        """Other values of what it begins with: `page`, `room_bytes`, `stale_listings`, …"""
        self.site.account = self.site.account.model_copy(update=await request.json())
        return as_json(None)


def _header(request: Request) -> dict[str, Any]:
    argument = json.loads(request.headers["dropbox-api-arg"])
    if not isinstance(argument, dict):
        raise Refused(400, "Dropbox-API-Arg is no object")
    return argument


def _busy(fault: Fault) -> Refused:
    if fault.kind == "unavailable":
        return Refused(503, "Service Unavailable")
    headers = {"Retry-After": str(fault.retry_after)}
    if fault.kind == "busy-plain":
        return Refused(429, "Too many requests", headers)
    reason = {"reason": {".tag": "too_many_requests"}, "retry_after": fault.retry_after}
    return Refused(429, {"error_summary": "too_many_requests/..", "error": reason}, headers)
