"""Import sessions: an address, signed in advance, that takes one item after another (https://learn.microsoft.com/graph/import-exchange-mailbox-item).

Whoever has the address can write into the mailbox without signing in: it is kept in memory alone, and told to nobody.
"""

from __future__ import annotations

import base64
from threading import Lock
from typing import Any

from skyflytt.errors.graph import GraphAnswerWrong
from skyflytt.graph import Refused
from skyflytt.mail.graph.errors import is_gone
from skyflytt.mail.graph.session import Session

ENDED = (401, 403, 410)
"""How an address that has ended answers."""


class Importing:
    """Of one mailbox. Its address is asked for when it is first needed, and again when it has ended."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._address = ""
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Importing({self._session.mailbox!r})"

    def create(self, folder: str, stream: bytes) -> str:
        """The ref of a new item; "" where the service does not tell it. Raises `Refused`."""
        made = self._imported({"FolderId": folder, "Mode": "create", "Data": _text(stream)})
        return str(made.get("itemId") or "")

    def update(self, folder: str, ref: str, change_key: str, stream: bytes) -> str:
        """Another content under the same ref. Raises `Refused`, also where the item has changed since."""
        body = {"FolderId": folder, "Mode": "update", "Data": _text(stream), "ItemId": ref, "ChangeKey": change_key}
        return str(self._imported(body).get("itemId") or ref)

    def _imported(self, body: dict[str, str]) -> dict[str, Any]:
        address = self._current("")
        try:
            return self._session.imported(address, body)
        except Refused as refused:
            # An ended address may also be one that is not found any more; so may an item or a folder.
            if refused.status not in ENDED and not (refused.status == 404 and not is_gone(refused)):
                raise
        try:
            return self._session.imported(self._current(address), body)
        except Refused as refused:
            raise self._session.meaning_of_import(refused) from None

    def _current(self, ended: str) -> str:
        """An address other than the one that has ended; several threads ask for one between them."""
        with self._lock:
            if self._address == ended:
                made = self._session.post(f"{self._session.base}/createImportSession", None, again=True)
                address = made.get("importUrl")
                if not isinstance(address, str) or not address.startswith("https://"):
                    raise GraphAnswerWrong(self._session.mailbox, "an import session without an address over TLS")
                self._address = address
            return self._address


def _text(stream: bytes) -> str:
    return base64.b64encode(stream).decode("ascii")
