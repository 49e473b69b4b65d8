"""A server that says what a test tells it to: answers as other servers than our sandbox's give them, over TLS and HTTP/1.1."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lxml import etree

from skyflytt.mail.ews import EwsMailbox, Patience, open_ews
from skyflytt.project.servers import EwsServer
from tests.contract.mail_places import Certificates

TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
NAMES = {"t": TYPES, "m": MESSAGES, "s": "http://schemas.xmlsoap.org/soap/envelope/"}
VERSION = (
    '<t:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" MinorBuildNumber="11" '
    'Version="V2017_07_11"/>'
)
LOGIN = "anna@scripted.example"


@dataclass
class Reply:
    """What goes over the wire. `closes` without a length, as HTTP/1.0 did; `chunked` in pieces of 7 bytes."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    chunked: bool = False
    closes: bool = False


@dataclass(frozen=True)
class Asked:
    """A request: the operation's element, its HTTP headers, and which connection it came over."""

    request: Any
    headers: dict[str, str]
    connection: int

    @property
    def operation(self) -> str:
        return str(etree.QName(self.request).localname)

    def all(self, path: str) -> list[Any]:
        return list(self.request.findall(path, NAMES))


Answering = Callable[[Asked], "str | Reply"]
Guard = Callable[[BaseHTTPRequestHandler, dict[str, Any]], "Reply | None"]
"""What is said to who has not signed in; the dictionary is the connection's own."""


def envelope(body: str, header: str = VERSION) -> str:
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    start = f'<?xml version="1.0" encoding="utf-8"?><s:Envelope {spaces}>'
    return f"{start}<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"


def response(operation: str, *messages: str) -> str:
    """Response messages that are whole elements, or the content of a success."""
    given = (
        one
        if one.startswith(f"<m:{operation}ResponseMessage")
        else f'<m:{operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>'
        f"{one}</m:{operation}ResponseMessage>"
        for one in messages
    )
    return envelope(
        f"<m:{operation}Response><m:ResponseMessages>{''.join(given)}</m:ResponseMessages></m:{operation}Response>"
    )


def failed(operation: str, code: str, text: str = "no") -> str:
    return (
        f'<m:{operation}ResponseMessage ResponseClass="Error"><m:MessageText>{text}</m:MessageText>'
        f"<m:ResponseCode>{code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
        f"</m:{operation}ResponseMessage>"
    )


def plain_fault(words: str, status: int = 500) -> Reply:
    """A fault without a response code, as gromox gives it."""
    fault = f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{words}</faultstring></s:Fault>"
    return Reply(envelope(fault, "").encode(), status)


def _get_folder(asked: Asked) -> str:
    ids = {"msgfolderroot": "top", "inbox": "in"}
    names = [one.get("Id", "") for one in asked.all("m:FolderIds/t:DistinguishedFolderId")]
    names += [one.get("Id", "") for one in asked.all("m:FolderIds/t:FolderId")]
    return response(
        "GetFolder",
        *(
            f'<m:Folders><t:Folder><t:FolderId Id="{ids.get(name, name)}"/><t:TotalCount>0</t:TotalCount></t:Folder></m:Folders>'
            if name in ids or name in ids.values()
            else failed("GetFolder", "ErrorFolderNotFound")
            for name in names
        ),
    )


def folder(id_: str, name: str, *, parent: str = "top", element: str = "Folder", more: str = "") -> str:
    inner = f'<t:FolderId Id="{id_}"/><t:ParentFolderId Id="{parent}"/>{more}<t:DisplayName>{name}</t:DisplayName>'
    return f"<t:Create><t:{element}>{inner}</t:{element}></t:Create>"


def hierarchy(*changes: str, state: str = "h1", last: str = "true") -> str:
    return response(
        "SyncFolderHierarchy",
        f"<m:SyncState>{state}</m:SyncState><m:IncludesLastFolderInRange>{last}</m:IncludesLastFolderInRange>"
        f"<m:Changes>{''.join(changes)}</m:Changes>",
    )


def changes(*told: str, state: str = "s1", last: str = "true") -> str:
    return response(
        "SyncFolderItems",
        f"<m:SyncState>{state}</m:SyncState><m:IncludesLastItemInRange>{last}</m:IncludesLastItemInRange>"
        f"<m:Changes>{''.join(told)}</m:Changes>",
    )


def there(ref: str, more: str = "") -> str:
    """An item as SyncFolderItems tells it."""
    flags = '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0xe07" PropertyType="Integer"/><t:Value>0</t:Value>'
    shown = f'<t:ItemId Id="{ref}" ChangeKey="CQAAAA=="/>{more}{flags}</t:ExtendedProperty>'
    return f"<t:Create><t:Message>{shown}</t:Message></t:Create>"


class Scripted:
    """Answers by operation; `asked` are the requests so far. An empty mailbox with an inbox where nothing else is told."""

    def __init__(self, certificates: Certificates) -> None:
        self.answers: dict[str, Answering] = {
            "GetFolder": _get_folder,
            "SyncFolderHierarchy": lambda _: hierarchy(folder("in", "Inbox")),
        }
        self.guard: Guard | None = None
        self.page: Reply | None = None
        """What is said to everything that is not EWS."""
        self.bodies: list[str] = []
        """What was posted to those pages."""
        self.asked: list[Asked] = []
        self.ca_file: Path = certificates.ca
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificates.certificate, certificates.key)
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/EWS/Exchange.asmx"

    def operations(self) -> list[str]:
        return [asked.operation for asked in self.asked]

    def settings(self, **values: object) -> EwsServer:
        given = {"kind": "ews", "url": self.url, "ca_file": self.ca_file, "connections": 1, **values}
        return EwsServer.model_validate(given)

    @contextmanager
    def opened(self, secret: str = "hemligt", **values: object) -> Iterator[EwsMailbox]:
        patience = Patience(sleep=lambda _: None)
        with open_ews(self.settings(**values), LOGIN, secret, patience, timeout_s=10) as mailbox:
            yield mailbox

    @contextmanager
    def running(self) -> Iterator[Scripted]:
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


def _handler(scripted: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.connection_state: dict[str, Any] = {}

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            refusal = scripted.guard(self, self.connection_state) if scripted.guard else None
            page = scripted.page if "/ews/" not in self.path.lower() else None
            if page is not None:
                scripted.bodies.append(data.decode())
            self._send(refusal or page or self._answer(data))

        def _answer(self, data: bytes) -> Reply:
            request = etree.fromstring(data).find("s:Body", NAMES)[0]
            asked = Asked(request, dict(self.headers.items()), self.client_address[1])
            scripted.asked.append(asked)
            known = scripted.answers.get(asked.operation)
            made = known(asked) if known else plain_fault(f"Unknown request '{asked.operation}'.")
            return Reply(made.encode()) if isinstance(made, str) else made

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            headers = {"Content-Type": "text/xml; charset=utf-8"} | reply.headers
            if reply.chunked:
                headers["Transfer-Encoding"] = "chunked"
            elif reply.closes:
                headers["Connection"] = "close"
                self.close_connection = True
            else:
                headers["Content-Length"] = str(len(reply.body))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"".join(_chunks(reply.body)) if reply.chunked else reply.body)

        def log_message(self, *_: object) -> None:
            return

    return Handler


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 7):
        piece = body[start : start + 7]
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"
