"""Ceph's S3 service (RADOS Gateway) on loopback: one monitor, one object store in a sparse file, one gateway with TLS.

As root, in folders of its own; up in some fifteen seconds. It checks signatures, expiry, policies and locks, which moto does not.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.processes import free_port, running

PACKAGES = {"ceph-mon": "ceph-mon", "ceph-osd": "ceph-osd", "radosgw": "radosgw", "ceph-common": "ceph"}
CONFIG = """
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{port}]
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
run dir = {folder}
admin socket = {folder}/$name.sock
pid file =
log file = {folder}/$name.log
crash dir = {folder}
keyring = {folder}/keyring
mon data = {folder}/mon
mon allow pool size one = true
mon max pg per osd = 2000
osd data = {folder}/osd
osd objectstore = bluestore
osd class update on start = false
bluestore block size = 21474836480
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
rgw gc obj min wait = 5
rgw gc processor period = 5
rgw lc debug interval = 2
rgw enable usage log = false
rgw s3 auth use sts = true
rgw sts key = sixteen-letters-
[osd]
keyring = {folder}/osd/keyring
"""
ACCESS_KEY, SECRET_KEY = "skyflytt-tests", "rgw-secret-of-the-tests"


@dataclass(frozen=True)
class CephRgw:
    """A running gateway: `endpoint_url` is https, with the certificate that it was given; one user with those keys."""

    endpoint_url: str
    access_key_id: str
    secret: str
    folder: Path

    def admin(self, *words: str) -> str:
        """What radosgw-admin says."""
        return _ceph(self.folder, "radosgw-admin", *words)


@contextlib.contextmanager
def running_rgw(require: Callable[..., str], folder: Path, certificate: Path, key: Path) -> Iterator[CephRgw]:
    """The gateway, from when it answers; whatever it keeps is below `folder`."""
    for package, binary in PACKAGES.items():
        require(package, binary=binary)
    for name in ("mon", "osd"):
        (folder / name).mkdir(parents=True)
    fsid, mon_port, port = str(uuid.uuid4()), free_port(), free_port()
    (folder / "ceph.conf").write_text(CONFIG.format(fsid=fsid, port=mon_port, folder=folder))
    _prepare_monitor(folder, fsid, mon_port)
    config = ["-c", str(folder / "ceph.conf")]
    with running(["ceph-mon", *config, "-i", "a", "-f"], mon_port, folder / "mon.out"):
        _prepare_store(folder)
        store = ["ceph-osd", *config, "-i", "0", "-f"]
        with _beside(store, folder / "osd.out"):
            rights = ("mon", "allow rw", "osd", "allow rwx")
            _ceph(folder, "ceph", "auth", "get-or-create", "client.rgw", *rights, "-o", str(folder / "rgw.keyring"))
            frontend = f"beast ssl_endpoint=127.0.0.1:{port} ssl_certificate={certificate} ssl_private_key={key}"
            gateway = ["radosgw", *config, "-n", "client.rgw", "-k", str(folder / "rgw.keyring"), "-f"]
            with running([*gateway, f"--rgw-frontends={frontend}"], port, folder / "rgw.out"):
                served = CephRgw(f"https://localhost:{port}", ACCESS_KEY, SECRET_KEY, folder)
                keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
                served.admin("user", "create", "--uid=tests", "--display-name=tests", *keys)
                yield served


def _prepare_monitor(folder: Path, fsid: str, port: int) -> None:
    keyring, monmap = folder / "keyring", folder / "monmap"
    everything = ("--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *")
    _run("ceph-authtool", "--create-keyring", str(keyring), "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    _run("ceph-authtool", str(keyring), "--gen-key", "-n", "client.admin", *everything)
    address = f"[v2:127.0.0.1:{port}/0]"
    _run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", address, str(monmap))
    config = ("-c", str(folder / "ceph.conf"))
    _run("ceph-mon", *config, "--mkfs", "-i", "a", "--monmap", str(monmap), "--keyring", str(keyring))


def _prepare_store(folder: Path) -> None:
    identity = str(uuid.uuid4())
    secret = _run("ceph-authtool", "--gen-print-key").strip()
    (folder / "osd.json").write_text(json.dumps({"cephx_secret": secret}))
    _ceph(folder, "ceph", "osd", "new", identity, "-i", str(folder / "osd.json"))
    keyring = folder / "osd" / "keyring"
    _run("ceph-authtool", "--create-keyring", str(keyring), "-n", "osd.0", "--add-key", secret)
    config = ("-c", str(folder / "ceph.conf"))
    _run("ceph-osd", *config, "-i", "0", "--mkfs", "--osd-uuid", identity, "--keyring", str(keyring))


@contextlib.contextmanager
def _beside(command: list[str], log: Path) -> Iterator[None]:
    """A program that is waited for by whoever needs it."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _ceph(folder: Path, program: str, *words: str) -> str:
    return _run(program, "-c", str(folder / "ceph.conf"), *words)


def _run(*command: str) -> str:
    environment = {**os.environ, "CEPH_ARGS": ""}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout
