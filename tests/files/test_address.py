"""Addresses of folders, as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.errors.files import AddressWrong
from skyflytt.files.address import address, pair
from skyflytt.files.sftp.configuration import reached

CONFIGURATION = """
Host old
  HostName files.example.com
  Port 2222
  User flytt
  IdentityFile {key}
Host behind
  ProxyJump bastion
"""


APP = "tenant=x.example&client_id=id"


@pytest.fixture(autouse=True)
def nobodys_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No ssh configuration, agent or AWS settings of whoever runs the suite."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (
        "SSH_AUTH_SOCK",
        "SKYFLYTT_SSH_KEY",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("text", "shown", "account", "secret"),
    [
        ("file:///srv/data", "file:/srv/data", "", "never"),
        ("file:///srv/a%20b#c", "file:/srv/a b#c", "", "never"),
        ("sftp://anna@files.example.com", "sftp://anna@files.example.com:22", "anna@files.example.com", "needed"),
        ("SFTP://anna@Files.example.com:2222/d%C3%A5/", "sftp://anna@files.example.com:2222/då", "anna@files.example.com", "needed"),
        ("ftps://anna@x.example/in", "ftps://anna@x.example:21/in", "anna@x.example", "needed"),
        ("s3://handover/a/b/", "s3://handover/a/b", "", "never"),
        ("s3://h?endpoint_url=https://s3.example.com", "s3://h at https://s3.example.com", "", "never"),
        ("smb://anna@nas/data", "smb://anna@nas:445/data", "anna@nas", "needed"),
        ("smb://anna@nas/data/a/b?auth=kerberos", "smb://anna@nas:445/data/a/b", "anna@nas", "never"),
        (
            f"sharepoint://x.sharepoint.com/sites/P/Delade%20dokument/A/B?{APP}",
            "sharepoint://x.sharepoint.com/sites/P/Delade dokument/A/B", "id@x.example", "needed",
        ),
        (f"sharepoint://x.sharepoint.com/Arkiv?{APP}", "sharepoint://x.sharepoint.com/Arkiv", "id@x.example", "needed"),
        (f"sharepoint://anna@x.example/A?{APP}", "sharepoint://anna@x.example/A", "id@x.example", "needed"),
        (f"sharepoint://x.sharepoint.com/A?{APP}&drive=b!1", "sharepoint://b!1/A", "id@x.example", "needed"),
        (
            f"sharepoint://x.sharepoint.com/sites/P?{APP}&auth=certificate&certificate_file=/etc/app.pem",
            "sharepoint://x.sharepoint.com/sites/P", "id@x.example", "maybe",
        ),
        ("dropbox://anna@x.example/A?app_key=k", "dropbox://anna@x.example/A", "anna@x.example", "needed"),
        (
            "dropbox://it@x.example/A?app_key=k&member=it@x.example&space=team",
            "dropbox://the team space of it@x.example/A", "it@x.example", "needed",
        ),
        ("webdavs://anna@cloud.example.com/dav", "webdavs://anna@cloud.example.com:443/dav", "anna@cloud.example.com", "needed"),
    ],
)  # fmt: skip
def test_what_is_understood(text: str, shown: str, account: str, secret: str) -> None:
    found = address(text)
    assert (found.shown, found.account, found.secret) == (shown, account, secret)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/srv/data", "none of file, sftp"),
        ("ftp://anna@x.example", "ftp is none of"),
        ("sftp://x.example/data", "no login stands before the host"),
        ("sftp://anna:hemlig@x.example/data", "it carries a password"),
        ("sftp://anna@x.example:99999/", "no port from 1 to 65535"),
        ("smb://anna@nas/", "it names no share"),
        ("ftps://anna@x.example/?passive=no", "passive"),
        ("sharepoint://x.sharepoint.com/sites/P?client_id=id", "tenant: Field required"),
        ("dropbox://x.example/A?app_key=k", "no login stands before the host"),
        ("dropbox://anna@x.example/A", "app_key"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(AddressWrong, match=why) as refused:
        address(text)
    assert "hemlig" not in str(refused.value)


def test_the_application_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "x.example")
    monkeypatch.setenv("AZURE_CLIENT_ID", "mine")
    assert address("sharepoint://x.sharepoint.com/sites/P").account == "mine@x.example"
    assert address("sharepoint://x.sharepoint.com/sites/P?client_id=other").account == "other@x.example"


def test_one_within_the_other() -> None:
    with pytest.raises(AddressWrong, match="lies within"):
        pair("file:///srv/data", "file:///srv/data/copy")
    assert pair("file:///srv/data", "file:///srv/data2")


def test_the_users_ssh_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key"
    key.touch()
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text(CONFIGURATION.format(key=key))
    found = address("sftp://old/data")
    assert (found.shown, found.secret) == ("sftp://flytt@files.example.com:2222/data", "maybe")
    assert address("sftp://anna@old:22/data").shown == "sftp://anna@files.example.com:22/data"
    with pytest.raises(AddressWrong, match="another host"):
        address("sftp://anna@behind/data")
    monkeypatch.setenv("SKYFLYTT_SSH_KEY", "/elsewhere/key")
    assert reached("old").key_file == Path("/elsewhere/key")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    assert reached("new").agent
