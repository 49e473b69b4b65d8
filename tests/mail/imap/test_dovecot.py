"""Over a real Dovecot: dates that it cannot hold, compression, several connections, lost connections, quota, a changed UIDVALIDITY."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.mail import MailboxFull, NumberedAnew
from skyflytt.mail.around import Around, around_of
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.port import Fetched, MailTarget
from skyflytt.project.servers import ImapServer
from tests.contract.mail_messages import big_message, message, new
from tests.contract.mail_places import Place, dovecot
from tests.mail.imap.scripts import INBOX
from tests.real.cutting_proxy import cutting_proxy
from tests.real.dovecot import QUOTA_KB

ARKIV = ("Arkiv",)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[Place]:
    with dovecot(tmp_path_factory.mktemp("dovecot"), require_debian) as made:
        yield made


def changed(server: ImapServer, **values: object) -> ImapServer:
    return server.model_copy(update=values)


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        (datetime(1601, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime(1970, 1, 1, tzinfo=UTC)),
        (datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=2))), datetime(1970, 1, 1, tzinfo=UTC)),
        (datetime(1970, 1, 1, 2, 0, 1, tzinfo=timezone(timedelta(hours=2))), datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        (datetime(1879, 1, 1, tzinfo=timezone(timedelta(minutes=53, seconds=28))), datetime(1970, 1, 1, tzinfo=UTC)),
        (
            datetime(2001, 1, 1, tzinfo=timezone(timedelta(minutes=53, seconds=28))),
            datetime(2000, 12, 31, 23, 6, 32, tzinfo=UTC),
        ),
    ],
)
def test_dates_that_do_not_fit_are_brought_to_the_nearest_that_does(
    place: Place, received: datetime, kept: datetime
) -> None:
    with place.target(place.new_mailbox("full")) as target:
        (ref,) = target.append(INBOX, [new(message(1), received=received)])
        entries = {entry.ref: entry.received for entry in target.changes(INBOX, None).entries}  # type: ignore[attr-defined]
    assert entries[ref] == kept


@pytest.mark.parametrize("year", [2038, 2107, 9999])
def test_dates_to_come_are_never_wrapped_into_the_past(place: Place, year: int) -> None:
    with place.target(place.new_mailbox("full")) as target:
        (ref,) = target.append(INBOX, [new(message(1), received=datetime(year, 6, 1, tzinfo=UTC))])
        entries = {entry.ref: entry.received for entry in target.changes(INBOX, None).entries}  # type: ignore[attr-defined]
    assert entries[ref] > datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_compressed(place: Place, security: str) -> None:
    name = place.new_mailbox("full")
    raws = [big_message(3_000_000), *(message(number) for number in range(150)), big_message(70_000)]
    with open_imap(changed(place.servers[security], compress=True), name, place.secret) as target:
        refs = [str(ref) for ref in target.append(INBOX, [new(raw) for raw in raws])]
        found = {answer.ref: answer.raw for answer in target.fetch(INBOX, refs) if isinstance(answer, Fetched)}
        assert [found[ref] for ref in refs] == raws
        assert len(target.refs(INBOX)) == len(raws)


@pytest.mark.parametrize("connections", [1, 2, 5])
def test_as_many_connections_as_are_allowed(place: Place, connections: int) -> None:
    name = place.new_mailbox("full")
    server = changed(place.servers["tls"], connections=connections)
    with open_imap(server, name, place.secret) as target:
        refs = [str(ref) for ref in target.append(INBOX, [new(message(number)) for number in range(300)])]
        found = {answer.ref: answer.raw for answer in target.fetch(INBOX, refs) if isinstance(answer, Fetched)}
        assert [found[ref] for ref in refs] == [message(number) for number in range(300)]
        # What one connection wrote or removed, the others see.
        target.set_flags(INBOX, refs[-1], frozenset({r"\Seen"}))
        target.delete(INBOX, refs[:1])
        (ref,) = target.append(INBOX, [new(message(1000))])
        assert {answer.ref for answer in target.fetch(INBOX, [*refs, str(ref)]) if isinstance(answer, Fetched)} == {
            *refs[1:],
            ref,
        }
        moved = target.move(INBOX, str(ref), target.ensure_folder(("Arkiv",), None))
        assert [answer.raw for answer in target.fetch(("Arkiv",), [moved]) if isinstance(answer, Fetched)] == [
            message(1000)
        ]


@pytest.mark.parametrize("connections", [1, 3])
def test_connections_lost_in_mid_folder_are_renewed(place: Place, connections: int) -> None:
    name = place.new_mailbox("full")
    with place.target(name) as target:
        refs = [str(ref) for ref in target.append(INBOX, [new(message(number)) for number in range(400)])]
    direct = place.servers["tls"]
    with cutting_proxy(direct.port) as proxy:
        server = changed(direct, port=proxy.port, connections=connections)
        with open_imap_source(server, name, place.secret) as source:
            found = set()
            for answer in source.fetch(INBOX, refs):
                assert isinstance(answer, Fetched)
                found.add(answer.ref)
                if len(found) in (1, 90, 180, 250, 330):
                    proxy.interrupt()
            proxy.interrupt()
            assert len(source.changes(INBOX, None).entries) == 400
    assert found == set(refs)


def test_what_fits_is_written_and_the_rest_is_told_by_name(place: Place) -> None:
    text = ("z" * 70 + "\r\n") * 1_000
    with place.target(place.new_mailbox("small")) as target:
        outcomes = target.append(INBOX, [new(message(number, text=text)) for number in range(8)])
        written = [ref for ref in outcomes if not isinstance(ref, Failure)]
        refused = [one for one in outcomes if isinstance(one, MailboxFull)]
        assert len(written) + len(refused) == 8
        assert [one.item for one in refused] == [str(place) for place in range(len(written), 8)]
        assert "KB used" in refused[0].detail
        assert set(target.refs(INBOX)) == set(written)
        with pytest.raises(MailboxFull, match="KB used"):
            target.append(INBOX, [new(message(9, text=text))])


def test_a_login_that_is_refused_is_tried_once(place: Place) -> None:
    direct = place.servers["tls"]
    with cutting_proxy(direct.port) as proxy:
        with (
            pytest.raises(PasswordRefused),
            open_imap(changed(direct, port=proxy.port, connections=5), place.new_mailbox("full"), "fel"),
        ):
            pass
        assert len(proxy._sockets) == 2


def test_how_much_room_is_left(place: Place) -> None:
    with place.target(place.new_mailbox("small")) as target:
        before = around_of(target)
        assert before.limit_bytes == QUOTA_KB * 1024
        assert before.free_bytes == QUOTA_KB * 1024
        raw = big_message(20_000)
        assert isinstance(target.append(INBOX, [new(raw)])[0], str)
        after = around_of(target).free_bytes
        assert after is not None
        assert before.free_bytes - 2 * len(raw) < after < before.free_bytes - len(raw) // 2
    with place.source(place.new_mailbox("full")) as source:
        assert around_of(source) == Around()


ACTS: dict[str, Callable[[MailTarget, str], object]] = {
    "refs": lambda target, _: target.refs(ARKIV),
    "fetch": lambda target, ref: list(target.fetch(ARKIV, [ref])),
    "append": lambda target, _: target.append(ARKIV, [new(message(3))]),
    "flags": lambda target, ref: target.set_flags(ARKIV, ref, frozenset()),
    "move": lambda target, ref: target.move(ARKIV, ref, INBOX),
    "move there": lambda target, _: target.move(INBOX, target.refs(INBOX)[0], ARKIV),
    "delete": lambda target, ref: target.delete(ARKIV, [ref]),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_folder_numbered_anew_is_told_once_whatever_is_asked(place: Place, act: str) -> None:
    """Nothing is answered by the old numbers, as if there were no such messages: they would be written again, or never removed."""
    name = place.new_mailbox("full")
    with place.target(name) as target:
        ref = one_in_each(target)
        numbered_anew(place, name)
        target._connections.close()  # type: ignore[attr-defined]
        with pytest.raises(NumberedAnew):
            ACTS[act](target, ref)
        (now,) = target.refs(ARKIV)[:1]
        assert now != ref
        (answer,) = target.fetch(ARKIV, [now])
        assert isinstance(answer, Fetched)


def test_a_folder_numbered_anew_while_it_is_open(place: Place) -> None:
    name = place.new_mailbox("full")
    with place.target(name) as target:
        ref = one_in_each(target)
        assert list(target.refs(ARKIV)) == [ref]
        numbered_anew(place, name)
        with pytest.raises(NumberedAnew):
            target.refs(ARKIV)
        assert len(target.refs(ARKIV)) == 1


def one_in_each(target: MailTarget) -> str:
    """The ref of the message in ARKIV."""
    target.ensure_folder(ARKIV, None)
    assert target.refs(ARKIV) == []
    target.append(INBOX, [new(message(0))])
    return str(target.append(ARKIV, [new(message(1))])[0])


def numbered_anew(place: Place, name: str) -> None:
    assert place.renumber is not None
    place.renumber(name, ARKIV)
