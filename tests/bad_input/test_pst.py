"""PST files of a project that are not there, are none, are locked or cut short: one sentence each, and the next run goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from skyflytt.errors.base import Failure
from skyflytt.ledger.progress import untold
from skyflytt.outlook.errors import NoMailThere, NotAPst, PstDamaged, PstEncryptionUnknown
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.pst.messaging import store
from skyflytt.outlook.pst.reading import open_pst
from skyflytt.phase.archive_mailbox import archive_mailbox
from skyflytt.phase.count_mailbox import count_mailbox
from skyflytt.phase.migration import Migration
from skyflytt.phase.move_mailbox import move_mailbox
from skyflytt.project.load import load_project
from skyflytt.project.problems import ProjectFileInvalid
from tests.contract.mail_messages import message
from tests.mail.pst.handed_over import write_pst_file
from tests.phase.discovered import EXAMPLE, make_mailbox, migration

ENCRYPTION_AT = 513
"""bCryptMethod in the header ([MS-PST] 2.2.2.6)."""
PROTECTED = 0x10
ACTS: dict[str, Callable[[Migration], Any]] = {
    "discovery": lambda opened: count_mailbox(opened, "info", untold),
    "archive": lambda opened: archive_mailbox(opened, "info", untold),
    "delta": lambda opened: move_mailbox(opened, "info", untold),
}


def make_missing(file: Path) -> None:
    file.unlink()


def make_other(file: Path) -> None:
    file.write_bytes(b"PK\3\4" * 300)


def make_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


def make_protected(file: Path) -> None:
    """By Windows Information Protection, whose key only the owner's machine has."""
    data = bytearray(file.read_bytes())
    data[ENCRYPTION_AT] = PROTECTED
    file.write_bytes(data)


def make_empty_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def settings(root: Path) -> dict[str, Any]:
    """The mailbox `info` from its PST file into a Maildir."""
    servers = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["servers"]
    return {
        "servers": servers
        | {"pst": {"kind": "pst", "root": root / "pst"}, "new-mail": {"kind": "maildir", "root": root / "new-mail"}},
        "mailboxes": [
            {
                "name": "info",
                "source": {"server": "pst", "login": "info.pst"},
                "target": {"server": "new-mail", "login": "info"},
            }
        ],
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    make_mailbox(tmp_path, "new")
    (tmp_path / "pst").mkdir()
    write_pst_file(tmp_path / "pst" / "info.pst", {("Inbox",): [message(1), message(2)]})
    return tmp_path / "pst" / "info.pst"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (make_missing, NotAPst),
        (make_other, NotAPst),
        (make_short, PstDamaged),
        (make_protected, PstEncryptionUnknown),
        (make_empty_folder, NoMailThere),
    ],
    ids=["missing", "not a PST", "cut short", "protected", "empty folder"],
)
def test_a_file_that_cannot_be_used(
    file: Path, tmp_path: Path, spoil: Callable[[Path], None], kind: type[Failure], act: str
) -> None:
    good = file.read_bytes()
    spoil(file)
    with migration(tmp_path, **settings(tmp_path)) as opened, pytest.raises(kind) as raised:
        ACTS[act](opened)
    assert raised.value.item == str(file)
    assert raised.value.advice
    if file.is_dir():
        file.rmdir()
    file.write_bytes(good)
    with migration(tmp_path, **settings(tmp_path)) as opened:
        account = move_mailbox(opened, "info", untold)
    assert (account.source, account.moved, account.failed) == (2, 2, 0)


def test_a_password_is_no_hindrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a checksum in the file that Outlook compares; nothing is encrypted by it."""
    written = store.write_property_context

    def locked(database: Any, properties: Any, *more: Any) -> Any:
        return written(database, {**properties, tags.PST_PASSWORD: 0x1234ABCD}, *more)

    make_mailbox(tmp_path, "new")
    (tmp_path / "pst").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(store, "write_property_context", locked)
        write_pst_file(tmp_path / "pst" / "info.pst", {("Inbox",): [message(1), message(2)]})
    with open_pst(tmp_path / "pst" / "info.pst") as reader:
        assert reader.password_protected
    with migration(tmp_path, **settings(tmp_path)) as opened:
        account = move_mailbox(opened, "info", untold)
    assert (account.source, account.moved, account.failed) == (2, 2, 0)


def test_no_mailbox_goes_to_it(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("kind: maildir, root: maildir", "kind: pst, root: pst")
    text = text.replace("target: {server: new-mail, login: anna", "target: {server: old-maildir, login: anna")
    (tmp_path / "project.yaml").write_text(text, "utf-8")
    with pytest.raises(ProjectFileInvalid) as caught:
        load_project(tmp_path / "project.yaml")
    (problem,) = caught.value.problems
    wanted = next(
        number for number, line in enumerate(text.splitlines(), 1) if "server: old-maildir, login: anna" in line
    )
    assert (problem.file, problem.line) == (str(tmp_path / "project.yaml"), wanted)
    assert "only read from" in problem.what
