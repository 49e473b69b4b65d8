"""Many small mailboxes at one mail provider, and as many empty ones at another: what a migration over several machines is tried on.

Both providers are the sandbox's IMAP server, the cheapest there is; the letters are the same every time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from random import Random

import yaml

from skyflytt.drop.accounts import new_secret
from skyflytt.sandbox import keys, ports, processes, ready, state
from skyflytt.sandbox.company.words_sv_nb import letter, subject
from skyflytt.sandbox.failures import ServerDidNotStart
from skyflytt.sandbox.servers.imap_store import MailStore
from skyflytt.sandbox.state import Sandbox, Server

PROJECT = "kommunen"
DOMAIN = "kommunen.example"
SOURCE, TARGET = "old-mail", "new-mail"
FOLDERS = ("INBOX", "Sent", "Ärenden", "Ärenden/Bygglov & tillsyn")
FIRST_DAY = datetime(2024, 1, 8, 8, 0, tzinfo=UTC)
START_SECONDS = 60.0
SEED = 20260808


@dataclass(frozen=True, slots=True)
class Many:
    """How many mailboxes, and how many letters each of them holds."""

    mailboxes: int
    letters: int

    @property
    def names(self) -> list[str]:
        return [f"mailbox-{number:04}" for number in range(1, self.mailboxes + 1)]


def up(root: Path, many: Many) -> Sandbox:
    """Both providers, running, the source with its letters. What is there already stays. Raises `ServerDidNotStart`."""
    root = root.resolve()
    root.mkdir(parents=True, exist_ok=True)
    sandbox = state.load(root) or _new(root)
    keys.make_certificates(sandbox)
    _make_secrets(sandbox, many)
    _fill(root / SOURCE, many)
    _fill(root / TARGET, Many(many.mailboxes, 0))
    for name in (SOURCE, TARGET):
        sandbox = _run(sandbox, name, many)
    for server in sandbox.servers.values():
        _wait(sandbox, server)
    text = yaml.safe_dump(project(sandbox, many), allow_unicode=True, sort_keys=False)
    state.write_if_changed(sandbox.project_file, text)
    return sandbox


def down(root: Path) -> int:
    """Stop both; how many ran."""
    sandbox = state.load(root.resolve())
    if sandbox is None:
        return 0
    return processes.stop_all([server.process for server in sandbox.servers.values() if server.process])


def running(root: Path) -> bool:
    """Whether both providers answer."""
    sandbox = state.load(root.resolve())
    return sandbox is not None and all(ready.answers(one, sandbox.ca_file) for one in sandbox.servers.values())


def project(sandbox: Sandbox, many: Many) -> dict[str, object]:
    """The project file of this move."""
    servers = {
        one.name: {"kind": "imap", "host": one.host, "port": one.port, "security": "tls", "ca_file": "ca.pem"}
        for one in sandbox.servers.values()
    }
    boxes = [
        {
            "name": name,
            "source": {"server": SOURCE, "login": _login(name)},
            "target": {"server": TARGET, "login": _login(name)},
        }
        for name in many.names
    ]
    owner = {"name": "Åsa Wik", "email": f"asa.wik@{DOMAIN}", "role": "owner", "language": "sv"}
    return {
        "project": PROJECT,
        "time_zone": "Europe/Stockholm",
        "customer": {"name": "Kommunen", "language": "sv", "contacts": [owner]},
        "contract": {
            "provider": "Gamla Molnet AB",
            "notice_given": date(2026, 8, 8),
            "notice": {"rule": "started-months", "months": 2},
            "retrieval_days": 30,
            "erasure_days": 30,
        },
        "servers": servers,
        "mailboxes": boxes,
    }


def letters(name: str, count: int) -> Iterator[tuple[str, bytes, datetime]]:
    """Folder, bytes and time of each letter in a mailbox; each has a Message-ID of its own."""
    random = Random(f"{SEED}:{name}")
    for number in range(1, count + 1):
        received = FIRST_DAY + timedelta(hours=number * 7, minutes=random.randrange(60))
        message = EmailMessage(policy=SMTP)
        message["From"] = f"handlaggare@{DOMAIN}"
        message["To"] = _login(name)
        message["Subject"] = subject("sv", random)
        message["Date"] = format_datetime(received)
        message["Message-ID"] = f"<{number:05}.{name}@{DOMAIN}>"
        message.set_content(letter("sv", name, "Registrator", random), cte="quoted-printable")
        yield FOLDERS[number % len(FOLDERS)], message.as_bytes(), received


def _new(root: Path) -> Sandbox:
    sandbox = Sandbox(root=root, servers={})
    for name in (SOURCE, TARGET):
        taken = {server.port for server in sandbox.servers.values()}
        sandbox = sandbox.with_server(Server(name=name, kind="imap", port=ports.choose(taken)))
    sandbox.save()
    return sandbox


def _make_secrets(sandbox: Sandbox, many: Many) -> None:
    path = sandbox.secrets_file
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    wanted = [f"mailboxes.{name}.{side}" for name in many.names for side in ("source", "target")]
    known |= {key: new_secret() for key in wanted if key not in known}
    state.write_if_changed(path, json.dumps(known, indent=1) + "\n", mode=0o600)


def _fill(folder: Path, many: Many) -> None:
    """One transaction: all mailboxes or none."""
    folder.mkdir(exist_ok=True)
    store = MailStore(folder / "mail.sqlite")
    store.begin()
    for name in many.names:
        login = _login(name)
        if store.folders(login):
            continue
        ids = {one: store.add_folder(login, one).id for one in (FOLDERS if many.letters else ("INBOX",))}
        for where, raw, received in letters(name, many.letters):
            store.append(ids[where], raw, ["\\Seen"], received)
    store.commit()
    store.close()


def _run(sandbox: Sandbox, name: str, many: Many) -> Sandbox:
    server = sandbox.servers[name]
    command = _command(sandbox, server, many)
    if server.process is not None:
        if processes.find(server.process) is not None and list(server.process.command) == command:
            return sandbox
        processes.stop(server.process)
    if lost := processes.find_lost(command):
        processes.stop(lost)
    process = processes.start(command, sandbox.log(name), sandbox.root)
    sandbox = sandbox.with_server(server.model_copy(update={"process": process}))
    sandbox.save()
    return sandbox


def _command(sandbox: Sandbox, server: Server, many: Many) -> list[str]:
    side = "source" if server.name == SOURCE else "target"
    logins = [f"--login={_login(name)}=mailboxes.{name}.{side}" for name in many.names]
    return [
        *processes.python("skyflytt.sandbox.servers.imap", "--port", str(server.port)),
        *("--cert", str(sandbox.certificate), "--store", str(sandbox.root / server.name / "mail.sqlite")),
        *("--secrets", str(sandbox.secrets_file), *logins),
    ]


def _wait(sandbox: Sandbox, server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready.answers(server, sandbox.ca_file):
        ended = server.process is None or processes.find(server.process) is None
        if ended or time.monotonic() > deadline:
            said = sandbox.log(server.name).read_text(errors="replace").splitlines()[-8:]
            raise ServerDidNotStart(server.name, "\n".join(said))
        time.sleep(0.05)


def _login(name: str) -> str:
    return f"{name}@{DOMAIN}"
