"""The customer of a sandbox as these tests know it: its servers, its clock, and projects cut out of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from blocks import MigrationProject
from deployments.register import register_blocks
from skyflytt.deadline.clock import FileClock
from skyflytt.project.secrets import FileSecrets
from skyflytt.sandbox import project_file
from skyflytt.sandbox.state import Sandbox


@dataclass(frozen=True)
class Company:
    """One sandbox in `home`; its clock stands at the morning of the notice until it is moved."""

    home: Path
    sandbox: Sandbox
    clock: FileClock

    def register(self) -> MigrationProject:
        """The whole customer; its drop goes without the shares, whose 2,000 files take FTPS a long time.

        A person changes its domain's records: what programs do there has tests of its own.
        """
        whole = project_file.project(self.sandbox)
        del whole["domains"][0]["host"]
        whole["drops"][0]["contents"] = ["mailboxes", "applications"]
        return self._register(self._write(whole), "norrsken")

    def register_part(
        self, name: str, mailboxes: list[str], shares: dict[str, str], **servers: dict[str, Any]
    ) -> MigrationProject:
        """A part of the customer as a project of its own: mailboxes by name, shares as name and path at the source.

        Its new home is a folder of this machine, so that it is in nobody's way. `servers` change settings of servers.
        """
        whole = project_file.project(self.sandbox)
        new_home = self.home / f"{name}-new-home"
        whole["project"] = name
        whole["servers"]["new-mail"] = {"kind": "maildir", "root": str(new_home / "mail")}
        whole["servers"]["new-files"] = {"kind": "local", "root": str(new_home / "files")}
        whole["mailboxes"] = [mailbox for mailbox in whole["mailboxes"] if mailbox["name"] in mailboxes]
        whole["shares"] = [
            {"name": share, "source": {"server": "old-files", "path": path}, "target": {"server": "new-files", "path": share}}
            for share, path in shares.items()
        ]  # fmt: skip
        whole["applications"], whole["domains"], whole["logs"] = [], [], []
        whole["drops"] = [{"name": "handover", "server": "handover-s3", "days": 3, "contents": ["mailboxes", "shares"]}]
        for server, changed in servers.items():
            whole["servers"][server.replace("_", "-")].update(changed)
        (new_home / "files").mkdir(parents=True, exist_ok=True)
        (new_home / "mail").mkdir(parents=True, exist_ok=True)
        return self._register(self._write(whole), name)

    def _write(self, project: dict[str, Any]) -> Path:
        file = self.sandbox.root / f"{project['project']}.yaml"
        file.write_text(yaml.safe_dump(project, allow_unicode=True))
        return file

    def _register(self, file: Path, name: str) -> MigrationProject:
        secrets = FileSecrets(self.sandbox.secrets_file)
        return register_blocks(file, self.home / f"{name}-workspace", secrets, clock_file=self.home / "clock")
