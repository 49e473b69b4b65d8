"""What a mail server can do to `skyflytt mail sync`, at IMAP and Exchange, on either side: the right code, the item's key, nothing lost,
the rest of the mailbox goes on; and once the cause is gone, the same command brings what is left.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme

from skyflytt.cli import run
from skyflytt.deadline.clock import SystemClock
from skyflytt.ledger import items
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import workloads
from skyflytt.mail import address
from skyflytt.mail.ews import open_ews, open_ews_source
from skyflytt.mail.isolating import writing
from skyflytt.mail.port import Fetched, MailTarget, NewMessage
from skyflytt.sandbox.exchange.faults import Rule
from tests.bad_input.exchange_line import ExchangeLine, exchange_line
from tests.contract.mail_places import Place, dovecot, maildir, make_certificates
from tests.faults.wire import Far, Trouble, Wire, wire
from tests.mail.ews.conftest import SECRET, Server, running_exchange

__all__ = ["running_exchange"]
pytestmark = pytest.mark.real
INBOX = ("INBOX",)
RECEIVED = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
MESSAGES, VICTIM = 6, 3
MARK = "Det tredje brevet"
ALL = [f"Brev {number}" for number in range(MESSAGES)]
REST = [subject for subject in ALL if subject != f"Brev {VICTIM}"]
EVER = 1_000


def letter(number: int, size: int = 0) -> NewMessage:
    text = MARK if number == VICTIM else "Hej"
    raw = (
        f"From: anna@example.com\r\nTo: bo@example.com\r\nSubject: Brev {number}\r\nDate: Tue, 3 Feb 2026 05:05:06 +0100\r\n"
        f"Message-ID: <{number}@example.com>\r\n\r\n{text} {number}\r\n" + f"{'x' * 76}\r\n" * (size // 78)
    )
    return NewMessage(raw.encode(), frozenset(), RECEIVED)


def subjects(mailbox: MailTarget) -> list[str]:
    refs = mailbox.refs(INBOX)
    raws = [answer.raw for answer in mailbox.fetch(INBOX, refs) if isinstance(answer, Fetched)] if refs else []
    return sorted(raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for raw in raws)


@dataclass
class End:
    """One side's server: a new mailbox, how to get at it directly, and the address that leads over the troubled line."""

    url: str
    direct: Callable[[], AbstractContextManager[MailTarget]]
    secret: str
    wire: Wire | None = None
    line: ExchangeLine | None = None
    rules: Callable[..., None] = lambda *_: None
    calm: Callable[[], None] = lambda: None
    renumber: Callable[[], None] = lambda: None


@dataclass
class Ends:
    """Makes the troubled side; the other one is a Maildir."""

    imap: Place
    exchange: Server
    certificates: Any
    stack: ExitStack
    expired: ssl.SSLContext
    folder: Path

    def make(self, kind: str, *, expired: bool = False, size: str = "full") -> End:
        near = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        near.load_cert_chain(self.certificates.certificate, self.certificates.key)
        return (self._imap if kind == "imap" else self._ews)(self.expired if expired else near, size)

    def _imap(self, near: ssl.SSLContext, size: str) -> End:
        server, login = self.imap.servers["tls"], self.imap.new_mailbox(size)
        far = Far(server.port, ssl.create_default_context(cafile=str(server.ca_file)))
        line = self.stack.enter_context(wire(far, near))
        url = f"imaps://{quote(login)}@localhost:{line.port}?ca_file={self.certificates.ca}&timeout_s=1&connections=1"

        def renumber() -> None:
            assert self.imap.renumber is not None
            self.imap.renumber(login, ())

        return End(
            url,
            lambda: self.imap.target(login),
            self.imap.secret,
            wire=line,
            calm=lambda: line.arm([]),
            renumber=renumber,
        )

    def _ews(self, near: ssl.SSLContext, _size: str) -> End:
        name, exchange = self.exchange.new(), self.exchange.exchange
        assert exchange.ca_file is not None
        line, service = self.stack.enter_context(exchange_line(exchange.url, Path(exchange.ca_file), near))

        def calm() -> None:
            exchange.clear_faults()
            line.cut_requests = line.cut_answers = line.stall_answers = ""

        def rules(**given: Any) -> None:
            self.exchange.rules(Rule(**({"mailbox": name, "times": None} | given)))

        url = f"ews+https://{name}@{service}?ca_file={self.certificates.ca}"
        return End(url, lambda: self.exchange.target(name), SECRET, line=line, rules=rules, calm=calm)


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[Place]:
    with dovecot(tmp_path_factory.mktemp("dovecot"), require_debian) as place:
        yield place


@pytest.fixture
def ends(imap: Place, running_exchange: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ends]:
    monkeypatch.setattr(writing, "PAUSES_S", (0.0, 0.1))
    for name, opens in (("open_ews", open_ews), ("open_ews_source", open_ews_source)):
        monkeypatch.setattr(address, name, partial(opens, timeout_s=2.0))
    certificates = make_certificates(tmp_path)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    authority.issue_cert("localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(old)
    certificates.ca.write_bytes(certificates.ca.read_bytes() + authority.cert_pem.bytes())
    with ExitStack() as stack:
        yield Ends(imap, running_exchange, certificates, stack, old, tmp_path)
    running_exchange.exchange.clear_faults()


@dataclass(frozen=True)
class Case:
    """What is done to the end, and what comes of it: exit status, the failure's code, the failed item's, what has arrived by then."""

    name: str
    side: str
    kind: str
    spoil: Callable[[End], None]
    exit: int
    code: str = ""
    item: str = ""
    arrives: list[str] = field(default_factory=list)
    size: str = "full"
    victim_bytes: int = 0
    heals: bool = True


def armed(*troubles: Trouble) -> Callable[[End], None]:
    def spoil(end: End) -> None:
        assert end.wire is not None
        end.wire.arm(troubles)

    return spoil


def on_line(**what: str) -> Callable[[End], None]:
    def spoil(end: End) -> None:
        for name, value in what.items():
            setattr(end.line, name, value)

    return spoil


def rule(**given: Any) -> Callable[[End], None]:
    return lambda end: end.rules(**given)


def renumbers(command: bytes, skip: int = 0) -> Callable[[End], None]:
    return lambda end: armed(Trouble("act", command=command, skip=skip, act=end.renumber))(end)


THIS = f"Brev {VICTIM}"
UPLOAD = ("UploadItems",)
EXPORT = ("ExportItems",)
EXCEEDED = "ErrorMessageSizeExceeded"
NOT_CONNECTED = b"NO User is authenticated but not connected."
MISSING, FULL, TOO_LARGE = "mail.mailbox-missing", "mail.mailbox-full", "mail.message-too-large"
BREAKS, NOT_ARCHIVED = "mail.message-breaks-connection", "mail.not-archived"
CASES = [
    Case("mailbox missing", "source", "imap", armed(Trouble("command", command=b"EXAMINE", words=NOT_CONNECTED, times=EVER)), 1, MISSING),
    Case("mailbox missing", "target", "imap", armed(Trouble("command", command=b"SELECT", words=NOT_CONNECTED, times=EVER)), 1, MISSING),
    Case("mailbox missing", "source", "ews", rule(kind="error", code="ErrorNonExistentMailbox"), 1, MISSING),
    Case("mailbox missing", "target", "ews", rule(kind="error", code="ErrorNonExistentMailbox"), 1, MISSING),
    Case("quota full", "target", "imap", lambda _: None, 1, FULL, size="small", victim_bytes=-1, heals=False),
    Case("quota full", "target", "ews", rule(kind="item", operations=UPLOAD, code="ErrorQuotaExceeded", skip=2), 1, FULL),
    Case("too large", "target", "imap", lambda _: None, 1, TOO_LARGE, "victim", REST, "small", 150_000, heals=False),
    Case("too large", "target", "ews", rule(kind="item", operations=UPLOAD, subject=THIS, code=EXCEEDED), 1, TOO_LARGE, "victim", REST),
    Case("cut at one message", "target", "imap", armed(Trouble("literal", words=MARK.encode(), times=EVER)), 1, BREAKS, "victim", REST),
    Case("cut at one message", "target", "ews", on_line(cut_requests=MARK), 1, BREAKS, "victim", REST),
    Case("cut once", "target", "imap", armed(Trouble("literal", words=MARK.encode())), 0, arrives=ALL),
    Case("cut after it was done", "target", "imap", armed(Trouble("done", command=b"APPEND")), 0, arrives=ALL),
    Case("stalls once", "target", "imap", armed(Trouble("stall", command=b"APPEND", fraction=0.0)), 0, arrives=ALL),
    Case("stalls once", "source", "imap", armed(Trouble("stall", command=b"UID FETCH")), 0, arrives=ALL),
    Case("stalls at one message", "source", "ews", on_line(stall_answers=MARK), 1, NOT_ARCHIVED, "victim", REST),
    Case("mid-literal once", "source", "imap", armed(Trouble("answer", command=b"UID FETCH", skip=3)), 0, arrives=ALL),
    Case("mid-answer at one message", "source", "ews", on_line(cut_answers=MARK), 1, NOT_ARCHIVED, "victim", REST),
    Case("mid-answer once", "source", "ews", rule(kind="cut-off", operations=EXPORT, skip=1, times=2), 0, arrives=ALL),
    Case("sizes are a lie", "source", "imap", armed(Trouble("sizes", count=10**7, times=EVER)), 0, arrives=ALL),
    Case("less than announced", "source", "imap", armed(Trouble("short", count=3)), 0, arrives=ALL),
    Case("texts lose their ends", "source", "imap", armed(Trouble("shorter", times=EVER)), 1, NOT_ARCHIVED, "all", []),
    Case("a stream is cut off", "source", "ews", rule(kind="truncated", operations=EXPORT, subject=THIS, where="bytes"), 0, arrives=ALL),
    Case("UIDVALIDITY changes", "source", "imap", renumbers(b"UID FETCH"), 1, NOT_ARCHIVED, "all", []),
    Case("UIDVALIDITY changes", "target", "imap", renumbers(b"UID FETCH"), 75, "mail.numbered-anew", arrives=ALL),
]  # fmt: skip


class Road:
    """One mailbox from or to the troubled end; the other one is a Maildir that nothing happens to."""

    def __init__(self, end: End, side: str, folder: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        name = place.new_mailbox("full")
        other = f"maildir:{folder / 'calm' / name}"
        self._ledger = folder / "l.sqlite"
        urls = (end.url, other) if side == "source" else (other, end.url)
        self.command = ["mail", "sync", *urls, "--ledger", str(self._ledger), "--json"]
        monkeypatch.setenv(f"SKYFLYTT_SECRET_{side.upper()}", end.secret)
        self.source = end.direct if side == "source" else lambda: place.target(name)
        self.target = end.direct if side == "target" else lambda: place.target(name)

    def arrived(self) -> list[str]:
        with self.target() as mailbox:
            return subjects(mailbox)

    def failed(self) -> dict[str, str]:
        """Keys and codes in the ledger."""
        if not self._ledger.exists():
            return {}
        ledger = open_ledger(f"sqlite:///{self._ledger}", SystemClock())
        try:
            (delivered,) = [one for one in workloads(ledger, self._project()) if one.kind == "mailbox"] or [None]
            failed = items.stream(ledger, delivered, State.FAILED) if delivered else ()
            return {item.key: item.code or "" for item in failed}
        finally:
            ledger.engine.dispose()

    def _project(self) -> str:
        return f"{shown(self.command[2])} > {shown(self.command[3])}"


Roads = Callable[..., tuple[End, Road]]


@pytest.fixture
def roads(ends: Ends, calm_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Roads:
    """A troubled end of this kind on this side, and the road from or to it."""

    def make(kind: str, side: str, **more: Any) -> tuple[End, Road]:
        end = ends.make(kind, **more)
        return end, Road(end, side, tmp_path, calm_place, monkeypatch)

    return make


def shown(url: str) -> str:
    return address.address(url).shown


@pytest.fixture
def calm_place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "calm").mkdir()
    with maildir(tmp_path / "calm", lambda *_, **__: "") as place:
        yield place


SLOW = {"stalls at one message", "mid-answer once", "cut after it was done", "a stream is cut off"}


def parameter(case: Case) -> Any:
    marks = pytest.mark.heavy if case.name in SLOW else ()
    return pytest.param(case, id=f"{case.name}-{case.kind}-{case.side}", marks=marks)


@pytest.mark.parametrize("case", [parameter(case) for case in CASES])
def test_a_server_that_misbehaves(case: Case, roads: Roads, capsys: pytest.CaptureFixture[str]) -> None:
    end, road = roads(case.kind, case.side, size=case.size)
    sizes = [90_000] * MESSAGES if case.victim_bytes < 0 else [0] * MESSAGES
    sizes[VICTIM] = sizes[VICTIM] or case.victim_bytes
    with road.source() as mailbox:
        refs = [str(ref) for ref in mailbox.append(INBOX, [letter(one, size) for one, size in enumerate(sizes)])]
    case.spoil(end)

    assert run(road.command) == case.exit
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    if case.item:
        keys = [f"INBOX/{ref}" for place, ref in enumerate(refs) if case.item == "all" or place == VICTIM]
        assert road.failed() == dict.fromkeys(keys, case.code)
        found = json.loads(told.out)
        assert (found["counts"]["failed"], {one["code"] for one in found["failed"]}) == (len(keys), {case.code})
    else:
        assert case.code in told.err
    end.calm()
    if case.exit == 0 or case.item or case.arrives:
        assert road.arrived() == case.arrives
    else:
        assert set(road.arrived()) < set(ALL)
    if case.heals:
        assert run(road.command) == 0
        assert road.arrived() == ALL
        counts = json.loads(capsys.readouterr().out)["counts"]
        assert (counts["source"], counts["moved"], counts["failed"]) == (MESSAGES, MESSAGES, 0)


@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize("kind", ["imap", "ews"])
def test_a_wrong_password_is_tried_once_and_then_a_person_is_asked(
    kind: str, side: str, roads: Roads, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    end, road = roads(kind, side)
    with road.source() as mailbox:
        mailbox.append(INBOX, [letter(one) for one in range(MESSAGES)])
    monkeypatch.setenv(f"SKYFLYTT_SECRET_{side.upper()}", "alldeles-fel")
    assert run(road.command) == 1
    told = capsys.readouterr().err
    assert "connection.password-refused" in told
    assert "alldeles-fel" not in told
    if end.line:
        assert end.line.refused == 1
    if end.wire:
        assert end.wire.sign_ins == 1
    assert road.arrived() == []
    monkeypatch.setenv(f"SKYFLYTT_SECRET_{side.upper()}", end.secret)
    assert run(road.command) == 0
    assert road.arrived() == ALL


@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize("kind", ["imap", "ews"])
def test_an_expired_certificate(kind: str, side: str, roads: Roads, capsys: pytest.CaptureFixture[str]) -> None:
    end, road = roads(kind, side, expired=True)
    assert run(road.command) == 1
    told = capsys.readouterr().err
    assert "connection.certificate-not-trusted" in told
    assert "expired" in told
    assert end.line is None or not end.line.refused
