"""The places that the contract of `AccountKeeper` runs over. A new place is one function here."""

from __future__ import annotations

import contextlib
import re
import shutil
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from skyflytt.deadline.clock import Clock, SystemClock
from skyflytt.drop.accounts import Accounts
from skyflytt.drop.embedded_accounts import EmbeddedAccounts
from skyflytt.drop.keeper import AccountKeeper
from skyflytt.drop.place import Place
from skyflytt.drop.presigned_index import FETCH_LIST
from skyflytt.drop.remote.accounts import open_remote_accounts
from skyflytt.drop.s3.bucket import AccessKeys, client
from skyflytt.drop.s3.handed_over import keys_in
from skyflytt.drop.s3.opening import open_s3_keeper
from skyflytt.drop.s3.policy import document
from skyflytt.errors.files import PathMissing, PathRefused
from skyflytt.files.ftps import open_ftps
from skyflytt.files.s3.failures import failures
from skyflytt.project.servers import FtpsServer, S3Server
from tests.contract.file_places import make_certificates
from tests.real.ceph_rgw import running_rgw
from tests.real.drop_servers import running_drop_server
from tests.real.processes import free_port, running_module

Require = Callable[..., str]
FOLDER, LOGIN = "norrsken/handover", "norrsken-handover"


@dataclass
class ShiftedClock:
    """The machine's, so much later."""

    by: timedelta = timedelta(0)
    name: str = "shifted"

    def now(self) -> datetime:
        return SystemClock().now() + self.by


@dataclass(frozen=True)
class DropPlace:
    """One adapter with a server behind it."""

    place: Place
    keeper: Callable[[Clock], AbstractContextManager[AccountKeeper]]
    put: Callable[[str, bytes], None]
    """A file into the drop's folder, as filling does."""
    fetch: Callable[[str], dict[str, bytes]]
    """Everything that the customer can see, by its secret. Raises when it is let in nowhere."""
    keeps_contents: bool = True
    """Closing leaves what the drop holds where it is."""
    logs: bool = False
    ends_by_itself: bool = True
    old_secrets_end: bool = True

    def now(self) -> datetime:
        return datetime.now(UTC)


def _fetch_ftps(server: FtpsServer, secret: str) -> dict[str, bytes]:
    with open_ftps(server, secret, user=LOGIN) as store:
        found = {}
        for entry in store.scan():
            if not isinstance(entry, Exception) and entry.kind == "file":
                with store.read(entry.path) as file:
                    found[entry.path] = file.read()
        return found


@contextlib.contextmanager
def embedded(base: Path, require: Require) -> Iterator[DropPlace]:
    certificates, port = make_certificates(base), free_port()
    accounts = Accounts(base / "state")
    server = FtpsServer(kind="ftps", host="localhost", port=port, ca_file=certificates.ca)
    arguments = ("--port", str(port), "--cert", str(certificates.both), "--accounts-dir", str(base / "state"))
    folder = base / "state" / "files" / FOLDER

    @contextlib.contextmanager
    def keeper(clock: Clock) -> Iterator[AccountKeeper]:
        yield EmbeddedAccounts(accounts, server, clock)

    with running_module("skyflytt.drop.server", *arguments, "--failed-login-delay", "0.1", port=port, log=base / "log"):
        yield DropPlace(
            Place("ftps", "localhost", port, FOLDER, LOGIN), keeper, _writer(folder), lambda secret: _fetch_ftps(server, secret),
            logs=True,
        )  # fmt: skip


@contextlib.contextmanager
def _remote(software: Literal["proftpd", "vsftpd"], base: Path, require: Require) -> Iterator[DropPlace]:
    certificates = make_certificates(base)
    with tempfile.TemporaryDirectory(prefix=f"skyflytt-{software}-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running_drop_server(
            software, require, folder, certificates.certificate, certificates.key, certificates.ca
        ) as server:
            yield DropPlace(
                Place("ftps", "localhost", server.settings.port, FOLDER, LOGIN),
                lambda clock: open_remote_accounts(server.settings, None, clock),
                _writer(server.files / FOLDER, owner=server.user),
                lambda secret: _fetch_ftps(server.settings, secret),
                logs=True,
            )


def proftpd(base: Path, require: Require) -> AbstractContextManager[DropPlace]:
    return _remote("proftpd", base, require)


def vsftpd(base: Path, require: Require) -> AbstractContextManager[DropPlace]:
    return _remote("vsftpd", base, require)


@contextlib.contextmanager
def _s3(settings: dict[str, Any], secret: str, **more: bool) -> Iterator[DropPlace]:
    server = S3Server.model_validate({"kind": "s3", "bucket": "handover", "prefix": "drops/", **settings})
    address = urlsplit(server.endpoint_url or "")
    place = Place("s3", address.hostname or "", address.port or 443, FOLDER, LOGIN)
    operator = client(server, AccessKeys(server.access_key_id, secret))
    with contextlib.suppress(operator.exceptions.BucketAlreadyOwnedByYou):
        operator.create_bucket(Bucket=server.bucket)

    def put(path: str, content: bytes) -> None:
        operator.put_object(Bucket=server.bucket, Key=f"drops/{FOLDER}/{path}", Body=content)

    fetch = _fetch_links if server.hand_out == "links" else _fetch_objects
    yield DropPlace(
        place, lambda clock: open_s3_keeper(server, secret, clock), put, lambda secret: fetch(server, secret),
        keeps_contents=False, **more,
    )  # fmt: skip


def _fetch_links(server: S3Server, secret: str) -> dict[str, bytes]:
    with httpx.Client(verify=ssl.create_default_context(cafile=str(server.ca_file))) as http:

        def read(link: str) -> bytes:
            answer = http.get(link)
            if answer.status_code != 200:
                raise PathRefused(server.bucket, str(answer.status_code))
            return answer.content

        links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', read(secret).decode())
        # Its list of links for a program is the drop's own, and not of its contents.
        return {unescape(name): read(unescape(link)) for link, name in links if name != FETCH_LIST}


def _fetch_objects(server: S3Server, secret: str) -> dict[str, bytes]:
    keys = keys_in(Place("s3", "", 0, FOLDER, LOGIN), secret)
    assert keys is not None
    s3 = client(server, keys)
    with failures(server.bucket, server.bucket):
        listed = s3.list_objects_v2(Bucket=server.bucket, Prefix=f"drops/{FOLDER}/").get("Contents", [])
        names = [item["Key"] for item in listed]
        read = {name: s3.get_object(Bucket=server.bucket, Key=name)["Body"].read() for name in names}
    if not read:
        raise PathMissing(server.bucket, "nothing is there")
    return {name.removeprefix(f"drops/{FOLDER}/"): content for name, content in read.items()}


@contextlib.contextmanager
def _moto(base: Path, **settings: str) -> Iterator[DropPlace]:
    """It checks neither signatures nor policies nor ends: here, for the surface alone."""
    certificates, port = make_certificates(base), free_port()
    arguments = ("-H", "127.0.0.1", "-p", str(port), "-c", str(certificates.certificate), "-k", str(certificates.key))
    with running_module("moto.server", *arguments, port=port, log=base / "log"):
        place = {"endpoint_url": f"https://127.0.0.1:{port}", "region": "us-east-1", "access_key_id": "key"}
        with _s3(
            place | settings | {"ca_file": certificates.ca}, "secret", ends_by_itself=False, old_secrets_end=False
        ) as made:
            yield made


def moto_links(base: Path, require: Require) -> AbstractContextManager[DropPlace]:
    return _moto(base)


def moto_temporary(base: Path, require: Require) -> AbstractContextManager[DropPlace]:
    return _moto(base, hand_out="temporary", role="arn:aws:iam::123456789012:role/drop")


def moto_user(base: Path, require: Require) -> AbstractContextManager[DropPlace]:
    return _moto(base, hand_out="user")


@contextlib.contextmanager
def _rgw(base: Path, require: Require, **settings: str) -> Iterator[DropPlace]:
    certificates = make_certificates(base)
    with running_rgw(require, base / "ceph", certificates.certificate, certificates.key) as server:
        server.admin("caps", "add", "--uid=tests", "--caps=roles=*;users=*")
        place = {"endpoint_url": server.endpoint_url, "region": "default", "access_key_id": server.access_key_id}
        place["ca_file"] = certificates.ca
        if settings.get("hand_out") == "temporary":
            settings["role"] = _role(S3Server.model_validate({"kind": "s3", "bucket": "any", **place}), server.secret)
        with _s3(place | settings, server.secret, old_secrets_end=settings.get("hand_out") == "user") as made:
            yield made


def _role(server: S3Server, secret: str) -> str:
    """One that may read every bucket: a session's own policy holds it to its drop."""
    iam = client(server, AccessKeys(server.access_key_id, secret), "iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/tests"]}, "Action": ["sts:AssumeRole"]}
    made = iam.create_role(RoleName="drop", Path="/", AssumeRolePolicyDocument=document([trust]))
    rights = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::*"]}
    iam.put_role_policy(RoleName="drop", PolicyName="read", PolicyDocument=document([rights]))
    return str(made["Role"]["Arn"])


def rgw_links(base: Path, require: Require) -> AbstractContextManager[DropPlace]:
    return _rgw(base, require)


def rgw_temporary(base: Path, require: Require) -> AbstractContextManager[DropPlace]:
    return _rgw(base, require, hand_out="temporary")


def rgw_user(base: Path, require: Require) -> AbstractContextManager[DropPlace]:
    return _rgw(base, require, hand_out="user", users="rgw")


def _writer(folder: Path, owner: str | None = None) -> Callable[[str, bytes], None]:
    def put(path: str, content: bytes) -> None:
        for made in (*reversed((folder / path).parents[: len(Path(path).parts) + 1]), folder / path):
            if made == folder / path:
                made.write_bytes(content)
            else:
                made.mkdir(exist_ok=True)
            if owner:
                shutil.chown(made, owner, owner)

    return put


PLACES = (embedded, proftpd, vsftpd, moto_links, moto_temporary, moto_user, rgw_links, rgw_temporary, rgw_user)
