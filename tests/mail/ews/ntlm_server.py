"""The server's side of NTLM over HTTP ([MS-NTHT]): it is the connection that signs in, in two steps, and stays signed in."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

import spnego
from spnego.exceptions import SpnegoError

from tests.mail.ews.scripted import Reply

REFUSED = Reply(b"", 401, {"WWW-Authenticate": "NTLM"})


@dataclass
class Ntlm:
    """A guard for `Scripted`; who may sign in stands in the file that NTLM_USER_FILE names. `proofs` counts the passwords shown.

    `requests` is how many a connection may make before it must sign in anew. `first`, `second` are said instead of the challenge, and
    instead of the answer to a proof.
    """

    requests: int = 1000
    first: Reply | None = None
    second: Reply | None = None
    proofs: int = 0
    challenges: int = 0

    def __call__(self, handler: BaseHTTPRequestHandler, connection: dict[str, Any]) -> Reply | None:
        scheme, _, token = handler.headers.get("Authorization", "").partition(" ")
        if scheme == "NTLM":
            return self._step(base64.b64decode(token), connection)
        connection["made"] = connection.get("made", self.requests) + 1
        return REFUSED if connection["made"] > self.requests else None

    def _step(self, token: bytes, connection: dict[str, Any]) -> Reply | None:
        if token[8:9] == b"\x01":
            self.challenges += 1
            connection["context"] = spnego.server(protocol="ntlm")
            challenge = connection["context"].step(token)
            shown = {"WWW-Authenticate": f"NTLM {base64.b64encode(challenge).decode()}"}
            return self.first or Reply(b"", 401, shown)
        self.proofs += 1
        try:
            connection["context"].step(token)
        except SpnegoError:
            return REFUSED
        connection["made"] = 1
        return self.second
