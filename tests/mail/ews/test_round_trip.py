"""The collection of messages from Exchange through the archive to another mailbox and back: everybody keeps who he is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from skyflytt.mail.identity import fingerprint
from skyflytt.mail.maildir import open_maildir
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import Fetched, FolderPath, MailSource, MailTarget, NewMessage
from tests.contract.mail_messages import at, corpus, message, new
from tests.mail.engine.mailboxes import Move
from tests.mail.ews.conftest import Server

INBOX = ("INBOX",)
DEEP = ("Projekt", "Åre")
FLAGS = (frozenset(), frozenset({r"\Seen"}), frozenset({r"\Flagged", r"\Seen", "Viktigt"}), frozenset({r"\Answered"}))


def collection() -> dict[FolderPath, list[NewMessage]]:
    raws = [raw for raw in corpus().values() if raw]
    messages = [new(raw, FLAGS[number % 4], at(days=number)) for number, raw in enumerate(raws)]
    return {INBOX: messages[::2], DEEP: messages[1::2]}


def identities(box: MailTarget) -> Counter[tuple[FolderPath, str, frozenset[str]]]:
    found: Counter[tuple[FolderPath, str, frozenset[str]]] = Counter()
    for folder in box.folders():
        entries = {entry.ref: entry for entry in box.changes(folder.path, None).entries}  # type: ignore[attr-defined]
        for answer in box.fetch(folder.path, list(entries)):
            assert isinstance(answer, Fetched), answer
            found[folder.path, fingerprint(answer.raw).fingerprint, entries[answer.ref].flags] += 1
    return found


def put(box: MailTarget) -> None:
    for folder, messages in collection().items():
        made = box.ensure_folder(folder, None)
        refs = box.append(made, messages)
        assert all(isinstance(ref, str) for ref in refs), [ref for ref in refs if not isinstance(ref, str)]


def wanted() -> Counter[tuple[FolderPath, str, frozenset[str]]]:
    return Counter(
        (folder, fingerprint(one.raw).fingerprint, one.flags) for folder, all_ in collection().items() for one in all_
    )


def _whole(move: Move, source: MailSource, target: MailTarget) -> None:
    move.source, move.target = source, target
    collected, delivered = move.run()
    assert (collected.failed, delivered.failed) == (0, 0), move.codes()
    assert delivered.moved == collected.moved > 0


def test_from_exchange_to_memory(server: Server, name: str, move: Move) -> None:
    with server.target(name) as exchange:
        put(exchange)
    target = MemoryMailbox()
    with server.source(name) as source:
        _whole(move, source, target)
    assert identities(target) == wanted()


def test_from_memory_to_exchange(server: Server, name: str, move: Move) -> None:
    source = MemoryMailbox()
    put(source)
    with server.target(name) as exchange:
        _whole(move, source, exchange)
        assert identities(exchange) == wanted()


def test_from_exchange_to_exchange_by_streams(server: Server, name: str, move: Move) -> None:
    with server.target(name) as exchange:
        put(exchange)
    with server.source(name) as source, server.target(server.new()) as target:
        _whole(move, source, target)
        assert identities(target) == wanted()


def test_from_exchange_to_a_maildir_and_back(server: Server, name: str, move: Move, tmp_path: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    with server.target(name) as exchange:
        put(exchange)
    with server.source(name) as source, open_maildir(tmp_path / "box") as target:
        _whole(move, source, target)
        assert _without_flags(identities(target)) == _without_flags(wanted())


def test_to_an_exchange_without_streams(without_streams: Server, move: Move) -> None:
    """Of well-formed mail the MIME that such a server writes anew says the same."""
    source = MemoryMailbox()
    source.append(INBOX, [new(message(number), FLAGS[number % 4], at(days=number)) for number in range(30)])
    with without_streams.target(without_streams.new()) as target:
        _whole(move, source, target)
        assert identities(target) == identities(source)


def _without_flags(found: Counter[tuple[FolderPath, str, frozenset[str]]]) -> Counter[tuple[FolderPath, str]]:
    plain: Counter[tuple[FolderPath, str]] = Counter()
    for (folder, identity, _), count in found.items():
        plain[folder, identity] += count
    return plain
