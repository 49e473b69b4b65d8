"""Requests to Cloudflare. Every answer says itself whether it succeeded; a status of 200 alone says nothing."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import httpx

from skyflytt.dns.hosts.pace import Pace
from skyflytt.errors.base import Failure
from skyflytt.errors.dns import ChangeRefused, HostBusy, HostUnreachable, ZoneNotFound, ZoneRefused

TIMEOUT_S = 30.0
BLOCKED_S = 300.0
"""So long everything is refused after too many requests, where the answer does not say it itself."""
SIGN_IN = {9103, 9106, 9109, 10000, 10001}
UNKNOWN_ZONE = {7003, 1049}


class Calls:
    """With one token, at one pace."""

    def __init__(self, origin: str, url: str, token: str, ca_file: str | None, pace: Pace) -> None:
        self._origin = origin
        self._token = token
        self._pace = pace
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            verify=ssl.create_default_context(cafile=ca_file),
            timeout=TIMEOUT_S,
        )

    def get(self, path: str, **query: Any) -> Mapping[str, Any]:
        return self._pace.call(lambda: self._made(self._http.build_request("GET", path, params=query)))

    def post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._pace.call(lambda: self._made(self._http.build_request("POST", path, json=body)))

    def close(self) -> None:
        self._http.close()

    def _made(self, request: httpx.Request) -> Mapping[str, Any]:
        try:
            answer = self._http.send(request)
            said = answer.json() if answer.status_code < 500 else {}
        except (httpx.HTTPError, OSError) as error:
            raise HostUnreachable(self._origin, f"{request.url.host}: {error or type(error).__name__}") from error
        except ValueError as error:
            raise HostUnreachable(
                self._origin, f"{request.url.host} answers {answer.status_code} without JSON"
            ) from error
        if answer.status_code != 200 or said.get("success") is not True:
            raise self._failure(answer, said)
        return dict(said)

    def _failure(self, answer: httpx.Response, said: Mapping[str, Any]) -> Failure:
        errors = said.get("errors") or ()
        codes = {one.get("code") for one in errors}
        words = "; ".join(f"{one.get('message')} ({one.get('code')})" for one in errors)
        detail = (words or f"HTTP {answer.status_code}").replace(self._token, "…")
        if answer.status_code == 429:
            after = answer.headers.get("retry-after", "")
            return HostBusy(self._origin, detail, retry_after_s=float(after) if after.isdigit() else BLOCKED_S)
        if answer.status_code >= 500:
            return HostUnreachable(self._origin, detail)
        if answer.status_code == 404 or codes & UNKNOWN_ZONE:
            return ZoneNotFound(self._origin, detail)
        refused = answer.status_code in (401, 403) or codes & SIGN_IN
        return ZoneRefused(self._origin, detail) if refused else ChangeRefused(self._origin, detail)
