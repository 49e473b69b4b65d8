"""No secret is anywhere but where it belongs: after a whole demo, and after a server has repeated one in its error."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from deployments.stack import server
from deployments.stack.place import project_root
from flows.discovery import discovery
from tests.deployments.place import SECRETS, Place, project_file
from tests.deployments.repeating_imap import repeating_imap
from tests.deployments.secret_search import Search, forms
from tests.flows.history import History

SECRET = 'Läck/a+3 "snö" & <is>'


@pytest.mark.parametrize(
    "left",
    [
        f"password={SECRET}".encode(),
        quote(SECRET, safe="").encode(),
        json.dumps({"password": SECRET}).encode(),
        SECRET.encode("utf-16-le"),
        *(base64.b64encode(f"{user}:{SECRET}, and so on".encode()) for user in ("a", "an", "ann")),
    ],
)
def test_a_secret_that_was_left_is_found(left: bytes) -> None:
    search = Search({"key": SECRET})
    search.data("place", b"before " + left + b" after")
    assert search.found == {("key", "place")}


def test_it_looks_into_archives_and_databases(tmp_path: Path) -> None:
    import sqlite3  # noqa: PLC0415 - this test's alone

    with zipfile.ZipFile(tmp_path / "pack.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("inside/log.txt", SECRET)
    database = sqlite3.connect(tmp_path / "ledger.sqlite")
    database.execute("CREATE TABLE journal (data TEXT)")
    # Longer than a page: it stands in the file in pieces.
    database.execute("INSERT INTO journal VALUES (?)", ("x" * 4000 + SECRET + "y" * 9000,))
    database.commit()
    database.close()
    (tmp_path / "allowed.json").write_text(SECRET)
    search = Search({"key": SECRET})
    search.tree(tmp_path, ["allowed.json"])
    assert {place for _, place in search.found} >= {"pack.zip!inside/log.txt", "ledger.sqlite table journal"}
    assert "allowed.json" not in {place for _, place in search.found}


def test_what_is_not_left_is_not_found() -> None:
    search = Search({"key": SECRET})
    search.data("place", b"password=********, " + base64.b64encode(b"anna:another password"))
    assert search.found == set()
    assert all(len(form) > 8 for form in forms(SECRET))


@pytest.mark.prefect
def test_what_a_server_says_back_is_not_kept(place: Place, tmp_path: Path, prefect_harness: server.Server) -> None:
    """Nor the password, nor the line that it was sent in: not in the state, the log, the artifacts, the ledger or the server's log."""
    with repeating_imap(tmp_path) as (port, authority):
        project = project_file(place.name)
        repeats = {"kind": "imap", "host": "localhost", "port": port, "ca_file": str(authority)}
        place.write({**project, "servers": {**project["servers"], "old-mail": repeats}, "drops": []})
        state = discovery(project=place.register(), return_state=True)

    assert state.type.value == "FAILED"
    assert "wrong password: " in str(state.message), "the server's own words are kept"
    search = Search(SECRETS)
    with History.of(prefect_harness) as history:
        for where, text in history.everything():
            search.data(where, text.encode())
    search.tree(place.workspace, [])
    search.file("server.log", prefect_harness.home / "server.log")
    assert search.looked_at > 10
    assert search.found == set()


# Where secrets belong, below the demo's home.
ALLOWED = {
    "sandbox/secrets.json": "the secrets file itself",
    "prefect/sign-in": "the UI's",
    "prefect/encryption-key": "the blocks'",
    "sandbox/logs/handover-s3.log": "the provider's own access log: as Amazon's, it has the signed addresses that were asked for",
}


class Shown(threading.Thread):
    """Collects what is shown once (a drop's password, its archives' passphrase) while it lies in the workspace."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self._home, self._over = home, threading.Event()
        self.secrets: dict[str, str] = {}

    def run(self) -> None:
        while not self._over.wait(0.2):
            for path in self._home.glob("workspace/**/handover/*"):
                if path.suffix in {".secret", ".passphrase"}:
                    self._keep(path)

    def _keep(self, path: Path) -> None:
        try:
            words = path.read_text().split()
        except FileNotFoundError:
            return
        for number, word in enumerate(words):
            # Of a signed address, what makes it a secret.
            self.secrets[f"{path.name}, word {number}"] = word.rpartition("Signature=")[2].partition("&")[0]

    def stop(self) -> dict[str, str]:
        self._over.set()
        self.join()
        return self.secrets


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_whole_demo_leaves_no_secret_anywhere(tmp_path: Path) -> None:
    home, log = tmp_path / "demo", tmp_path / "demo.log"
    shown = Shown(home)
    shown.start()
    with log.open("wb") as output:
        command = [sys.executable, "-m", "deployments.demo", "--home", str(home)]
        environment = {**os.environ, "COLUMNS": "200"}
        code = subprocess.run(
            command, cwd=project_root(), env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        ).returncode  # fmt: skip
    secrets = shown.stop()
    assert code == 0, log.read_text(errors="replace")
    assert secrets, "the drop's password was never seen"

    search = Search({**secrets, **kept_secrets(home)})
    search_everywhere(search, home)
    search.file("what the demo said", log)

    assert search.looked_at > 1000
    assert sorted(search.found) == []


def kept_secrets(home: Path) -> dict[str, str]:
    """All that the demo's home has, the user names before a colon left out."""
    found: dict[str, str] = json.loads((home / "sandbox" / "secrets.json").read_text())
    for name in ("sign-in", "encryption-key"):
        found[name] = (home / "prefect" / name).read_text().strip()
    return {key: value.rpartition(":")[2] for key, value in found.items()}


def search_everywhere(search: Search, home: Path) -> None:
    """Its files, and what the server's API shows to whoever does not ask for secrets."""
    running = server.start(home / "prefect")
    try:
        with History.of(running) as history:
            for where, text in history.everything():
                search.data(f"API {where}", text.encode())
    finally:
        server.stop(home / "prefect")
    search.tree(home, ALLOWED)
