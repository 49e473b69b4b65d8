"""Messages with and without streams, through Exchange Online: every stream byte for byte, every fingerprint."""

from __future__ import annotations

from skyflytt.mail.ews.streams import stream_of
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import Fetched, NewMessage, Way
from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import tags
from skyflytt.sandbox.exchange.best_body import keep_one_body
from tests.contract.mail_messages import at, corpus
from tests.mail.graph.simulator import Online

INBOX = ("INBOX",)


def with_stream(number: int, raw: bytes) -> NewMessage:
    """As an Exchange exports it: with a search key, times, and receipt to the microsecond."""
    received = at(days=number).replace(microsecond=123_456)
    message = read_stream(stream_of(NewMessage(raw, frozenset((r"\Seen",)), received)))
    message.properties |= {tags.SEARCH_KEY: number.to_bytes(16), tags.CREATION_TIME: 1, tags.LAST_MODIFICATION_TIME: 1}
    keep_one_body(message)
    # A listing tells whole seconds.
    return NewMessage(raw, frozenset((r"\Seen",)), received.replace(microsecond=0), write_stream(message))


def test_streams_and_fingerprints(online: Online) -> None:
    raws = [raw for raw in corpus().values() if raw][::16]
    messages = [with_stream(number, raw) for number, raw in enumerate(raws)]
    with online.target(online.new()) as target:
        refs = target.append(INBOX, messages)
        found = {one.ref: one for one in target.fetch(INBOX, [str(ref) for ref in refs]) if isinstance(one, Fetched)}
        entries = {entry.ref: entry for entry in target.changes(INBOX, None).entries}
    assert len(raws) > 10
    for ref, message in zip(refs, messages, strict=True):
        assert found[str(ref)].way is Way.EXPORTED
        assert fingerprint(found[str(ref)].raw).fingerprint == fingerprint(message.raw).fingerprint
        assert (entries[str(ref)].flags, entries[str(ref)].received) == (message.flags, message.received)
    assert [found[str(ref)].stream for ref in refs] == [message.stream for message in messages]


def test_flags_change_nothing_else_of_an_item(online: Online) -> None:
    with online.target(online.new()) as target:
        (ref,) = target.append(INBOX, [with_stream(1, b"Subject: x\r\n\r\nHej\r\n")])
        before = next(iter(target.fetch(INBOX, [str(ref)])))
        target.set_flags(INBOX, str(ref), frozenset((r"\Flagged", "projekt-x")))
        target.set_flags(INBOX, str(ref), frozenset((r"\Seen",)))
        after = next(iter(target.fetch(INBOX, [str(ref)])))
    assert isinstance(before, Fetched)
    assert isinstance(after, Fetched)
    assert (after.ref, after.raw) == (before.ref, before.raw)
