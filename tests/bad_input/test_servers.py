"""Wrong password, unknown host, changed host key, untrusted certificate, missing mailbox: one sentence each, and the next run goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import trustme

from skyflytt.ledger.passes import Account
from skyflytt.phase.migration import Migration
from tests.bad_input.move import (
    FOLDER,
    LEFT_BEHIND,
    MESSAGES,
    SHARE,
    Change,
    Move,
    archives,
    assert_reconciled,
    contents,
    moves_files,
    moves_mail,
    opens_drop,
)

WRONG = "alldeles-fel-lösenord"
NOWHERE = "finns-inte.invalid"
Act = Callable[[Migration], Account]


def server(name: str, **settings: object) -> Change:
    def change(project: dict[str, Any]) -> None:
        project["servers"][name] |= settings

    return change


@pytest.fixture
def other_authority(tmp_path: Path) -> str:
    path = tmp_path / "other-ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return str(path)


def known_hosts(move: Move, name: str, *, with_key: bool) -> str:
    """A file with another key for the server, or with none."""
    path = move.folder / f"known_hosts-{with_key}"
    where = move.sandbox.servers[name]
    public = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    path.write_text(f"[{where.host}]:{where.port} {public}" if with_key else "")
    return str(path)


@pytest.mark.parametrize(
    ("side", "act", "nowhere"),
    [
        ("source", archives, {"url": f"https://{NOWHERE}/EWS/Exchange.asmx"}),
        ("target", moves_mail, {"host": NOWHERE}),
    ],
    ids=["old mailbox", "new mailbox"],
)
def test_mailbox_server(move: Move, other_authority: str, side: str, act: Act, nowhere: dict[str, str]) -> None:
    name = {"source": "old-mail", "target": "new-mail"}[side]

    def nobody(project: dict[str, Any]) -> None:
        project["mailboxes"][0][side]["login"] = "ingen@norrskenbygg.example"

    move.fails("connection.password-refused", act, **{f"mailboxes__info__{side}": WRONG})
    move.fails("connection.password-refused", act, nobody)
    move.fails("connection.host-unknown", act, server(name, **nowhere))
    move.fails("connection.certificate-not-trusted", act, server(name, ca_file=other_authority))
    move.fails("connection.certificate-not-trusted", act, server(name, ca_file=None))
    assert_reconciled(move.run(act), MESSAGES, LEFT_BEHIND)


@pytest.mark.parametrize("name", ["old-files", "new-files"])
def test_file_server(move: Move, name: str) -> None:
    act = moves_files
    move.fails("connection.password-refused", act, **{f"servers__{name}": WRONG})
    move.fails("connection.host-unknown", act, server(name, host=NOWHERE))
    move.fails("connection.host-key-changed", act, server(name, known_hosts=known_hosts(move, name, with_key=True)))
    move.fails("connection.host-key-unknown", act, server(name, known_hosts=known_hosts(move, name, with_key=False)))
    assert_all_files_moved(move)


def test_drop_server(move: Move, other_authority: str) -> None:
    move.fails("connection.password-refused", opens_drop, servers__handover=WRONG)
    move.fails("connection.host-unknown", opens_drop, server("handover", host=NOWHERE))
    move.fails("connection.certificate-not-trusted", opens_drop, server("handover", ca_file=other_authority))
    account = move.run(opens_drop)
    assert_reconciled(account, account.source)
    wanted = contents(move.sandbox.root / "old-files" / FOLDER)
    there = next(path for path in move.sandbox.drop.rglob(f"{SHARE}") if move.name in str(path))
    assert contents(there) == wanted


def test_missing_share(move: Move) -> None:
    def elsewhere(project: dict[str, Any]) -> None:
        project["shares"][0]["source"]["path"] = "company/Finns inte"

    move.fails("files.path-missing", moves_files, elsewhere)
    assert_all_files_moved(move)
    move.fails("files.path-missing", moves_files, elsewhere)
    assert_all_files_moved(move)


def test_missing_maildir(move: Move) -> None:
    root = move.folder / "mail"

    def maildir(project: dict[str, Any]) -> None:
        project["servers"]["maildirs"] = {"kind": "maildir", "root": str(root)}
        project["mailboxes"][0]["target"] = {"server": "maildirs", "login": "info"}

    move.fails("mail.mailbox-missing", moves_mail, maildir)
    for folder in ("cur", "new", "tmp"):
        (root / "info" / folder).mkdir(parents=True)
    assert_reconciled(move.run(moves_mail, maildir), MESSAGES, LEFT_BEHIND)
    assert len(contents(root)) >= MESSAGES


def assert_all_files_moved(move: Move) -> None:
    wanted = contents(move.sandbox.root / "old-files" / FOLDER)
    account = move.run(moves_files)
    assert_reconciled(account, account.source)
    assert account.source >= len(wanted)
    assert contents(move.target) == wanted
