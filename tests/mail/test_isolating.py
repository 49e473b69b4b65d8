"""One message at which the connection breaks: found out, and the others go on; a server that is away ends the pass as ever."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, PasswordRefused, ServerUnreachable
from skyflytt.errors.mail import MessageBreaksConnection, MessageTooLarge, MessageUnreadable, MessageVanished
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.isolating import (
    IsolatingAhead,
    IsolatingSource,
    IsolatingTarget,
    isolating_source,
    isolating_target,
    writing,
)
from skyflytt.mail.isolating.breaks import IN_A_ROW
from skyflytt.mail.line import Come
from skyflytt.mail.memory import MemoryMailbox, open_memory
from skyflytt.mail.port import Fetched, FetchFailure, FolderPath, MessageEntry, NewMessage
from tests.contract.mail_messages import big_message, message, new

INBOX = ("INBOX",)
BAD = b"X-Breaks: yes"


class Breaking(MemoryMailbox):
    """The connection breaks at a message that holds `BAD`, or from the `gone_after`-th break on at everything.

    `written_before`: how many of a batch are there all the same. `refusal` is what an innocent question meets then.
    """

    def __init__(self, *, gone_after: int = 1_000, written_before: int = 0, refusal: Failure | None = None) -> None:
        super().__init__(max_message_bytes=200_000)
        self.breaks = 0
        self.batches: list[int] = []
        self.fetched: list[int] = []
        self._gone_after = gone_after
        self._written_before = written_before
        self._refusal = refusal or ServerUnreachable("mail.example", "refused")

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        self.batches.append(len(messages))
        if any(BAD in one.raw for one in messages):
            super().append(folder, [one for one in messages[: self._written_before] if BAD not in one.raw])
            self._break()
        return super().append(folder, messages)

    def refs(self, folder: FolderPath) -> Sequence[str]:
        self._innocent()
        return super().refs(folder)

    def folders(self):  # type: ignore[no-untyped-def]
        self._innocent()
        return super().folders()

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        self.fetched.append(len(refs))
        for answer in super().fetch(folder, refs):
            if isinstance(answer, Fetched) and BAD in answer.raw:
                self._break()
            yield answer

    def _innocent(self) -> None:
        if self.breaks >= self._gone_after:
            raise self._refusal

    def _break(self) -> None:
        self.breaks += 1
        raise ConnectionLost("mail.example", "reset by peer")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PAUSES_S", (0.0, 0.0))


def bad(number: int) -> NewMessage:
    return new(message(number, header=BAD.decode() + "\r\n"))


def good(number: int) -> NewMessage:
    return new(message(number))


def there(box: MemoryMailbox) -> list[str]:
    raws = [kept.raw for kept in box._folders[INBOX].messages.values()]
    return sorted(raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for raw in raws)


def names(*numbers: int) -> list[str]:
    return sorted(f"Nummer {number}" for number in numbers)


@pytest.mark.parametrize("written_before", [0, 3])
@pytest.mark.parametrize("place", [0, 6, 19])
def test_the_others_are_written_once_and_it_is_named(place: int, written_before: int) -> None:
    box = Breaking(written_before=written_before)
    messages = [bad(one) if one == place else good(one) for one in range(20)]
    answers = IsolatingTarget(box).append(INBOX, messages)
    failure = answers[place]
    assert isinstance(failure, MessageBreaksConnection)
    assert (failure.item, "reset by peer" in failure.detail) == (str(place), True)
    refs = [answer for answer in answers if isinstance(answer, str)]
    assert len(set(refs)) == 19
    assert there(box) == names(*(one for one in range(20) if one != place))
    for one, ref in enumerate(answers):
        if isinstance(ref, str):
            assert fingerprint(box._folders[INBOX].messages[ref].raw) == fingerprint(messages[one].raw)
    assert box.breaks <= 7


def test_equal_messages_are_each_written_and_old_copies_are_not_taken_for_them() -> None:
    box = Breaking(written_before=2)
    box.append(INBOX, [good(1)])
    answers = IsolatingTarget(box).append(INBOX, [good(1), good(1), bad(2), good(1)])
    assert there(box) == names(1, 1, 1, 1)
    assert len({answer for answer in answers if isinstance(answer, str)}) == 3
    assert isinstance(answers[2], MessageBreaksConnection)


def test_what_was_moved_in_is_not_taken_for_new() -> None:
    box, other = Breaking(), ("Arkiv",)
    box.ensure_folder(other, None)
    (ref,) = box.append(other, [good(1)])
    target = IsolatingTarget(box)
    target.refs(INBOX)
    target.move(other, str(ref), INBOX)
    answers = target.append(INBOX, [good(1), bad(2)])
    assert there(box) == names(1, 1)
    assert isinstance(answers[1], MessageBreaksConnection)


def test_a_message_refused_keeps_its_place() -> None:
    box = Breaking()
    answers = IsolatingTarget(box).append(INBOX, [good(0), bad(1), good(2), new(big_message(300_000)), good(4)])
    assert [type(answer) for answer in answers] == [str, MessageBreaksConnection, str, MessageTooLarge, str]
    assert [answer.item for answer in answers if isinstance(answer, Failure)] == ["1", "3"]


@pytest.mark.parametrize("gone_after", [1, 3])
def test_a_server_that_is_away_ends_it(gone_after: int) -> None:
    box = Breaking(gone_after=gone_after)
    with pytest.raises(ConnectionLost, match="reset by peer"):
        IsolatingTarget(box).append(INBOX, [good(0), bad(1), good(2), good(3)])
    assert box.breaks == gone_after


def test_an_account_that_is_not_let_in_again_needs_a_person() -> None:
    box = Breaking(gone_after=1, refusal=PasswordRefused("anna", "no"))
    with pytest.raises(PasswordRefused):
        IsolatingTarget(box).append(INBOX, [good(0), bad(1)])


def test_a_server_that_breaks_at_everything_is_the_servers_trouble() -> None:
    box = Breaking()
    target = IsolatingTarget(box)
    with pytest.raises(ConnectionLost):
        target.append(INBOX, [bad(one) for one in range(100)])
    assert box.breaks <= 4 * IN_A_ROW
    # In further batches it goes on counting, until one passes.
    with pytest.raises(ConnectionLost):
        target.append(INBOX, [bad(200)])
    assert isinstance(target.append(INBOX, [good(1)])[0], str)
    assert isinstance(target.append(INBOX, [bad(201)])[0], MessageBreaksConnection)


def test_a_folder_that_was_named_anew_meanwhile_is_left_to_the_caller() -> None:
    class Renumbering(Breaking):
        def _break(self) -> None:
            self.renumber(INBOX)
            super()._break()

    box = Renumbering()
    box.append(INBOX, [good(1)])
    with pytest.raises(ConnectionLost):
        IsolatingTarget(box).append(INBOX, [good(1), bad(2)])
    assert there(box) == names(1)


@pytest.mark.parametrize("times", [1, 2])
def test_what_was_written_and_cannot_be_read_is_not_written_again(times: int) -> None:
    """As when a folder is numbered anew between the look at its refs and the look at its messages. Read at the second look, it is known."""

    class Done(Breaking):
        def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
            super().append(folder, messages)
            self._break()
            raise AssertionError

        def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
            self.fetched.append(len(refs))
            if len(self.fetched) <= times:
                return iter([FetchFailure(ref, MessageVanished(ref)) for ref in refs])
            return MemoryMailbox.fetch(self, folder, refs)

    box = Done()
    if times == 1:
        assert set(IsolatingTarget(box).append(INBOX, [good(1), good(2)])) == set(box.refs(INBOX))
    else:
        with pytest.raises(ConnectionLost):
            IsolatingTarget(box).append(INBOX, [good(1), good(2)])
    assert there(box) == names(1, 2)


@pytest.mark.parametrize("open_it", [IsolatingSource, lambda box: IsolatingTarget(box, reads_apart=True)])
def test_reading(open_it: Callable[[Breaking], IsolatingSource]) -> None:
    box = Breaking()
    refs = [str(MemoryMailbox.append(box, INBOX, [bad(one) if one in (4, 17) else good(one)])[0]) for one in range(30)]
    answers = {answer.ref: answer for answer in open_it(box).fetch(INBOX, refs)}
    assert sorted(answers, key=refs.index) == refs
    failed = {ref: answer.failure for ref, answer in answers.items() if isinstance(answer, FetchFailure)}
    assert {(type(failure), failure.item) for failure in failed.values()} == {
        (MessageUnreadable, refs[4]),
        (MessageUnreadable, refs[17]),
    }
    assert all("broke off at it, twice" in failure.detail for failure in failed.values())
    assert sum(box.fetched) < 120


def ahead(
    box: Breaking, *, listed: Sequence[tuple[FolderPath, Sequence[MessageEntry]]]
) -> list[tuple[FolderPath, Come]]:
    """As a source reads that goes from one folder into the next."""

    def fetch_ahead(
        folders: Iterator[tuple[FolderPath, Sequence[MessageEntry]]],
    ) -> Generator[tuple[FolderPath, Come], None, None]:
        for folder, entries in folders:
            try:
                for answer in box.fetch(folder, [entry.ref for entry in entries]):
                    yield folder, answer
            except ConnectionLost as lost:
                yield folder, lost
            else:
                yield folder, None

    return list(IsolatingAhead(box, fetch_ahead).fetch_ahead(iter(listed)))


def two_folders(box: Breaking) -> list[tuple[FolderPath, Sequence[MessageEntry]]]:
    box.ensure_folder(("Arkiv",), None)
    for folder in (INBOX, ("Arkiv",)):
        MemoryMailbox.append(box, folder, [bad(one) if one == 7 else good(one) for one in range(12)])
    return [(folder, box.changes(folder, None).entries) for folder in (INBOX, ("Arkiv",))]


def test_reading_from_one_folder_into_the_next() -> None:
    box = Breaking()
    listed = two_folders(box)
    come = ahead(box, listed=listed)
    for folder, entries in listed:
        of_folder = [one for path, one in come if path == folder]
        assert of_folder[-1] is None
        answers = [one for one in of_folder if isinstance(one, Fetched | FetchFailure)]
        assert sorted(one.ref for one in answers) == sorted(entry.ref for entry in entries)
        failed = [one for one in answers if isinstance(one, FetchFailure)]
        assert [(type(one.failure), one.ref) for one in failed] == [(MessageUnreadable, entries[7].ref)]
    assert [folder for folder, one in come if one is None] == [INBOX, ("Arkiv",)]


def test_reading_from_one_folder_into_the_next_from_a_server_that_is_away() -> None:
    box = Breaking(gone_after=1)
    come = ahead(box, listed=two_folders(box))
    ends = [(folder, type(one)) for folder, one in come if one is None or isinstance(one, Exception)]
    assert ends == [(INBOX, ConnectionLost), (("Arkiv",), ConnectionLost)]


def test_reading_from_a_server_that_is_away() -> None:
    box = Breaking(gone_after=1)
    refs = [str(answer) for answer in MemoryMailbox.append(box, INBOX, [good(1), bad(2), good(3)])]
    with pytest.raises(ConnectionLost):
        list(IsolatingSource(box).fetch(INBOX, refs))


def test_reading_where_everything_breaks() -> None:
    box = Breaking()
    refs = [str(answer) for answer in MemoryMailbox.append(box, INBOX, [bad(one) for one in range(100)])]
    with pytest.raises(ConnectionLost):
        list(IsolatingSource(box).fetch(INBOX, refs))


def test_as_adapters_open_theirs() -> None:
    box = MemoryMailbox()
    with isolating_target(open_memory(box)) as target, isolating_source(open_memory(box)) as source:
        (ref,) = target.append(INBOX, [good(1)])
        assert source.capabilities == target.capabilities == box.capabilities
        assert [entry.ref for entry in source.changes(INBOX, None).entries] == target.refs(INBOX) == [ref]
        target.set_flags(INBOX, str(ref), frozenset(("\\Seen",)))
        assert source.changes(INBOX, None).entries[0].flags == {"\\Seen"}
        assert target.ensure_folder(("Ny",), None) == ("Ny",)
        assert [folder.path for folder in source.folders()] == [folder.path for folder in target.folders()]
        target.delete(INBOX, [str(ref)])
        assert target.refs(INBOX) == []
