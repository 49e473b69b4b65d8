"""An HTTPS server that speaks WS-Management as Exchange's PowerShell directory does: Create, Command, Send, Receive, Signal, Delete.

Written from [MS-WSMV] 3.1.4. What a pipeline puts out is cut into fragments, of which each Receive gets a few: clients have to come again.
"""

from __future__ import annotations

import base64
import contextlib
import re
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from tests.directory.exchange import psrp

NS = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
    "p": "http://schemas.microsoft.com/powershell",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
}
EXCHANGE = "http://schemas.microsoft.com/powershell/Microsoft.Exchange"
TIMED_OUT = 2150858793
FRAGMENT = 700
AT_ONCE = 3
CmdletPipeline = Sequence[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Fault:
    """Instead of the answer to `action` (Create, Command, Receive …): a fault with `code` and `words`, or a bare HTTP `status`.

    `raw` is a body of HTTP 200 that is none of WS-Management; `drop` ends the connection.
    """

    action: str
    code: int = 0
    words: str = ""
    status: int = 0
    raw: bytes = b""
    drop: bool = False
    skip: int = 0


@dataclass
class Shell:
    pool: str
    begun: bool = False
    commands: dict[str, Command] = field(default_factory=dict)


@dataclass
class Command:
    received: bytes = b""
    waiting: list[bytes] | None = None
    asked: int = 0


@dataclass
class Wsman:
    """A running server. `run` carries out a pipeline; `slow` is how often a Receive is told to come again first."""

    port: int
    user: str
    password: str
    run: Callable[[CmdletPipeline], tuple[list[dict[str, Any]], str | None, psrp.CmdletError | None]]
    shells: dict[str, Shell] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    pipelines: list[CmdletPipeline] = field(default_factory=list)
    most_shells: int = 3
    slow: int = 0
    charsets: tuple[str, ...] = ("latin-1",)
    lock: Any = field(default_factory=threading.RLock)

    def answer(self, body: bytes) -> tuple[int, bytes]:
        envelope = ET.fromstring(body)
        action = _text(envelope, "s:Header/a:Action").rpartition("/")[2]
        with self.lock:
            self.actions.append(action)
            fault = self._due(action)
            if fault is not None and fault.drop:
                return 0, b""
            if fault is not None and fault.status:
                return fault.status, b"Service Unavailable"
            if fault is not None and fault.raw:
                return 200, fault.raw
            if fault is not None:
                return 500, _enveloped(envelope, "fault", FaultRaised(fault.code, fault.words).body())
            try:
                made = getattr(self, f"_{action.lower()}")(envelope)
            except FaultRaised as raised:
                return 500, _enveloped(envelope, "fault", raised.body())
            return 200, _enveloped(envelope, f"{action}Response", made)

    def _due(self, action: str) -> Fault | None:
        for index, fault in enumerate(self.faults):
            if fault.action == action:
                if fault.skip:
                    self.faults[index] = Fault(**{**fault.__dict__, "skip": fault.skip - 1})
                    return None
                return self.faults.pop(index)
        return None

    def _create(self, envelope: ET.Element) -> str:
        if _text(envelope, "s:Header/w:ResourceURI") != EXCHANGE:
            raise FaultRaised(
                2150858751,
                "The service cannot find the resource URI.",
            )
        if len(self.shells) >= self.most_shells:
            raise FaultRaised(
                2150859174,
                f"This user is allowed a maximum number of {self.most_shells} concurrent shells, which has been exceeded.",
            )
        shell = envelope.find("s:Body/rsp:Shell", NS)
        assert shell is not None
        name = shell.get("ShellId", "")
        self.shells[name] = Shell(psrp.pool_of(base64.b64decode(_text(shell, "p:creationXml"))))
        return (
            f"<x:ResourceCreated><a:Address>https://localhost/</a:Address><a:ReferenceParameters><w:ResourceURI>{EXCHANGE}</w:ResourceURI>"
            f'<w:SelectorSet><w:Selector Name="ShellId">{name}</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>'
            f"<rsp:Shell><rsp:ShellId>{name}</rsp:ShellId><rsp:ResourceUri>{EXCHANGE}</rsp:ResourceUri></rsp:Shell>"
        )

    def _shell(self, envelope: ET.Element) -> Shell:
        found = self.shells.get(_text(envelope, "s:Header/w:SelectorSet/w:Selector"))
        if found is None:
            raise FaultRaised(2150858843, "The shell was not found on the server. Verify that the shell is still open.")
        return found

    def _command(self, envelope: ET.Element) -> str:
        line = envelope.find("s:Body/rsp:CommandLine", NS)
        assert line is not None
        name = line.get("CommandId", "")
        self._shell(envelope).commands[name] = Command(base64.b64decode(_text(line, "rsp:Arguments")))
        return f"<rsp:CommandResponse><rsp:CommandId>{name}</rsp:CommandId></rsp:CommandResponse>"

    def _send(self, envelope: ET.Element) -> str:
        stream = envelope.find("s:Body/rsp:Send/rsp:Stream", NS)
        assert stream is not None
        self._shell(envelope).commands[stream.get("CommandId", "")].received += base64.b64decode(stream.text or "")
        return "<rsp:SendResponse/>"

    def _receive(self, envelope: ET.Element) -> str:
        shell = self._shell(envelope)
        desired = envelope.find("s:Body/rsp:Receive/rsp:DesiredStream", NS)
        assert desired is not None
        name = desired.get("CommandId")
        if name is None:
            return _streams(self._hello(shell), None, done=False)
        command = shell.commands[name]
        if command.waiting is None:
            if command.asked < self.slow:
                command.asked += 1
                raise FaultRaised(TIMED_OUT, "The service cannot complete the operation within the time specified.")
            command.waiting = self._made(shell.pool, name, command.received)
        now, command.waiting = command.waiting[:AT_ONCE], command.waiting[AT_ONCE:]
        return _streams(now, name, done=not command.waiting)

    def _hello(self, shell: Shell) -> list[bytes]:
        messages = (
            (psrp.SESSION_CAPABILITY, psrp.capability()),
            (psrp.APPLICATION_PRIVATE_DATA, psrp.private_data()),
            (psrp.RUNSPACEPOOL_STATE, psrp.pool_opened()),
        )
        return [
            part
            for number, (kind, body) in enumerate(messages, 1)
            for part in psrp.fragments(number, psrp.message(kind, body, shell.pool), FRAGMENT)
        ]

    def _made(self, pool: str, name: str, received: bytes) -> list[bytes]:
        pipeline = psrp.pipeline_of(received)
        assert pipeline is not None
        self.pipelines.append(pipeline)
        rows, warned, error = self.run(pipeline)
        messages = [(psrp.PIPELINE_OUTPUT, psrp.output(row)) for row in rows]
        if warned:
            messages.append((psrp.WARNING_RECORD, psrp.warning(warned)))
        ending = None
        if error is not None:
            record = psrp.error_record(pipeline[0][0], error)
            if error.ends:
                ending = record
            else:
                messages.append((psrp.ERROR_RECORD, record))
        messages.append(
            (psrp.PIPELINE_STATE, psrp.state(psrp.FAILED if ending is not None else psrp.COMPLETED, ending))
        )
        return [
            part
            for number, (kind, body) in enumerate(messages, 10)
            for part in psrp.fragments(number, psrp.message(kind, body, pool, name), FRAGMENT)
        ]

    def _signal(self, envelope: ET.Element) -> str:
        signal = envelope.find("s:Body/rsp:Signal", NS)
        assert signal is not None
        self._shell(envelope).commands.pop(signal.get("CommandId", ""), None)
        return "<rsp:SignalResponse/>"

    def _delete(self, envelope: ET.Element) -> str:
        self._shell(envelope)
        del self.shells[_text(envelope, "s:Header/w:SelectorSet/w:Selector")]
        return ""


class FaultRaised(Exception):
    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words

    def body(self) -> str:
        return (
            "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value></s:Subcode></s:Code>"
            f'<s:Reason><s:Text xml:lang="en-US">{self.words}</s:Text></s:Reason><s:Detail>'
            f'<f:WSManFault Code="{self.code}" Machine="ex01"><f:Message>{self.words}</f:Message></f:WSManFault></s:Detail></s:Fault>'
        )


def _streams(parts: Sequence[bytes], command: str | None, *, done: bool) -> str:
    own = f' CommandId="{command}"' if command else ""
    streams = "".join(
        f'<rsp:Stream Name="stdout"{own}>{base64.b64encode(part).decode()}</rsp:Stream>' for part in parts
    )
    word = "Done" if done else "Running"
    state = f'<rsp:CommandState{own} State="{NS["rsp"]}/CommandState/{word}"/>' if command else ""
    return f"<rsp:ReceiveResponse>{streams}{state}</rsp:ReceiveResponse>"


def _enveloped(asked: ET.Element, action: str, body: str) -> bytes:
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
    related = _text(asked, "s:Header/a:MessageID")
    return (
        f"<s:Envelope {names}><s:Header><a:Action>{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        f"<a:RelatesTo>{related}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def _text(at: ET.Element, path: str) -> str:
    found = at.find(path, NS)
    return (found.text or "") if found is not None else ""


@contextlib.contextmanager
def running_wsman(server: Wsman, certificate_and_key: Path) -> Iterator[Wsman]:
    given = f"{server.user}:{server.password}"
    wanted = {"Basic " + base64.b64encode(given.encode(charset)).decode() for charset in server.charsets}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") not in wanted:
                self._reply(401, b"", {"WWW-Authenticate": "Basic"})
            elif re.fullmatch(r"/PowerShell/?", self.path) is None:
                self._reply(404, b"not here")
            else:
                status, made = server.answer(body)
                if status:
                    self._reply(status, made)
                else:
                    self.close_connection = True

        def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/soap+xml;charset=UTF-8", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_what: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate_and_key)
        http.socket = context.wrap_socket(http.socket, server_side=True)
        server.port = int(http.server_address[1])
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
