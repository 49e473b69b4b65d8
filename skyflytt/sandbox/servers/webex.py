"""A simulator of Webex Control Hub's REST interface, made from its documentation. It is not Webex: every answer says so.

It holds what a settings file says (`webex_organisation.Held`), pages its lists, forgets nothing and sends nothing on. What it takes
from the documentation, and with which addresses: docs/reference/webex.md. Below /sandbox/ it tells what it was asked, makes trouble
and lets people sign in.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from skyflytt.sandbox.servers.webex_faults import FAULTS, Fault, Faults
from skyflytt.sandbox.servers.webex_lists import (
    PAGE,
    administrators_events,
    by_offset,
    details,
    licence,
    licences,
    organisation,
    page,
    person,
    roles,
    sign_in_events,
)
from skyflytt.sandbox.servers.webex_organisation import Consistency, Held, Organisation, Person, SignIn

SIMULATOR = {"X-Simulator": "Skyflytt sandbox; not Webex"}
SIGN_INS = TypeAdapter(list[SignIn])


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str, code: str = "", headers: dict[str, str] | None = None) -> None:
        self.status, self.message, self.code, self.headers = status, message, code, headers or {}
        super().__init__(message)


class Site:
    """The routes over what is held. Everything below /sandbox/ is open: the server listens on loopback alone."""

    def __init__(self, held: Held, token: str) -> None:
        self.state, self.faults, self.asked = Consistency(held), Faults(), dict[str, int]()
        self._token, self._number = token, count(1)
        self.application = Starlette(
            routes=[
                Route("/v1/organizations", self._route(self.organizations)),
                Route("/v1/organizations/{org}", self._route(self.organization)),
                Route("/v1/organizations/{org}", self._route(self.delete_organization), methods=["DELETE"]),
                Route("/v1/roles", self._route(lambda _: {"items": roles()})),
                Route("/v1/people", self._route(self.people)),
                Route("/v1/people/me", self._route(self.me)),
                Route("/v1/people/{id}", self._route(self.delete_person), methods=["DELETE"]),
                Route("/v1/licenses", self._route(self.licenses)),
                Route("/v1/licenses/users", self._route(self.patch), methods=["PATCH"]),
                Route("/v1/licenses/{id}", self._route(self.license)),
                Route("/v1/adminAudit/events", self._route(self.admin_audit)),
                Route("/v1/admin/securityAudit/events", self._route(self.security_audit)),
                Route("/sandbox/ready", self.ready),
                Route("/sandbox/requests", self.requests, methods=["GET", "DELETE"]),
                Route("/sandbox/faults", self.fault_rules, methods=["GET", "POST", "DELETE"]),
                Route("/sandbox/held", self.held, methods=["GET", "PUT"]),
                Route("/sandbox/sign-ins", self.sign_ins, methods=["POST"]),
            ]
        )

    def organizations(self, _: Request) -> dict[str, Any]:
        held = self.state.read()
        home = self._home(held)
        return {"items": [organisation(one) for one in held.organisations if one is home or one.name in home.manages]}

    def organization(self, request: Request) -> dict[str, Any]:
        return organisation(self._organisation(request.path_params["org"], self.state.read()))

    def delete_organization(self, request: Request) -> None:
        """Refused for the documented reasons; gone only when the lists have caught up."""
        found = self._organisation(request.path_params["org"], self.state.now)
        if why := found.why_kept():
            raise Refused(409, " ".join(why))
        self.state.now.organisations.remove(found)
        self.state.changed()

    def people(self, request: Request) -> Response:
        found = self._asked_organisation(request)
        return page(request, [person(one, found) for one in found.people if not one.home], PAGE)

    def me(self, _: Request) -> dict[str, Any]:
        home = self._home(self.state.now)
        return person(self._person(home, self.state.now.token_of), home)

    def delete_person(self, request: Request) -> None:
        for one in self.state.now.organisations:
            if found := one.person(request.path_params["id"]):
                one.people.remove(found)
                self.state.changed()
                return
        raise Refused(404, "Person not found")

    def licenses(self, request: Request) -> dict[str, Any]:
        return {"items": licences(self._asked_organisation(request))}

    def license(self, request: Request) -> Response:
        for one in self.state.read().organisations:
            if found := one.license(request.path_params["id"]):
                return details(request, one, found)
        raise Refused(404, "License not found")

    def admin_audit(self, request: Request) -> dict[str, Any]:
        found = self._asked_organisation(request)
        return {"items": by_offset(request, administrators_events(request, found, self.state.shown.organisations))}

    def security_audit(self, request: Request) -> Response:
        found = self._asked_organisation(request)
        if not found.pro_pack:
            raise Refused(403, "The organization has no Pro Pack.")
        return page(request, sign_in_events(request, found), 100)

    async def patch(self, request: Request, *, lost: bool = False) -> dict[str, Any]:
        body = await request.json()
        home = self._organisation(body.get("orgId") or self._home(self.state.now).id, self.state.now)
        who = self._person(home, body.get("personId") or body.get("email") or "")
        before = list(who.licenses)
        for one in body.get("licenses") or ():
            self._give_or_take(home, who, one)
        answered = {"orgId": home.id, "personId": who.id, "email": who.email, "licenses": list(who.licenses)}
        if lost:
            who.licenses = before
        self.state.changed()
        return answered

    async def ready(self, _: Request) -> Response:
        return JSONResponse({"ready": True, "simulator": SIMULATOR["X-Simulator"]})

    async def requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.asked.clear()
        return JSONResponse(self.asked)

    async def fault_rules(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.rules.clear()
        if request.method == "POST":
            try:
                self.faults.rules += FAULTS.validate_json(await request.body())
            except ValidationError as error:
                return Response(str(error), status_code=400, media_type="text/plain")
        return JSONResponse([one.model_dump() for one in self.faults.rules])

    async def held(self, request: Request) -> Response:
        """GET tells what is so, PUT puts something else in its place."""
        if request.method == "PUT":
            self.state = Consistency(Held.model_validate_json(await request.body()))
        return Response(self.state.now.model_dump_json(), media_type="application/json")

    async def sign_ins(self, request: Request) -> Response:
        """Somebody signs in at the organisation of the token."""
        for one in SIGN_INS.validate_json(await request.body()):
            self._home(self.state.now).sign_ins.append(one)
        self.state.changed()
        return JSONResponse({})

    def _route(self, answering: Callable[..., Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            path = request.url.path.removeprefix("/v1/")
            self.asked[f"{request.method} {path}"] = self.asked.get(f"{request.method} {path}", 0) + 1
            try:
                self._let_in(request)
                made = await self._answered(request, path, answering)
            except Refused as refused:
                made = self._refusal(refused)
            made.headers.update(SIMULATOR)
            return made

        return answer

    def _let_in(self, request: Request) -> None:
        """The token is good as long as whose it is has an organisation."""
        known = request.headers.get("authorization") == f"Bearer {self._token}"
        if not known or self.state.shown.home_of_token() is None:
            raise Refused(401, "The request requires a valid access token set in the Authorization request header.")

    def _home(self, held: Held) -> Organisation:
        home = held.home_of_token()
        if home is None:
            raise Refused(401, "The token's organization is gone.")
        return home

    async def _answered(self, request: Request, path: str, answering: Callable[..., Any]) -> Response:
        fault = self.faults.next(request.method, path)
        if fault is not None and fault.kind not in ("lost", "twice", "cut-off"):
            return self._trouble(fault)
        given = answering(request, lost=True) if fault is not None and fault.kind == "lost" else answering(request)
        told = await given if hasattr(given, "__await__") else given
        made = Response(status_code=204) if told is None else told if isinstance(told, Response) else JSONResponse(told)
        if fault is not None and fault.kind == "twice":
            return _twice(made)
        if fault is not None and fault.kind == "cut-off":
            return Response(bytes(made.body)[: len(made.body) // 2], media_type="application/json")
        return made

    def _trouble(self, fault: Fault) -> Response:
        if fault.kind == "busy":
            raise Refused(429, "Too many requests", headers={"Retry-After": str(fault.retry_after_s)})
        if fault.kind == "unavailable":
            raise Refused(503, "Service unavailable")
        if fault.kind == "refused":
            raise Refused(403, "The request is understood, but access is not allowed.")
        return self._refusal(Refused(200, "An upstream service did not answer."))

    def _refusal(self, refused: Refused) -> Response:
        error = {"errorCode": refused.code, "description": refused.message}
        body = {"message": refused.message, "errors": [error], "trackingId": f"SANDBOX_{next(self._number):06}"}
        return JSONResponse(body, status_code=refused.status, headers=refused.headers)

    def _asked_organisation(self, request: Request) -> Organisation:
        held = self.state.read()
        return self._organisation(request.query_params.get("orgId") or self._home(held).id, held)

    def _organisation(self, key: str, held: Held) -> Organisation:
        for one in held.organisations:
            if one.id == key:
                return one
        raise Refused(404, "Organization not found")

    def _person(self, home: Organisation, key: str) -> Person:
        found = home.person(key)
        if found is None:
            raise Refused(404, "Person not found")
        return found

    def _give_or_take(self, home: Organisation, who: Person, asked: dict[str, str]) -> None:
        found = home.license(asked.get("id", ""))
        if found is None:
            raise Refused(400, f"License not recognized {asked.get('id')}", code="400000")
        if asked.get("operation", "add") == "remove":
            who.licenses = [key for key in who.licenses if key != found.id]
            return
        if found.id in who.licenses:
            return
        if licence(home, found)["consumedUnits"] >= found.total:
            raise Refused(400, f"No unit of {found.name} is left")
        who.licenses.append(found.id)


def _twice(made: Response) -> Response:
    told = json.loads(bytes(made.body))
    told["items"] = [one for one in told["items"] for _ in range(2)]
    links = {name: value for name, value in made.headers.items() if name == "link"}
    return JSONResponse(told, headers=links)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m skyflytt.sandbox.servers.webex", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert", type=Path, required=True, help="PEM file with certificate and key")
    parser.add_argument("--settings", type=Path, required=True, help="JSON: what it holds at the start")
    parser.add_argument(
        "--secrets", type=Path, required=True, help="JSON: the secrets; no token is on the command line"
    )
    parser.add_argument("--secret-key", required=True, help="the token's key among them")
    args = parser.parse_args()
    token = json.loads(args.secrets.read_text())[args.secret_key]
    site = Site(Held.model_validate_json(args.settings.read_bytes()), token)
    uvicorn.run(
        site.application,
        host="127.0.0.1",
        port=args.port,
        ssl_certfile=str(args.cert),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
