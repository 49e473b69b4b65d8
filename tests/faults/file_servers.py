"""The file servers of the matrix: how each is reached over a line, and where what it holds lies on this machine's disk."""

from __future__ import annotations

import itertools
import os
import pwd
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from skyflytt.files.local import open_local
from skyflytt.files.port import FileStore
from skyflytt.project.servers import FtpsServer, LocalServer, S3Server, SftpServer, SmbServer, WebdavServer
from tests.contract.file_places import Certificates, _make_bucket, make_certificates, open_folder, webdav_settings
from tests.faults.file_passes import End
from tests.faults.file_wire import FileWire, file_wire
from tests.real.apache import running_apache
from tests.real.processes import free_port, running_module
from tests.real.proftpd import running_proftpd
from tests.real.samba import running_samba
from tests.real.sshd import running_sshd
from tests.real.vsftpd import running_vsftpd

NUMBERS = itertools.count()
Require = Callable[..., str]


@dataclass(frozen=True)
class FileServer:
    """`settings(root, port)` are its adapter's. Roots are folders below `base`, of the user `owner` if not of this one's.

    `near` has the certificate to end the client's TLS with, where the protocol lets a line do so; `words` is how it says that it has
    too many connections.
    """

    name: str
    settings: Callable[[Path, int], Any]
    base: Path
    port: int | None = None
    secret: str | None = None
    owner: int | None = None
    on_disk: bool = True
    near: ssl.SSLContext | None = None
    words: bytes = b""
    known_hosts: Path | None = None

    @property
    def is_ftp(self) -> bool:
        return self.name in ("proftpd", "vsftpd")

    def new_root(self) -> Path:
        root = self.base / f"root{next(NUMBERS)}"
        if self.on_disk:
            root.mkdir()
            if self.owner is not None:
                os.chown(root, self.owner, self.owner)
        return root

    def give_away(self, root: Path) -> None:
        """What was put past the server is the server's user's, as if it had come through it."""
        if self.owner is not None:
            for each in root.rglob("*"):
                os.chown(each, self.owner, self.owner)

    @contextmanager
    def line(self) -> Iterator[FileWire | None]:
        if self.port is None:
            yield None
            return
        with file_wire(self.port, self.near, prefaced=self.is_ftp) as opened:
            if self.known_hosts is not None:
                known = self.known_hosts.read_text().splitlines()
                lines = [
                    line.replace(f":{self.port} ", f":{opened.port} ") for line in known if f":{self.port} " in line
                ]
                self.known_hosts.write_text("\n".join([*known, *lines, ""]))
            yield opened

    def end(self, root: Path, port: int | None = None) -> End:
        """To be reached at another port, which is that of a line."""
        server = self.settings(root, port or self.port or 0)
        return End(server, self.secret, self.port if self.is_ftp and port is not None else None)

    @contextmanager
    def held(self, root: Path) -> Iterator[FileStore]:
        """What it holds, past the server where that is possible."""
        if self.on_disk:
            with open_local(SimpleNamespace(root=root)) as store:
                yield store
            return
        with self.end(root).open() as store:
            yield store


def local(base: Path) -> FileServer:
    return FileServer("local", lambda root, _port: LocalServer(kind="local", root=root), base)


@contextmanager
def openssh(base: Path, require: Require) -> Iterator[FileServer]:
    with running_sshd(require("openssh-server", binary="sshd"), base / "sshd") as sshd:
        keys = {"known_hosts": sshd.known_hosts, "key_file": sshd.key_file}

        def settings(root: Path, port: int) -> SftpServer:
            return SftpServer(kind="sftp", host="127.0.0.1", port=port, user=sshd.user, root=str(root), **keys)

        busy = b"Exceeded MaxStartups\r\n"
        yield FileServer("openssh", settings, base, sshd.port, words=busy, known_hosts=sshd.known_hosts)


def _ftps(name: str, base: Path, server: Any, certificates: Certificates) -> FileServer:
    def settings(root: Path, port: int) -> FtpsServer:
        return FtpsServer(
            kind="ftps", host="127.0.0.1", port=port, ca_file=certificates.ca, user=server.user, root=str(root)
        )

    busy = b"421 There are too many connected users, please try later.\r\n"
    return FileServer(name, settings, base, server.port, server.password, words=busy)


@contextmanager
def proftpd(base: Path, certificates: Certificates, require: Require) -> Iterator[FileServer]:
    program = require("proftpd-core proftpd-mod-crypto", binary="proftpd")
    with running_proftpd(program, base / "proftpd", certificates.certificate, certificates.key) as server:
        yield _ftps("proftpd", base, server, certificates)


@contextmanager
def vsftpd(base: Path, certificates: Certificates) -> Iterator[FileServer]:
    with running_vsftpd(base / "vsftpd", certificates.certificate, certificates.key) as server:
        yield _ftps("vsftpd", base, server, certificates)


def _serving(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    return context


BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def moto(base: Path, certificates: Certificates) -> Iterator[FileServer]:
    port = free_port()
    arguments = ("-H", "127.0.0.1", "-p", str(port), "-c", str(certificates.certificate), "-k", str(certificates.key))
    plain = {"bucket": "handover", "region": "us-east-1", "access_key_id": "key", "ca_file": certificates.ca}

    def settings(root: Path, port: int) -> S3Server:
        address = f"https://127.0.0.1:{port}"
        return S3Server(kind="s3", prefix=f"{root.name}/", endpoint_url=address, **plain)

    with running_module("moto.server", *arguments, port=port, log=base / "moto.log"):
        _make_bucket(plain | {"endpoint_url": f"https://127.0.0.1:{port}"}, "secret")
        yield FileServer("moto", settings, base, port, "secret", on_disk=False, near=_serving(certificates), words=BUSY)


@contextmanager
def apache(certificates: Certificates, require: Require) -> Iterator[FileServer]:
    program = require("apache2-bin", binary="apache2")
    with (
        open_folder("apache") as folder,
        open_folder("webdav") as content,
        running_apache(program, folder, content, certificates.certificate, certificates.key) as server,
    ):
        plain = webdav_settings(server, certificates)

        def settings(root: Path, port: int) -> WebdavServer:
            return WebdavServer(kind="webdav", root=f"/{root.name}", **(plain | {"port": port}))

        yield FileServer(
            "apache",
            settings,
            content,
            server.port,
            server.password,
            owner=server.owner,
            near=_serving(certificates),
            words=BUSY,
        )


@contextmanager
def samba(base: Path, require: Require) -> Iterator[FileServer]:
    as_root = os.geteuid() == 0
    with (
        open_folder("samba") as path,
        running_samba(
            require("samba", binary="smbd"),
            base / "samba",
            path,
            share_settings="force user = daemon" if as_root else "",
        ) as server,
    ):

        def settings(root: Path, port: int) -> SmbServer:
            share = {"share": server.share, "user": server.user, "root": f"/{root.name}"}
            return SmbServer(kind="smb", host="127.0.0.1", port=port, **share)

        owner = pwd.getpwnam("daemon").pw_uid if as_root else None
        yield FileServer("samba", settings, path, server.port, server.password, owner=owner)


@contextmanager
def all_servers(base: Path, require: Require) -> Iterator[list[tuple[FileServer, FileServer]]]:
    """The routes between them."""
    certificates = make_certificates(base)
    here = local(base)
    with ExitStack() as stack:
        ssh = stack.enter_context(openssh(base, require))
        pro = stack.enter_context(proftpd(base, certificates, require))
        vs = stack.enter_context(vsftpd(base, certificates))
        bucket = stack.enter_context(moto(base, certificates))
        web = stack.enter_context(apache(certificates, require))
        share = stack.enter_context(samba(base, require))
        yield [
            (here, ssh),
            (ssh, here),
            (here, pro),
            (vs, here),
            (here, bucket),
            (here, web),
            (web, here),
            (here, share),
            (here, vs),
            (bucket, pro),
        ]
