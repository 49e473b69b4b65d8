"""Whatever kind of server it is: where nobody answers, the check says so in one sentence about that server, and never breaks off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blocks.project import BLOCK_OF_KIND
from skyflytt.deadline.clock import SystemClock
from skyflytt.patience import Patience
from skyflytt.phase.migration import Migration
from skyflytt.project.load import load_project
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.project.servers import DIRECTORY_KINDS, DNS_KINDS, FILE_KINDS, MAIL_KINDS
from skyflytt.readiness import State, check_server, check_servers
from skyflytt.readiness.check import open_for_check
from skyflytt.sandbox import lifecycle
from tests.phase.discovered import migration, project
from tests.readiness.tenant import NOTHING_ELSE
from tests.real.processes import free_port

HERE, PASSWORD = "127.0.0.1", "tallkotte-2207"
SECRETS = dict.fromkeys(("SKYFLYTT_SECRET_SERVERS_AWAY", "SKYFLYTT_SECRET_MAILBOXES_ANNA_SOURCE"), PASSWORD)
IMPATIENT = Patience(longest_s=0.0, attempts=1, sleep=lambda _: None)
GRAPH = {"tenant": "example.onmicrosoft.com", "client_id": "6731de76-14a6-49ae-97bc-6eba6914391e"}


def settings(port: int) -> dict[str, dict[str, Any]]:
    """Of each kind, a server at which nobody listens."""
    url, at = f"https://{HERE}:{port}", {"host": HERE, "port": port}
    graph = {**GRAPH, "login_url": url, "graph_url": url}
    return {
        "imap": at,
        "ews": {"url": f"{url}/EWS/Exchange.asmx", "user": "move", "access": "delegation"},
        "sftp": {**at, "user": "move"},
        "smb": {**at, "share": "homes", "user": "move"},
        "webdav": {**at, "user": "move"},
        "ftps": {**at, "user": "move"},
        "s3": {"endpoint_url": url, "bucket": "homes", "region": "eu-north-1", "access_key_id": "AKIAEXAMPLE"},
        "dropbox": {"app_key": "app", "url": url},
        "smtp": {**at, "sender": "move@example.com"},
        "webex": {"url": url, "organisation": "org"},
        "rfc2136": at,
        "route53": {"endpoint_url": url, "access_key_id": "AKIAEXAMPLE", "zone_id": "Z1"},
        "cloudflare": {"url": url, "zone_id": "z"},
        "loopia": {"url": url, "user": "move@loopiaapi"},
        "graph": graph,
        "microsoft365": graph,
        "exchange-powershell": {**at, "user": "move"},
        "ssh-accounts": {**at, "user": "move"},
        "sharepoint": {**graph, "drive": "b!homes"},
    }


def uses(kind: str) -> dict[str, Any]:
    """A use of the server that a project of this kind has."""
    if kind in MAIL_KINDS:
        login = "anna@example.com"
        target = {"server": "new-mail", "login": "info"}
        return {"mailboxes": [{"name": "anna", "source": {"server": "away", "login": login}, "target": target}]}
    if kind in FILE_KINDS:
        return {
            "shares": [
                {
                    "name": "homes",
                    "source": {"server": "away", "path": "homes"},
                    "target": {"server": "new-files", "path": "homes"},
                }
            ]
        }
    if kind in DIRECTORY_KINDS:
        return {"directories": [{"name": "office", "server": "away"}]}
    if kind in DNS_KINDS:
        return {"domains": [{"name": "fjallfors.example", "registrar": "Loopia", "mail": True, "host": "away"}]}
    return {}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Migration, Path]]:
    root = tmp_path_factory.mktemp("kinds")
    with migration(root, **NOTHING_ELSE) as running:
        yield running, root


def test_every_kind_with_a_block_is_tried() -> None:
    assert set(settings(1)) == set(BLOCK_OF_KIND)


@pytest.mark.parametrize("kind", BLOCK_OF_KIND)
def test_nobody_answers(opened: tuple[Migration, Path], kind: str) -> None:
    running, root = opened
    port = free_port()
    away = {"away": {"kind": kind, **settings(port)[kind]}}
    given = project(root, more_servers=away, **{**NOTHING_ELSE, **uses(kind)})
    found = check_server(replace(running, project=given, secrets=EnvironmentSecrets(SECRETS)), "away", IMPATIENT)
    assert not found.ready
    (finding,) = found.of(State.MISSING, State.NOT_ASKED)
    assert finding.code == "connection.lost" or finding.code.endswith(".unreachable"), found.summary
    assert found.summary.startswith("away is not ready: ")
    assert finding.click or "goes on where it was" in finding.means, "what to do"
    assert PASSWORD not in repr(found)


class Wrong:
    """The same for every server and mailbox."""

    def get(self, _key: str, *_fallbacks: str) -> str:
        return "fel-lösenord-0000"


@pytest.mark.heavy
def test_a_wrong_password_is_told_by_every_server_of_the_sandbox(tmp_path: Path) -> None:
    sandbox = lifecycle.up(tmp_path / "sandbox")
    try:
        with open_for_check(load_project(sandbox.project_file), Wrong(), SystemClock()) as running:
            found = {one.server: one for one in check_servers(running)}
    finally:
        lifecycle.down(tmp_path / "sandbox")
    refused = {one.kind for one in found.values() if "connection.password-refused" in {of.code for of in one.findings}}
    assert refused >= {"imap", "sftp"}, {name: one.summary for name, one in found.items()}
    assert not any("fel-lösenord" in repr(one) for one in found.values())
