"""What every `MailSource` must do, over every adapter."""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skyflytt.errors.base import Transient
from skyflytt.errors.connection import (
    CertificateNotTrusted,
    ConnectionLost,
    HostUnknown,
    PasswordRefused,
    ServerUnreachable,
    TlsMissing,
)
from skyflytt.errors.mail import FolderRefused, MessageVanished
from skyflytt.mail.identity import fingerprint, matches
from skyflytt.mail.imap import fetch, open_imap, open_imap_source
from skyflytt.mail.port import Fetched, FetchFailure, FolderPath, FolderRole, MailTarget, MessageEntry
from skyflytt.project.servers import ImapServer
from tests.contract.mail_messages import RECEIVED, at, big_message, corpus, message, new
from tests.contract.mail_places import SOURCES, Place
from tests.real.cutting_proxy import cutting_proxy
from tests.real.processes import free_port

INBOX = ("INBOX",)


@pytest.fixture(scope="module", params=SOURCES, ids=lambda place: place.__name__)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    require: Callable[..., str] = request.getfixturevalue("require_debian")
    with request.param(tmp_path_factory.mktemp("mail"), require) as made:
        yield made


@pytest.fixture
def name(place: Place) -> str:
    return place.new_mailbox("full")


@pytest.fixture
def target(place: Place, name: str) -> Iterator[MailTarget]:
    with place.target(name) as opened:
        yield opened


@pytest.fixture
def server(place: Place) -> ImapServer:
    if not place.servers:
        pytest.skip("no network here")
    return next(iter(place.servers.values()))


def fill(target: MailTarget, folder: FolderPath, count: int) -> list[str]:
    return [str(ref) for ref in target.append(folder, [new(message(number)) for number in range(count)])]


def after(
    before: dict[str, MessageEntry], place: Place, name: str, token: str | None
) -> tuple[dict[str, MessageEntry], str | None]:
    """What somebody knows who applies the changes since `token` to what he knew."""
    with place.source(name) as source:
        changes = source.changes(INBOX, token)
    if changes.complete:
        assert not changes.vanished
        return {entry.ref: entry for entry in changes.entries}, changes.token
    known = before | {entry.ref: entry for entry in changes.entries}
    return {ref: entry for ref, entry in known.items() if ref not in changes.vanished}, changes.token


def test_changes_applied_one_after_another_give_the_whole(place: Place, name: str, target: MailTarget) -> None:
    known, token = after({}, place, name, None)
    assert known == {}
    refs = fill(target, INBOX, 6)
    known, token = after(known, place, name, token)
    assert set(known) == set(refs)
    target.set_flags(INBOX, refs[0], frozenset({r"\Flagged"}))
    target.delete(INBOX, [refs[1], refs[2]])
    refs += fill(target, INBOX, 1)
    known, token = after(known, place, name, token)
    assert set(known) == {refs[0], *refs[3:]}
    assert known[refs[0]].flags == {r"\Flagged"}
    target.delete(INBOX, list(known))
    known, token = after(known, place, name, token)
    assert known == {}


def test_tokens_save_the_listing_where_offered(place: Place, name: str, target: MailTarget) -> None:
    refs = fill(target, INBOX, 5)
    with place.source(name) as source:
        first = source.changes(INBOX, None)
        assert first.complete
        assert (first.token is not None) == source.capabilities.change_tokens
        again = source.changes(INBOX, first.token)
        assert again.complete != source.capabilities.change_tokens
        target.delete(INBOX, refs[:1])
        changed = source.changes(INBOX, first.token)
        if source.capabilities.change_tokens:
            assert list(again.entries) == []
            assert (list(changed.entries), list(changed.vanished)) == ([], refs[:1])


@pytest.mark.parametrize("token", ["", "x", "1:1", "0:0", "99999:5", "::", "1:x", "🙂"])
def test_unknown_tokens_are_answered_with_everything(place: Place, name: str, target: MailTarget, token: str) -> None:
    refs = fill(target, INBOX, 3)
    with place.source(name) as source:
        changes = source.changes(INBOX, f"77{token}" if token == "1:1" else token)
    assert changes.complete
    assert {entry.ref for entry in changes.entries} == set(refs)


def test_folders_are_told_with_counts_and_roles(place: Place, name: str, target: MailTarget) -> None:
    sent = target.ensure_folder(("Skickat",), FolderRole.SENT)
    deep = target.ensure_folder(("Projekt", "Å & Ö", "Sent"), None)
    fill(target, sent, 2)
    fill(target, deep, 3)
    with place.source(name) as source:
        folders = {folder.path: folder for folder in source.folders()}
    assert list(folders) == sorted(folders)
    assert (folders[sent].role, folders[sent].message_count) == (FolderRole.SENT, 2)
    assert (folders[deep].role, folders[deep].message_count) == (None, 3)
    sizes = [folder.size_bytes for folder in folders.values() if folder.size_bytes is not None]
    assert not sizes or place.rewrites or sum(sizes) == 5 * len(message(0))
    assert not sizes or sum(sizes) > 0


def test_an_edited_message_gets_another_edition(place: Place, name: str, target: MailTarget) -> None:
    refs = fill(target, INBOX, 3)
    before, token = after({}, place, name, None)
    assert len({one.edition for one in before.values()} | {""}) == (4 if place.edit else 1)
    with place.source(name) as source:
        assert source.capabilities.editions == (place.edit is not None)
    if place.edit is None:
        return
    place.edit(target, INBOX, refs[1])
    now, _ = after(before, place, name, token)
    assert [ref for ref in refs if now[ref].edition != before[ref].edition] == [refs[1]]
    with place.source(name) as source:
        whole = {entry.ref: entry.edition for entry in source.changes(INBOX, None).entries}
        assert whole == {ref: entry.edition for ref, entry in now.items()}
        contents = {one.ref: one.raw for one in source.fetch(INBOX, refs) if isinstance(one, Fetched)}
    assert [matches(contents[ref], message(number)) is None for number, ref in enumerate(refs)] == [False, True, False]


def test_vanished_messages_are_answered_one_by_one(place: Place, name: str, target: MailTarget) -> None:
    refs = fill(target, INBOX, 3)
    target.delete(INBOX, refs[1:2])
    with place.source(name) as source:
        answers = {answer.ref: answer for answer in source.fetch(INBOX, [*refs, "12:99999999", "nonsense"])}
        assert list(source.fetch(INBOX, [])) == []
    assert isinstance(answers[refs[0]], Fetched)
    assert isinstance(answers[refs[2]], Fetched)
    for ref in (refs[1], "12:99999999", "nonsense"):
        answer = answers[ref]
        assert isinstance(answer, FetchFailure)
        assert isinstance(answer.failure, MessageVanished)
        assert answer.failure.item == ref


def test_missing_folder_is_refused(place: Place, name: str, target: MailTarget) -> None:
    with place.source(name) as source:
        with pytest.raises(FolderRefused):
            source.changes(("Finns inte",), None)
        with pytest.raises(FolderRefused):
            list(source.fetch(("Finns inte",), ["1:1"]))
        assert source.changes(INBOX, None).complete


def test_new_uidvalidity_gives_a_complete_listing_with_other_refs(place: Place, name: str) -> None:
    if place.renumber is None:
        pytest.skip("refs outlive everything here")
    folder = ("Arkiv",)
    with place.target(name) as target:
        target.ensure_folder(folder, None)
        refs = fill(target, folder, 3)
        with place.source(name) as source:
            token = source.changes(folder, None).token
    place.renumber(name, folder)
    with place.source(name) as source:
        changes = source.changes(folder, token)
        assert changes.complete
        assert len(changes.entries) == 3
        assert not {entry.ref for entry in changes.entries} & set(refs)
        assert all(isinstance(answer, FetchFailure) for answer in source.fetch(folder, refs))


def state(place: Place, name: str) -> list[tuple[object, ...]]:
    """All that a user could notice: folders, counts, flags, dates, and the files where they lie on this disk."""
    with place.source(name) as source:
        seen: list[tuple[object, ...]] = []
        for folder in source.folders():
            entries = source.changes(folder.path, None).entries
            seen += [(folder, entry.ref, sorted(entry.flags), entry.received, entry.size_bytes) for entry in entries]
    if place.files:
        for at_path in sorted(place.files(name).rglob("*")):
            if at_path.parent.name in ("cur", "new") and at_path.is_file():
                digest = hashlib.sha256(at_path.read_bytes()).hexdigest()
                seen.append((str(at_path), digest, at_path.stat().st_mtime_ns))
    return seen


def test_reading_everything_changes_nothing(place: Place, name: str) -> None:
    with place.target(name) as target:
        folder = target.ensure_folder(("Ärenden",), None)
        raws = [raw for raw in corpus().values() if raw]
        target.append(INBOX, [new(raw, frozenset(), at(days=number)) for number, raw in enumerate(raws)])
        target.append(folder, [new(message(1), frozenset({r"\Seen", r"\Deleted"})), new(message(2))])
    before = state(place, name)
    assert len(before) > len(raws)
    with place.source(name) as source:
        for listed in source.folders():
            refs = [entry.ref for entry in source.changes(listed.path, None).entries]
            assert all(isinstance(answer, Fetched) for answer in source.fetch(listed.path, refs))
    assert state(place, name) == before


def test_sources_have_no_way_to_write(place: Place, name: str, target: MailTarget) -> None:
    with place.source(name) as source:
        if source is not target:
            writing = [
                method
                for method in ("append", "set_flags", "move", "delete", "ensure_folder")
                if hasattr(source, method)
            ]
            assert writing == [] or type(source) is type(target)


def test_batches_are_limited_by_bytes(
    place: Place, name: str, target: MailTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "BATCH_BYTES", 60_000)
    raws = [message(1), big_message(50_000), big_message(200_000), message(2), big_message(40_000)]
    refs = [str(ref) for ref in target.append(INBOX, [new(raw) for raw in raws])]
    with place.source(name) as source:
        found = {answer.ref: answer.raw for answer in source.fetch(INBOX, refs) if isinstance(answer, Fetched)}
    assert all(matches(found[ref], raw) for ref, raw in zip(refs, raws, strict=True))


def test_identities_of_the_corpus_survive_the_server(place: Place, name: str, target: MailTarget) -> None:
    if place.rewrites:
        pytest.skip("this server writes malformed messages anew")
    raws = corpus()
    wanted = {fingerprint(raw).fingerprint for raw in raws.values() if raw}
    target.append(INBOX, [new(raw) for raw in raws.values() if raw])
    with place.source(name) as source:
        refs = [entry.ref for entry in source.changes(INBOX, None).entries]
        found = {
            fingerprint(answer.raw).fingerprint for answer in source.fetch(INBOX, refs) if isinstance(answer, Fetched)
        }
    assert found == wanted


# Over the network only.


def changed(server: ImapServer, **values: object) -> ImapServer:
    return ImapServer.model_validate(server.model_dump() | values)


def test_wrong_password_needs_a_person_and_tells_no_secret(server: ImapServer, name: str) -> None:
    for opened in (open_imap, open_imap_source):
        with pytest.raises(PasswordRefused) as caught, opened(server, name, "fel-hemlighet"):
            pass
        assert "fel-hemlighet" not in str(caught.getrepr(showlocals=False, chain=True)).replace('"fel-hemlighet"', "")
        assert "fel-hemlighet" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_password_beyond_ascii_is_sent_whole(server: ImapServer, name: str) -> None:
    with pytest.raises(PasswordRefused), open_imap(server, name, "hemligt åäö"):
        pass


def test_unknown_login(server: ImapServer, place: Place) -> None:
    with pytest.raises(PasswordRefused), open_imap(server, "ingen@example.com", place.secret):
        pass


def test_untrusted_certificate(place: Place, server: ImapServer, name: str) -> None:
    for each in place.servers.values():
        with pytest.raises(CertificateNotTrusted), open_imap(changed(each, ca_file=place.other_ca), name, place.secret):
            pass
        with pytest.raises(CertificateNotTrusted), open_imap(changed(each, ca_file=None), name, place.secret):
            pass
        with pytest.raises(CertificateNotTrusted), open_imap(changed(each, host="127.0.0.1"), name, place.secret):
            pass


def test_unreadable_ca_file(server: ImapServer, name: str, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for ca_file in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        with (
            pytest.raises(CertificateNotTrusted, match="ca_file"),
            open_imap(changed(server, ca_file=ca_file), name, "x"),
        ):
            pass


@pytest.mark.parametrize("host", ["mail.example.invalid", "no..such..host", "a" * 70 + ".example"])
def test_unknown_host(server: ImapServer, name: str, host: str) -> None:
    with pytest.raises((HostUnknown, ServerUnreachable)) as caught, open_imap(changed(server, host=host), name, "x"):
        pass
    # A machine without DNS cannot know whether the name exists, and says so.
    assert isinstance(caught.value, HostUnknown) or "emporary" in caught.value.detail


def test_nobody_listens(server: ImapServer, name: str) -> None:
    with pytest.raises(ServerUnreachable), open_imap(changed(server, port=free_port()), name, "x"):
        pass


def test_every_security_opens(place: Place, server: ImapServer, name: str) -> None:
    for each in place.servers.values():
        with open_imap_source(each, name, place.secret) as source:
            assert [folder.path for folder in source.folders()] == [INBOX]


def test_tls_asked_of_a_port_that_wants_starttls(place: Place, server: ImapServer, name: str) -> None:
    starttls = place.servers["starttls"]
    with pytest.raises(TlsMissing), open_imap(changed(starttls, security="tls"), name, place.secret):
        pass


def test_connection_cut_in_mid_fetch(place: Place, server: ImapServer, name: str) -> None:
    with place.target(name) as target:
        refs = [str(ref) for ref in target.append(INBOX, [new(message(number)) for number in range(250)])]
    seen: list[str] = []

    def read_and_cut() -> None:
        with (
            cutting_proxy(server.port) as proxy,
            open_imap_source(changed(server, port=proxy.port), name, place.secret) as source,
        ):
            for answer in source.fetch(INBOX, refs):
                seen.append(answer.ref)
                proxy.cut()

    # The second connection may have been on its way in when both were cut: then it is the one that the failure names.
    with pytest.raises((ConnectionLost, ServerUnreachable)):
        read_and_cut()
    assert 0 < len(seen) < len(refs)
    with place.source(name) as source:
        rest = [answer.ref for answer in source.fetch(INBOX, [ref for ref in refs if ref not in seen])]
    assert sorted(seen + rest) == sorted(refs)


def test_connection_cut_in_mid_append(place: Place, server: ImapServer, name: str) -> None:
    def write_and_be_cut() -> None:
        with (
            cutting_proxy(server.port) as proxy,
            open_imap(changed(server, port=proxy.port), name, place.secret) as target,
        ):
            target.refs(INBOX)
            threading.Timer(0.05, proxy.cut).start()
            for _ in range(50):
                target.append(INBOX, [new(big_message(700_000))])

    with pytest.raises(Transient):
        write_and_be_cut()
    # What is there is whole.
    with place.source(name) as source:
        refs = [entry.ref for entry in source.changes(INBOX, None).entries]
        assert len(refs) < 50
        for answer in source.fetch(INBOX, refs):
            assert isinstance(answer, Fetched)
            assert matches(answer.raw, big_message(700_000))


def test_received_dates_are_aware(place: Place, name: str, target: MailTarget) -> None:
    fill(target, INBOX, 1)
    with place.source(name) as source:
        (entry,) = source.changes(INBOX, None).entries
    assert entry.received == RECEIVED
    assert entry.received.tzinfo is not None


def test_failures_survive_a_process_boundary(server: ImapServer, name: str) -> None:
    with pytest.raises(PasswordRefused) as caught, open_imap(server, name, "fel"):
        pass
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
