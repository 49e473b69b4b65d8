"""A mailbox in use: what is asked of it goes through its gate, and refusals that end the work on it are failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

import httpx

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.mail import MailboxMissing
from skyflytt.graph import GraphClient, Refused
from skyflytt.graph.client import Ask
from skyflytt.graph.gate import Gate
from skyflytt.graph.permissions import opening
from skyflytt.graph.refusal import parsed, refusal
from skyflytt.graph.unreachable import told
from skyflytt.mail.graph.errors import of_mailbox, told_of_folder
from skyflytt.patience import Patience

IMPORT = "/createImportSession"
"""An import address needs what asking for it needs."""


class Session:
    """`mailbox` is its primary address; `pass_` lets a request to it through. May be used by several threads.

    Every method raises `Refused` for what concerns a folder or an item, and failures for the rest.
    """

    def __init__(self, client: GraphClient, mailbox: str, pass_: Gate, patience: Patience, connections: int) -> None:
        self._client = client
        self._pass = pass_
        self.mailbox = mailbox
        self.patience = patience
        self.connections = connections
        self.user = f"/users/{quote(mailbox, safe='')}"
        self._id = ""

    @property
    def base(self) -> str:
        """Where the mailbox is: `/admin/exchange/mailboxes/{id}`. Its id is asked for once."""
        if not self._id:
            found = self.get(f"{self.user}/settings/exchange").get("primaryMailboxId")
            if not isinstance(found, str) or not found:
                raise MailboxMissing(self.mailbox, "it has no primary mailbox at Exchange Online")
            self._id = found
        return f"/admin/exchange/mailboxes/{quote(self._id, safe='')}"

    def folder(self, id_: str) -> str:
        return f"{self.base}/folders/{quote(id_, safe='')}"

    def item(self, folder: str, ref: str) -> str:
        return f"{self.folder(folder)}/items/{quote(ref, safe='')}"

    def message(self, ref: str) -> str:
        return f"{self.user}/messages/{quote(ref, safe='')}"

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            return self._client.get(path, params)
        except Refused as refused:
            raise self._meaning(refused, "GET", path) from refused

    def elements(self, path: str, page: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self._client.elements(path, page)

    def pages(self, path: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
        try:
            return list(self._client.pages(path, params))
        except Refused as refused:
            raise self._meaning(refused, "GET", path) from refused

    def post(self, path: str, body: Any, *, again: bool = False) -> dict[str, Any]:
        try:
            return self._client.post(path, body, again=again)
        except Refused as refused:
            raise self._meaning(refused, "POST", path) from refused

    def patch(self, path: str, body: Any) -> dict[str, Any]:
        try:
            return self._client.patch(path, body)
        except Refused as refused:
            raise self._meaning(refused, "PATCH", path) from refused

    def raw(self, method: str, path: str, content: bytes | None = None) -> bytes:
        """The bytes of an answer; `content` goes as text."""
        headers = {"Content-Type": "text/plain"} if content is not None else None
        try:
            return self._client.request(method, path, content=content, headers=headers).content
        except Refused as refused:
            raise self._meaning(refused, method, path) from refused

    def post_text(self, path: str, text: bytes) -> dict[str, Any]:
        """As text, which is how Graph takes MIME."""
        found = parsed(self.raw("POST", path, text))
        return found if isinstance(found, dict) else {}

    def batch(self, asks: Sequence[Ask]) -> list[dict[str, Any] | Refused]:
        """The answers in their order; raises for a refusal that concerns more than its item."""
        answers = self._client.batch(asks)
        for ask, answer in zip(asks, answers, strict=True):
            if isinstance(answer, Refused):
                meaning = self._meaning(answer, ask.method, ask.path)
                if meaning is not answer and not (ask.method == "DELETE" and answer.status == 403):
                    raise meaning from answer
        return answers

    def imported(self, address: str, body: Mapping[str, str]) -> dict[str, Any]:
        """The answer of an import address. It is signed in advance, a secret, and gets no token.

        Raises `Refused` with status 401 or 403 where it has ended, and failures for what may have been carried out.
        """
        host = httpx.URL(address).host
        attempt = 0
        while True:
            attempt += 1
            answer = self._sent(address, body)
            found = parsed(answer.content)
            if answer.status_code < 400 and not isinstance(found, dict):
                raise ConnectionLost(host, "its answer to an import is none, so that nobody knows whether it was made")
            if answer.status_code < 400 and "error" not in found:
                return dict(found)
            refused = refusal(answer.status_code, answer.headers, found)
            if refused.not_begun and self.patience.waits(refused.retry_after_s or 0.0, attempt):
                self.patience.wait(host, refused.retry_after_s or 0.0)
            elif refused.status in (401, 403, 404, 410):
                raise refused
            else:
                raise self._meaning(refused, "POST", IMPORT)

    def _sent(self, address: str, body: Mapping[str, str]) -> httpx.Response:
        http = self._client.signed_in_advance
        request = http.build_request("POST", address, json=dict(body))
        with self._pass(1, len(request.content)), told(address):
            return http.send(request)

    def meaning_of_import(self, refused: Refused) -> Exception:
        """What a refusal of an address means that was asked for just now."""
        return self._meaning(refused, "POST", IMPORT)

    def explained(self, item: str) -> AbstractContextManager[None]:
        """A context that raises a `Failure` for everything that a request about `item` can meet."""
        return told_of_folder(item)

    def _meaning(self, refused: Refused, method: str, path: str) -> Exception:
        return of_mailbox(refused, self._client.host, self.mailbox, opening(method, path)) or refused
