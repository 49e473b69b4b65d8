"""The web server's log of who asked for what, in the W3C extended format with the fields that IIS 10 writes by default.

https://learn.microsoft.com/windows/win32/http/w3c-logging: times are in UTC, blanks are written as `+`, an empty value as `-`, and every
day has a file of its own, `u_exYYMMDD.log`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skyflytt.deadline.clock import Clock

FIELDS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) "
    "sc-status sc-substatus sc-win32-status time-taken"
)
LOGON_FAILURE = 1326
OWN_PAGES = "/sandbox/"


class AccessLog:
    """An ASGI application around another one, which says who has signed in by `request.state.login`."""

    def __init__(self, inner: ASGIApp, folder: Path, clock: Clock) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._inner = inner
        self._folder = folder
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OWN_PAGES):
            await self._inner(scope, receive, send)
            return
        begun, status, written = perf_counter(), 500, False

        async def sending(message: Message) -> None:
            """The line is there before the asker has the whole answer."""
            nonlocal status, written
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body"):
                self._write(scope, status, round((perf_counter() - begun) * 1000))
                written = True
            await send(message)

        scope["state"] = {}
        try:
            await self._inner(scope, receive, sending)
        finally:
            if not written:
                self._write(scope, status, round((perf_counter() - begun) * 1000))

    def _write(self, scope: Scope, status: int, took_ms: int) -> None:
        now = self._clock.now().astimezone(UTC)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        (address, port), client = scope["server"], scope["client"]
        failed = LOGON_FAILURE if status == 401 and "authorization" in headers else 0
        values: tuple[Any, ...] = (
            *(f"{now:%Y-%m-%d}", f"{now:%H:%M:%S}", address, scope["method"], scope["path"]),
            *(scope["query_string"].decode("latin-1"), port, scope["state"].get("login"), client[0]),
            *(headers.get("user-agent"), headers.get("referer"), status, 0, failed, took_ms),
        )
        self._append(now, " ".join("-" if value in (None, "") else str(value).replace(" ", "+") for value in values))

    def _append(self, now: datetime, line: str) -> None:
        """Each line in one piece, so that one who reads meanwhile sees only whole lines."""
        file = self._folder / f"u_ex{now:%y%m%d}.log"
        head = (
            f"#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: {now:%Y-%m-%d %H:%M:%S}\n"
        )
        text = line + "\n" if file.exists() else f"{head}#Fields: {FIELDS}\n{line}\n"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
