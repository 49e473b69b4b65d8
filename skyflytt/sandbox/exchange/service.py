"""One EWS request from its bytes to the bytes of its answer, faults and throttling included; knows nothing of HTTP servers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.exchange import soap
from skyflytt.sandbox.exchange.failing import Fault, ResponseError
from skyflytt.sandbox.exchange.faults import Faults, Rule
from skyflytt.sandbox.exchange.operations import OPERATIONS
from skyflytt.sandbox.exchange.settings import Account, Settings
from skyflytt.sandbox.exchange.soap import Request
from skyflytt.sandbox.exchange.store import mailboxes
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.visiting import Visit
from skyflytt.sandbox.exchange.xml import find, m

_BATCHES = ("m:ItemIds", "m:Items", "m:ItemChanges", "m:FolderIds", "m:ParentFolderIds", "m:AttachmentIds")
_CODES = {
    "server-busy": "ErrorServerBusy",
    "connection-count": "ErrorExceededConnectionCount",
    "timeout": "ErrorTimeoutExpired",
}


class Answer(NamedTuple):
    """`delay` is in seconds, and comes before the answer; `cut_off` closes the connection in mid-answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    cut_off: bool = False
    operation: str = ""


@dataclass(slots=True)
class InHand:
    """How long requests of one operation were in the server's hand: the sum, and when the first came and the last went (seconds)."""

    first: float
    last: float = 0.0
    seconds: float = 0.0


class Service:
    """The operations over a store, with who is connected now and what has been asked so far."""

    def __init__(self, database: Database, settings: Settings, clock: Clock, rules: Faults) -> None:
        self.database = database
        self.settings = settings
        self.faults = rules
        self.latency_ms = settings.latency_ms
        self._clock = clock
        self._lock = threading.Lock()
        self._connected: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.in_hand: dict[str, InHand] = {}
        self.invitations = 0
        for mailbox in settings.mailboxes:
            mailboxes.add(
                database, mailbox.address, name=mailbox.name, archive=mailbox.archive, language=mailbox.language
            )
        if settings.public_folders:
            mailboxes.add_public(database)

    @contextmanager
    def connected(self, account: Account) -> Iterator[bool]:
        """While a request is being answered; False when the account has as many already as it may have."""
        with self._lock:
            self._connected[account.login] += 1
            now = self._connected[account.login]
            self.most_at_once[account.login] = max(self.most_at_once[account.login], now)
        try:
            most = self.settings.limits.connections
            yield most is None or now <= most
        finally:
            with self._lock:
                self._connected[account.login] -= 1

    def answer(self, data: bytes, account: Account, *, admitted: bool = True) -> Answer:
        try:
            if not admitted:
                raise Fault("ErrorExceededConnectionCount")
            request = soap.read_request(data, self.settings.version)
            self._note(request)
            due = self._due(request, account)
            answer = next((made for rule in due if (made := self._refusal(rule, request)) is not None), None)
            delay = sum(rule.milliseconds for rule in due if rule.kind == "latency") / 1000
            cut_off = any(rule.kind == "cut-off" for rule in due)
            answer = answer or Answer(200, self._carried_out(request, account))
            return answer._replace(delay=delay, cut_off=cut_off, operation=request.operation)
        except ResponseError as failed:
            return Answer(500, soap.fault(failed))

    def took(self, operation: str, begun: float, ended: float) -> None:
        """A request was in hand from `begun` until its answer had gone out."""
        with self._lock:
            noted = self.in_hand.setdefault(operation, InHand(begun))
            noted.first, noted.last = min(noted.first, begun), max(noted.last, ended)
            noted.seconds += ended - begun

    def _note(self, request: Request) -> None:
        with self._lock:
            self.asked[request.operation] += 1
            if request.body.get("SendMeetingInvitations", "SendToNone") != "SendToNone":
                self.invitations += 1

    def _due(self, request: Request, account: Account) -> list[Rule]:
        acting = request.impersonated or account.mailbox or ""
        return self.faults.of_request(request.operation, acting, batch_size(request))

    def _carried_out(self, request: Request, account: Account) -> bytes:
        operation = OPERATIONS.get(request.operation)
        if operation is None:
            raise Fault(
                "ErrorSchemaValidation", f"The request failed schema validation: no operation {request.operation}."
            )
        visit = Visit(
            self.database, self.settings, self._clock, account, request.impersonated, request.operation, self.faults
        )
        visit.enter()
        return soap.answer(request.operation, operation(visit, request.body), self.settings.version)

    def _refusal(self, rule: Rule, request: Request) -> Answer | None:
        """The answer that a fault gives instead of the operation's own; None for one that lets it happen."""
        if rule.kind == "unavailable":
            wait = rule.milliseconds // 1000
            return Answer(503, b"Service Unavailable", (("Retry-After", str(wait)),) if wait else ())
        if rule.kind == "unauthorized":
            return Answer(401)
        if rule.kind in {"latency", "cut-off"}:
            return None
        values = {"BackOffMilliseconds": str(rule.milliseconds)} if rule.kind == "server-busy" else {}
        failed = ResponseError(_CODES.get(rule.kind, rule.code), values=values)
        if not rule.in_body:
            return Answer(500, soap.fault(failed))
        extra = _always(request.operation)
        messages = [soap.failure(request.operation, failed, *extra) for _ in range(max(1, batch_size(request)))]
        return Answer(200, soap.answer(request.operation, messages, self.settings.version))


def batch_size(request: Request) -> int:
    """How many items or folders a request is about."""
    found = (find(request.body, path) for path in _BATCHES)
    return next((len(element) for element in found if element is not None), 1)


def _always(operation: str) -> list[Element]:
    last = {"SyncFolderItems": "Item", "SyncFolderHierarchy": "Folder"}.get(operation)
    return [m("SyncState"), m(f"IncludesLast{last}InRange", "true")] if last else []
