"""A share that leaves an FTPS server for an S3 bucket, and comes back to the FTPS server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.phase.migration import open_migration
from skyflytt.phase.move_share import move_share
from skyflytt.phase.verify_share import verify_share
from skyflytt.project.model import Project
from skyflytt.project.secret_keys import server_key, variable_of
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.project.servers import FtpsServer, S3Server
from tests.contract.file_places import Certificates, make_certificates
from tests.phase import discovered
from tests.real.processes import free_port, running_module
from tests.real.proftpd import running_proftpd

pytestmark = pytest.mark.real
BUCKET = "moved"


def quietly(_done: int, _of: int) -> None:
    """No progress."""


def bucket(port: int, certificates: Certificates) -> S3Server:
    url = f"https://127.0.0.1:{port}"
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", verify=str(certificates.ca), **keys)  # type: ignore[call-overload]
    client.create_bucket(Bucket=BUCKET)
    return S3Server(kind="s3", endpoint_url=url, bucket=BUCKET, access_key_id="key", ca_file=certificates.ca)


def moved(project: Project, work: Path, secrets: dict[str, str]) -> tuple[int, int, int]:
    """Moved, failed, and found to be there when looked at again."""
    known = EnvironmentSecrets({variable_of(server_key(name)): value for name, value in secrets.items()})
    with open_migration(project, work, known, MovableClock(discovered.AT)) as migration:
        account = move_share(migration, "homes", quietly)
        return account.moved, account.failed, verify_share(migration, "homes").files


def test_by_way_of_both(require_debian: Callable[..., str], tmp_path: Path) -> None:
    certificates, port = make_certificates(tmp_path), free_port()
    program = require_debian("proftpd-core proftpd-mod-crypto", binary="proftpd")
    old, back = tmp_path / "old", tmp_path / "back"
    (old / "homes" / "Avtal").mkdir(parents=True)
    back.mkdir()
    (old / "homes" / "Avtal" / "Åhléns.pdf").write_bytes(b"%PDF" * 3_000_000)
    (old / "homes" / "tom").touch()
    arguments = ("-H", "127.0.0.1", "-p", str(port), "-c", str(certificates.certificate), "-k", str(certificates.key))
    with (
        running_proftpd(program, tmp_path / "proftpd", certificates.certificate, certificates.key) as ftps,
        running_module("moto.server", *arguments, port=port, log=tmp_path / "moto.log"),
    ):
        common: dict[str, Any] = {"kind": "ftps", "host": "127.0.0.1", "port": ftps.port, "user": ftps.user}
        servers = {
            "old-files": FtpsServer(**common, root=str(old), ca_file=certificates.ca),
            "new-files": bucket(port, certificates),
        }
        secrets = {"old-files": ftps.password, "new-files": "secret"}
        project = discovered.project(tmp_path, drops=[])
        there = project.model_copy(update={"servers": {**project.servers, **servers}})
        assert moved(there, tmp_path / "there", secrets) == (3, 0, 2)
        servers = {
            "old-files": servers["new-files"],
            "new-files": FtpsServer(**common, root=str(back), ca_file=certificates.ca),
        }
        again = project.model_copy(update={"servers": {**project.servers, **servers}})
        assert moved(again, tmp_path / "back-again", dict(zip(secrets, reversed(secrets.values()), strict=True))) == (
            3,
            0,
            2,
        )
    for name in ("Avtal/Åhléns.pdf", "tom"):
        first, last = old / "homes" / name, back / "homes" / name
        assert first.read_bytes() == last.read_bytes()
        assert abs(first.stat().st_mtime - last.stat().st_mtime) <= 1
