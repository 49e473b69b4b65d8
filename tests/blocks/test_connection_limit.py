"""Each server far away has one limit of connections, whatever speaks to it; a folder of this machine has none."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from blocks.connection_limit import AT_ONCE, limit_name, limit_of
from skyflytt.phase.admission import allowed
from skyflytt.project.servers import Server

SERVERS = TypeAdapter[Server](Server)
TENANT = {"tenant": "norrsken.onmicrosoft.com", "client_id": "11111111-2222-3333-4444-555555555555"}


def server(kind: str, **settings: object) -> Server:
    return SERVERS.validate_python({"kind": kind, **settings})


@pytest.mark.parametrize(
    ("one", "name", "connections"),
    [
        (server("ews", url="https://mail.example.com/EWS/Exchange.asmx", connections=7), "ews-mail.example.com", 7),
        (server("imap", host="Mail.Example.com", port=993), "imap-mail.example.com", 2 * AT_ONCE),
        (server("imap", host="localhost", port=10143, connections=1), "imap-localhost-10143", AT_ONCE),
        (server("sftp", host="files.example.com", user="m", port=2222), "sftp-files.example.com-2222", 4 * AT_ONCE),
        (server("smb", host="files.example.com", user="m", share="data"), "smb-files.example.com", 4 * AT_ONCE),
        (server("webdav", host="cloud.example.com", user="m"), "webdav-cloud.example.com", 4 * AT_ONCE),
        (server("s3", endpoint_url="https://s3.example.com:9000", bucket="b"), "s3-s3.example.com-9000", 8 * AT_ONCE),
        (server("s3", bucket="b", region="eu-north-1"), "s3-aws-eu-north-1", 8 * AT_ONCE),
        (server("graph", **TENANT), "graph-norrsken.onmicrosoft.com", 4 * AT_ONCE),
    ],
)
def test_a_limit_is_named_after_what_everybody_shares(one: Server, name: str, connections: int) -> None:
    assert (limit_name(one, "anna@example.com"), limit_of(one)) == (f"skyflytt-{name}", connections)


@pytest.mark.parametrize("kind", ["local", "maildir", "pst"])
def test_a_folder_of_this_machine_has_no_limit(kind: str, tmp_path: Path) -> None:
    assert limit_name(server(kind, root=tmp_path), "anna") is None


def test_two_servers_at_once_get_what_the_smaller_one_allows() -> None:
    near, far = server("sftp", host="a", user="m", connections=3), server("s3", bucket="b")
    assert (allowed(near, far), allowed(near, far, 1), allowed(far)) == (3, 1, 8)
