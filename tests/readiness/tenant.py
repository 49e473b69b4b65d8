"""A simulated tenant with accounts, mailboxes and a library, and projects that use it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from skyflytt.deadline.clock import MovableClock
from skyflytt.phase.migration import Migration
from skyflytt.project.model import Project
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.project.servers import GraphServer
from skyflytt.readiness import ServerCheck, State, check_server
from skyflytt.readiness.check import open_for_check
from skyflytt.sandbox.exchange.store import mailboxes, open_store
from skyflytt.sandbox.servers.graph.drive_settings import DriveStart
from skyflytt.sandbox.servers.graph.mailbox_settings import MailStart
from skyflytt.sandbox.servers.graph.settings import Application
from tests.graph.simulator import APP, BEGIN, DOMAIN, SECRET, Simulator, running_simulator, tenant
from tests.phase.discovered import EXAMPLE

SITE = "norrsken.sharepoint.com/sites/Projekt"
LIBRARY = DriveStart(id="b!projekt", name="Delade dokument", site=SITE)
ANNA, BENGT, CECILIA = (f"{name}@{DOMAIN}" for name in ("anna.astrom", "bengt", "cecilia"))
FOREIGN, FOREIGN_TENANT = "annan.example", "99999999-2222-4222-8333-444455556666"
ACCOUNTS = (
    *("Organization.Read.All", "User.Read.All", "RoleManagement.Read.Directory"),
    *("LicenseAssignment.Read.All", "LicenseAssignment.ReadWrite.All", "AuditLog.Read.All"),
)
READING = ("User.Read.All", "MailboxFolder.Read.All", "MailboxItem.Read.All", "MailboxItem.Export.All", "Mail.Read")
FILLING = (
    *("User.Read.All", "MailboxFolder.ReadWrite.All", "MailboxItem.Read.All", "MailboxItem.ImportExport.All"),
    *("Mail.ReadWrite", "MailboxItem.ReadWrite.All"),
)
NOTHING_ELSE: dict[str, Any] = {
    part: [] for part in ("mailboxes", "shares", "applications", "domains", "devices", "directories", "logs", "drops")
}
SIGN_IN = "SKYFLYTT_SECRET_SERVERS_CLOUD"


@dataclass
class Cloud:
    """`servers.cloud` of the project is the simulated one."""

    simulator: Simulator
    folder: Path
    migration: Migration

    def allow(self, *permissions: str, **more: Any) -> None:
        """What the application may do from now on."""
        one = Application(client_id=APP, secret_key="app", permissions=permissions, **more)
        self.simulator.state.tenant = self.simulator.state.tenant.model_copy(update={"applications": (one,)})
        self.simulator.tokens.tenant = self.simulator.state.tenant

    def project(self, kind: str, server: dict[str, Any] | None = None, **changes: Any) -> Project:
        return Project.model_validate(self.data(kind, server, **changes))

    def data(self, kind: str, server: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        simulator = self.simulator
        cloud = {
            "kind": kind, "tenant": DOMAIN, "client_id": APP, "login_url": simulator.url, "graph_url": simulator.url,
            "ca_file": str(simulator.ca_file),
        }  # fmt: skip
        data = _plain(self.folder) | changes
        return data | {"servers": data["servers"] | {"cloud": cloud | (server or {})}}

    def graph(self) -> GraphServer:
        server = self.project("graph").server("cloud")
        assert isinstance(server, GraphServer)
        return server

    def check(self, project: Project, secret: str | None = SECRET) -> ServerCheck:
        secrets = EnvironmentSecrets({SIGN_IN: secret} if secret else {})
        opened = replace(self.migration, project=project, secrets=secrets)
        return check_server(opened, "cloud", self.simulator.patience)

    def reading(self, *logins: str, **server: Any) -> Project:
        return self._mail("source", "target", logins, server)

    def filling(self, *logins: str, **server: Any) -> Project:
        return self._mail("target", "source", logins, server)

    def _mail(self, side: str, other: str, logins: tuple[str, ...], server: dict[str, Any]) -> Project:
        boxes = [
            {
                "name": f"box{index}",
                side: {"server": "cloud", "login": login},
                other: {"server": "here", "login": f"box{index}"},
            }
            for index, login in enumerate(logins)
        ]
        return self.project("graph", server, mailboxes=boxes)

    def files(self, side: str, **server: Any) -> Project:
        other = "target" if side == "source" else "source"
        ends = {side: {"server": "cloud", "path": "Avtal"}, other: {"server": "files", "path": "avtal"}}
        given = {"site": SITE, "library": LIBRARY.name, **server}
        return self.project("sharepoint", given, shares=[{"name": "avtal", **ends}])

    def directory(self, **server: Any) -> Project:
        return self.project("microsoft365", server, directories=[{"name": "office", "server": "cloud"}])


def _plain(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")) | {"playbook": None} | NOTHING_ELSE
    here = {"kind": "maildir", "root": str(folder / "mail")}
    return data | {"servers": {"here": here, "files": {"kind": "local", "root": str(folder / "files")}}}


@contextlib.contextmanager
def running_cloud(folder: Path) -> Iterator[Cloud]:
    """Anna and Bengt have mailboxes, Cecilia has none."""
    folder.mkdir(parents=True, exist_ok=True)
    database = open_store(folder / "exchange.sqlite")
    for address in (ANNA, BENGT):
        mailboxes.add(database, address)
    database.close()
    made = tenant(
        mail=MailStart(store=folder / "exchange.sqlite"), drives=(LIBRARY,), elsewhere={FOREIGN: FOREIGN_TENANT}
    )
    with running_simulator(folder / "graph", made) as simulator:
        drive = simulator.state.drives[LIBRARY.id]
        drive.made(drive.root, "Avtal", "2026-01-01T00:00:00Z", is_folder=True)
        plain = Project.model_validate(_plain(folder))
        with open_for_check(plain, EnvironmentSecrets({}), MovableClock(BEGIN)) as migration:
            yield Cloud(simulator, folder, migration)


def missing(checked: ServerCheck) -> dict[str, str]:
    """What is missing, with its code."""
    return {one.about: one.code for one in checked.of(State.MISSING)}
