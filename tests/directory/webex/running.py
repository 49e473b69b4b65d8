"""The sandbox's Webex in a thread of this process, over real TLS, and adapters that ask it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, socket

import httpx
import trustme
import uvicorn

from skyflytt.deadline.clock import Clock
from skyflytt.directory.webex import ControlHub, open_webex
from skyflytt.project.servers import WebexServer
from skyflytt.sandbox.servers.webex import Site
from skyflytt.sandbox.servers.webex_faults import Fault
from skyflytt.sandbox.servers.webex_organisation import Held, SignIn

TOKEN = "sandbox-token-7719"


@dataclass
class RunningWebex:
    """One simulator; `hold` puts something else into it."""

    site: Site
    port: int
    ca_file: Path
    waited: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        self._http = httpx.Client(base_url=f"https://localhost:{self.port}/sandbox/", verify=trust, trust_env=False)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/v1"

    def hold(self, held: Held) -> None:
        self._ask("PUT", "held", held.model_dump_json())
        self._ask("DELETE", "faults")
        self._ask("DELETE", "requests")
        self.waited.clear()

    def held(self) -> Held:
        return Held.model_validate_json(self._ask("GET", "held").content)

    def trouble(self, *faults: Fault) -> None:
        self._ask("POST", "faults", "[" + ",".join(one.model_dump_json() for one in faults) + "]")

    def sign_in(self, *them: SignIn) -> None:
        self._ask("POST", "sign-ins", "[" + ",".join(one.model_dump_json() for one in them) + "]")

    def asked(self) -> dict[str, int]:
        found: dict[str, int] = self._ask("GET", "requests").json()
        return found

    def server(self, organisation: str, trials: tuple[str, ...] = ()) -> WebexServer:
        return WebexServer(kind="webex", url=self.url, organisation=organisation, trials=trials, ca_file=self.ca_file)

    def open(self, organisation: str, clock: Clock, *, token: str = TOKEN, trials: tuple[str, ...] = ()) -> ControlHub:
        """An adapter that does not wait, and notes for how long it would have."""
        return open_webex(self.server(organisation, trials), token, clock, wait=self.waited.append)

    def _ask(self, method: str, page: str, content: str | None = None) -> httpx.Response:
        return self._http.request(method, page, content=content).raise_for_status()


@contextmanager
def running_webex(folder: Path, held: Held) -> Iterator[RunningWebex]:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    site = Site(held, TOKEN)
    config = uvicorn.Config(
        site.application, ssl_certfile=str(folder / "server.pem"), log_level="error", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    # Only of a socket that says that it is TCP does asyncio turn Nagle's delays off.
    with socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield RunningWebex(site, listening.getsockname()[1], folder / "ca.pem")
        finally:
            # Connections that are kept alive would be waited for.
            server.should_exit = server.force_exit = True
            thread.join()
