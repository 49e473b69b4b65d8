"""A drop lives its life at every kind of place that there is, and the customer fetches with the commands of its page."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest

from skyflytt.deadline.clock import Clock, SystemClock
from skyflytt.drop.accounts import Accounts, Permission
from skyflytt.drop.curl_config import curl_config
from skyflytt.drop.lifecycle import DropState, confirm_any, drop_row
from skyflytt.drop.verify import verify_drop
from skyflytt.errors.drop import ExtensionsUsedUp, ReceiptDoesNotMatch
from skyflytt.ledger.progress import untold
from skyflytt.phase.drops import (
    close_and_prove,
    erase_drop,
    extend_drop,
    fill_and_open,
    secret_file_of,
    status_of,
)
from skyflytt.phase.migration import Migration, open_migration
from skyflytt.project.model import Project
from skyflytt.project.secrets import EnvironmentSecrets
from tests.contract.drop_places import ShiftedClock
from tests.contract.file_places import make_certificates
from tests.real.ceph_rgw import running_rgw
from tests.real.drop_servers import running_drop_server
from tests.real.processes import free_port, running_module

Require = Callable[..., str]
FILES = {
    "Backup/Säkerhetskopia 2026.zip": b"PK" * 40_000,
    "avtal/Åsa & Bo [2026].txt": "avtal åäö".encode(),
    "avtal/tom.txt": b"",
    "stor.bin": bytes(range(256)) * 20_000,
}
OPERATOR_SECRET = "operator's own secret"


@dataclass(frozen=True)
class Scene:
    """A server as a project file names it, its secret, and how a customer fetches everything into a folder."""

    server: dict[str, Any]
    secret: str
    fetch: Callable[[str, str, Path], subprocess.CompletedProcess[bytes]]
    """By the page's text and the customer's secret."""
    logs: bool = True


@contextlib.contextmanager
def embedded(base: Path, require: Require) -> Iterator[Scene]:
    certificates, port = make_certificates(base), free_port()
    accounts = Accounts(base / "state")
    accounts.create(
        "operator", OPERATOR_SECRET, home="/", permission=Permission.OPERATOR, opens=datetime(2000, 1, 1).astimezone()
    )
    server = {"kind": "ftps", "host": "localhost", "port": port, "ca_file": str(certificates.ca)}
    arguments = ("--port", str(port), "--cert", str(certificates.both), "--accounts-dir", str(base / "state"))
    with running_module("skyflytt.drop.server", *arguments, "--failed-login-delay", "0.1", port=port, log=base / "log"):
        fetch = _by_rclone(require, certificates.ca)
        yield Scene({**server, "accounts_dir": str(base / "state")}, OPERATOR_SECRET, fetch)


@contextlib.contextmanager
def _remote(software: Literal["proftpd", "vsftpd"], base: Path, require: Require) -> Iterator[Scene]:
    certificates = make_certificates(base)
    with tempfile.TemporaryDirectory(prefix=f"skyflytt-{software}-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        shown = certificates.certificate, certificates.key, certificates.ca
        with running_drop_server(software, require, folder, *shown) as server:
            yield Scene(server.settings.model_dump(mode="json"), "none", _by_lftp(require, certificates.ca))


def proftpd(base: Path, require: Require) -> contextlib.AbstractContextManager[Scene]:
    return _remote("proftpd", base, require)


def vsftpd(base: Path, require: Require) -> contextlib.AbstractContextManager[Scene]:
    return _remote("vsftpd", base, require)


@contextlib.contextmanager
def _rgw(base: Path, require: Require, hand_out: dict[str, str]) -> Iterator[Scene]:
    certificates = make_certificates(base)
    with (
        tempfile.TemporaryDirectory(prefix="skyflytt-rgw-") as name,
        running_rgw(require, Path(name), certificates.certificate, certificates.key) as served,
    ):
        keys = {"aws_access_key_id": served.access_key_id, "aws_secret_access_key": served.secret}
        operator = boto3.client(
            "s3", endpoint_url=served.endpoint_url, region_name="us-east-1", verify=str(certificates.ca), **keys
        )
        operator.create_bucket(Bucket="handover")
        server = {"kind": "s3", "endpoint_url": served.endpoint_url, "bucket": "handover", "region": "us-east-1"}
        server |= {"access_key_id": served.access_key_id, "ca_file": str(certificates.ca), **hand_out}
        if hand_out:
            served.admin("caps", "add", "--uid=tests", "--caps=users=*")
        fetch = _by_aws(require, certificates.ca) if hand_out else _by_links(require, certificates.ca)
        yield Scene(server, served.secret, fetch, logs=False)


def rgw_links(base: Path, require: Require) -> contextlib.AbstractContextManager[Scene]:
    return _rgw(base, require, {})


def rgw_user(base: Path, require: Require) -> contextlib.AbstractContextManager[Scene]:
    return _rgw(base, require, {"hand_out": "user", "users": "rgw"})


def _command(page: str, program: str) -> list[str]:
    """The line of the page that begins with the program, as a shell takes it apart."""
    found = re.search(rf"^    ({program} .*)$", page, re.MULTILINE)
    assert found is not None
    return shlex.split(found[1])


def _by_rclone(require: Require, ca: Path) -> Callable[[str, str, Path], subprocess.CompletedProcess[bytes]]:
    program = require("rclone", binary="rclone")

    def fetch(page: str, secret: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
        hidden = subprocess.run(
            [program, "obscure", "--", secret], capture_output=True, text=True, check=True
        ).stdout.strip()
        words = [word for word in _command(page, "rclone") if word not in {"--ftp-ask-password", "--progress"}]
        command = [*words[:-1], str(folder), "--ftp-pass", hidden, "--retries", "1"]
        # Its FTP passes over --ca-cert.
        return _run(command, folder, {"SSL_CERT_FILE": str(ca)})

    return fetch


def _by_lftp(require: Require, ca: Path) -> Callable[[str, str, Path], subprocess.CompletedProcess[bytes]]:
    require("lftp", binary="lftp")

    def fetch(page: str, secret: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
        words = _command(page, "lftp")
        words[words.index("-u") + 1] += f",{secret}"
        local = words[words.index("-e") + 1].split("/ ")[1].split(";")[0]
        words[words.index("-e") + 1] = (
            f'set ssl:ca-file "{ca}"; set net:max-retries 2; set cmd:fail-exit true; {words[words.index("-e") + 1]}'
        ).replace(local, str(folder))
        return _run(words, folder)

    return fetch


def _by_links(require: Require, ca: Path) -> Callable[[str, str, Path], subprocess.CompletedProcess[bytes]]:
    require("curl", binary="curl")

    def fetch(page: str, secret: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.curl").write_text(curl_config([("index.html", secret)]))
        got = _run(["curl", "--fail", "--cacert", str(ca), "--config", "index.curl"], folder)
        (folder / "index.curl").unlink()
        if got.returncode:
            return got
        link = re.search(r'<a href="([^"]+)"[^>]*>fetch.txt</a>', (folder / "index.html").read_text())
        assert link is not None
        (folder / "list.curl").write_text(curl_config([("fetch.txt", link[1].replace("&amp;", "&"))]))
        _run(["curl", "--fail", "--cacert", str(ca), "--config", "list.curl"], folder)
        (folder / "list.curl").unlink()
        return _run([*_command(page, "curl"), "--cacert", str(ca)], folder)

    return fetch


def _by_aws(require: Require, ca: Path) -> Callable[[str, str, Path], subprocess.CompletedProcess[bytes]]:
    """As the page says: the file with keys in an environment variable; rclone where there is no aws command."""
    program = shutil.which("aws") or require("awscli", binary="aws")

    def fetch(page: str, secret: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
        keys = folder.parent / f"{folder.name}.keys"
        keys.write_text(secret)
        words = _command(page, "aws")
        words[words.index("--endpoint-url") - 1] = str(folder)
        environment = {"AWS_CONFIG_FILE": str(keys), "AWS_SHARED_CREDENTIALS_FILE": str(keys)}
        got = _run([program, *words[1:]], folder, {**environment, "AWS_CA_BUNDLE": str(ca)})
        if got.returncode == 0 and shutil.which("rclone"):
            second = [word for word in _command(page, "rclone") if word != "--progress"]
            second[-1] = str(folder)
            got = _run([*second, "--ca-cert", str(ca), "--checksum", "--retries", "1"], folder, environment)
        return got

    return fetch


def _run(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    home = {"HOME": str(folder.parent), "RCLONE_CONFIG": str(folder.parent / "no-rclone.conf")}
    # rclone ends when a machine's own setting names another bundle of certificates.
    ours = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}
    whole = {**ours, **home, **(environment or {})}
    return subprocess.run(command, cwd=folder, capture_output=True, env=whole, check=False, timeout=120)


def project_at(scene: Scene, base: Path) -> Project:
    return Project.model_validate(
        {
            "project": "norrsken",
            "time_zone": "Europe/Stockholm",
            "customer": {"name": "Norrsken Bygg AB", "language": "sv"},
            "contract": {
                "provider": "Gamla Molnet AB",
                "notice_given": date.today() - timedelta(days=1),  # noqa: DTZ011 - the servers go by the machine's clock
                "notice": {"rule": "days", "days": 1},
                "retrieval_days": 3,
                "erasure_days": 7,
            },
            "servers": {
                "handover": scene.server,
                "old": {"kind": "local", "root": str(base / "old")},
                "new": {"kind": "local", "root": str(base / "new")},
            },
            "shares": [
                {
                    "name": "homes",
                    "source": {"server": "old", "path": "homes"},
                    "target": {"server": "new", "path": "homes"},
                }
            ],
            "applications": [
                {"name": "visma", "product": "Visma 2000", "backup": {"share": "homes", "path": "Backup"}}
            ],
            "drops": [{"name": "handover", "server": "handover", "days": 1, "contents": ["applications", "shares"]}],
        }
    )


@contextlib.contextmanager
def migration(scene: Scene, base: Path, clock: Clock) -> Iterator[Migration]:
    secrets = EnvironmentSecrets({"SKYFLYTT_SECRET_SERVERS_HANDOVER": scene.secret})
    with open_migration(project_at(scene, base), base / "workspace", secrets, clock) as opened:
        yield opened


@pytest.mark.heavy
@pytest.mark.parametrize("place", [embedded, proftpd, vsftpd, rgw_links, rgw_user])
def test_a_drop_lives_its_life(
    place: Callable[[Path, Require], contextlib.AbstractContextManager[Scene]],
    tmp_path: Path,
    require_debian: Require,
) -> None:
    for path, content in FILES.items():
        (tmp_path / "old/homes" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "old/homes" / path).write_bytes(content)
    (tmp_path / "new/homes").mkdir(parents=True)
    (tmp_path / "server").mkdir()
    with place(tmp_path / "server", require_debian) as scene:
        with migration(scene, tmp_path, SystemClock()) as opened:
            page, secret, found = _lived(opened, scene, tmp_path)
            proof = close_and_prove(opened, "handover")
            assert proof
            assert drop_row(opened.ledger, opened.name, "handover").state is DropState.CLOSED
            assert scene.fetch(page, secret, tmp_path / "too late").returncode != 0
            assert not [
                one for one in (tmp_path / "too late").rglob("*") if one.is_file() and one.stat().st_size > 2000
            ]
            assert found.whole
        with migration(scene, tmp_path, ShiftedClock(timedelta(days=40))) as later:
            record = erase_drop(later, "handover")
            assert (record["state"], record["remaining"], record["files"]) == ("completed", 0, len(FILES) + 1)
            assert status_of(later, "handover").erased


def _lived(opened: Migration, scene: Scene, base: Path) -> tuple[str, str, Any]:
    """Open, fetched, extended, fetched once more, received."""
    done = fill_and_open(opened, "handover", untold)
    assert done.opened.files == len(FILES) + 1
    with_page = base / "page"
    secret = secret_file_of(opened, "handover").read_text()
    page = _page(opened, with_page)
    got = scene.fetch(page, secret, base / "fetched")
    assert got.returncode == 0, got.stderr.decode()[-2000:]
    ends_at = extend_drop(opened, "handover", days=1).ends_at
    assert ends_at > done.opened.ends_at
    with pytest.raises(ExtensionsUsedUp):
        extend_drop(opened, "handover", days=1)
    secret = secret_file_of(opened, "handover").read_text()
    got = scene.fetch(_page(opened, with_page), secret, base / "again")
    assert got.returncode == 0, got.stderr.decode()[-2000:]
    for folder in (base / "fetched", base / "again"):
        found = verify_drop(folder)
        assert (found.missing, found.altered, found.extra) == ([], {}, [])
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    found = verify_drop(base / "again")
    stands = status_of(opened, "handover")
    if scene.logs:
        assert stands.never_fetched == ()
        assert {file.path for file in stands.fetched or () if file.times} >= {"manifest.csv", "shares/homes/stor.bin"}
    with pytest.raises(ReceiptDoesNotMatch):
        confirm_any(opened.ledger, opened.name, "0" * 64, by="Anna Åström")
    confirm_any(opened.ledger, opened.name, found.receipt, by="Anna Åström")
    return page, secret, found


def _page(opened: Migration, folder: Path) -> str:
    """The page in the drop, as an operator reads it there."""
    from skyflytt.phase.drops import _work  # noqa: PLC0415 - the operator's own way in

    with _work(opened, "handover") as work, work.folder.read("HOW-TO-FETCH.sv.txt") as file:
        return file.read().decode()
