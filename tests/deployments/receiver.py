"""An HTTP server on loopback that keeps what is sent to it: where on-call is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Letter = dict[str, Any]


class Receiver:
    """`path` is as secret as a real webhook's; `answer` is what the server says."""

    path = "/hooks/en-hemlig-krok-4711"

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answer = 200
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))

    @property
    def address(self) -> str:
        """Without the patience that a real one is given."""
        return f"http://127.0.0.1:{self.http.server_port}{self.path}?retry=0&wait=0"

    def waits_for(self, *words: str, patience_s: float = 60.0) -> Letter:
        """The first letter that has all the words in its body."""
        return until(
            lambda: next((one for one in self.letters if all(w in one["body"] for w in words)), None), patience_s
        )


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.http.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.http.shutdown()
        thread.join()
        receiver.http.server_close()


def until(found: Callable[[], Any], patience_s: float = 60.0) -> Any:
    """What `found` says as soon as it says anything."""
    deadline = time.monotonic() + patience_s
    while not (value := found()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
    return value


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            body = json.dumps(json.loads(body), ensure_ascii=False)
            receiver.letters.append({"path": self.path, "body": body})
            self.send_response(receiver.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler
