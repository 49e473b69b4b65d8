"""What every `MailTarget` must do, over every adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import FolderRefused, MailboxFull, MessageRefused, MessageTooLarge, MessageVanished
from skyflytt.mail.identity import fingerprint, matches
from skyflytt.mail.port import Fetched, FetchFailure, FolderPath, FolderRole, MailTarget, MessageEntry
from tests.contract.mail_messages import RECEIVED, at, big_message, corpus, message, new
from tests.contract.mail_places import PLACES, REFUSED, Place

INBOX = ("INBOX",)
AWKWARD = (("Åtgärder & annat", "Övrigt 🙂", "2024"), ("Kund [A]",), ('Citat " och \\',), ("Kladd (nytt) 100",))


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: place.__name__)
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
def small(place: Place) -> Iterator[MailTarget]:
    if "small" not in place.kinds:
        pytest.skip("no mailbox with limits here")
    with place.target(place.new_mailbox("small")) as opened:
        yield opened


def bodies(target: MailTarget, folder: FolderPath, refs: list[str]) -> dict[str, bytes]:
    answers = list(target.fetch(folder, refs))
    assert sorted(answer.ref for answer in answers) == sorted(refs)
    return {answer.ref: answer.raw for answer in answers if isinstance(answer, Fetched)}


def same(place: Place, found: bytes, raw: bytes) -> bool:
    """A server that writes messages anew keeps their identity, all others every byte."""
    return matches(found, raw) is not None if place.rewrites else found == raw


def written(target: MailTarget, folder: FolderPath, *raws: bytes) -> list[str]:
    refs = target.append(folder, [new(raw) for raw in raws])
    assert all(isinstance(ref, str) for ref in refs), refs
    return [str(ref) for ref in refs]


def listing(place: Place, name: str, folder: FolderPath) -> dict[str, MessageEntry]:
    with place.source(name) as source:
        return {entry.ref: entry for entry in source.changes(folder, None).entries}


def test_new_mailbox_has_an_empty_inbox(target: MailTarget) -> None:
    inbox = next(folder for folder in target.folders() if folder.path == INBOX)
    assert (inbox.role, inbox.message_count) == (FolderRole.INBOX, 0)
    assert target.refs(INBOX) == []
    assert target.append(INBOX, []) == []


@pytest.mark.parametrize("path", AWKWARD, ids=range(len(AWKWARD)))
def test_folders_keep_their_names(target: MailTarget, path: FolderPath) -> None:
    made = target.ensure_folder(path, None)
    assert made == path
    assert target.ensure_folder(path, None) == path
    listed = [folder.path for folder in target.folders()]
    assert listed == sorted(listed)
    assert {path[: depth + 1] for depth in range(len(path))} <= set(listed)
    (ref,) = written(target, path, message(1))
    assert target.refs(path) == [ref]
    assert next(folder for folder in target.folders() if folder.path == path).message_count == 1


def test_delimiters_in_a_name_are_told_by_the_answer(target: MailTarget) -> None:
    made = target.ensure_folder(("A/B.C",), None)
    assert made in [folder.path for folder in target.folders()]
    assert len(made) == 1
    written(target, made, message(1))


def test_folders_map_to_the_targets_own_of_that_role(target: MailTarget) -> None:
    there = (folder.path for folder in target.folders() if folder.role is FolderRole.SENT)
    own = next(there, None) or target.ensure_folder(("Sent",), None)
    assert target.ensure_folder(("Skickat",), FolderRole.SENT) == own
    assert target.ensure_folder(("Inkorg",), FolderRole.INBOX) == INBOX
    assert ("Skickat",) not in [folder.path for folder in target.folders()]
    drafts = target.ensure_folder(("Utkast",), FolderRole.DRAFTS)
    assert next(folder.role for folder in target.folders() if folder.path == drafts) is FolderRole.DRAFTS


def test_missing_folder_is_refused(target: MailTarget) -> None:
    with pytest.raises(FolderRefused):
        target.refs(("Finns inte",))
    with pytest.raises(FolderRefused):
        target.append(("Finns inte",), [new(message(1))])


def test_messages_come_back_under_their_refs(place: Place, target: MailTarget) -> None:
    raws = [message(number) for number in range(250)]
    refs = written(target, INBOX, *raws)
    assert len(set(refs)) == 250
    assert set(target.refs(INBOX)) == set(refs)
    found = bodies(target, INBOX, refs)
    assert all(same(place, found[ref], raw) for ref, raw in zip(refs, raws, strict=True))


def test_real_duplicates_stay_duplicates(place: Place, target: MailTarget) -> None:
    refs = written(target, INBOX, message(1), message(1), message(1))
    assert len(set(refs)) == 3
    assert all(same(place, raw, message(1)) for raw in bodies(target, INBOX, refs).values())


def test_flags_and_dates_are_kept(place: Place, name: str, target: MailTarget) -> None:
    keyword = frozenset({"$Forwarded", "projekt-x"})
    cases = [
        (frozenset({r"\Seen", r"\Answered", r"\Flagged", r"\Deleted", r"\Draft"}), RECEIVED),
        (frozenset({r"\Seen"}) | keyword, at(days=365 * 20)),
        (frozenset({r"\Recent", r"\Seen", "två ord"}), at(days=1)),
        (frozenset(), at(days=2)),
    ]
    outcome = target.append(INBOX, [new(message(number), *case) for number, case in enumerate(cases)])
    found = listing(place, name, INBOX)
    known = keyword if target.capabilities.keywords or place.files else frozenset()
    for ref, (flags, received) in zip(outcome, cases, strict=True):
        entry = found[str(ref)]
        kept = {flag for flag in flags if flag.startswith("\\") or flag in known} - {r"\Recent"}
        assert entry.flags == kept - place.loses
        assert entry.received == received
        assert place.rewrites or entry.size_bytes == len(message(0))


def test_set_flags_replaces_them(place: Place, name: str, target: MailTarget) -> None:
    first, second = target.append(INBOX, [new(message(number), frozenset({r"\Seen"})) for number in range(2)])
    target.set_flags(INBOX, str(first), frozenset({r"\Flagged", r"\Draft"}))
    found = listing(place, name, INBOX)
    assert found[str(first)].flags == {r"\Flagged", r"\Draft"} - place.fixed
    assert found[str(second)].flags == {r"\Seen"}
    target.set_flags(INBOX, str(first), frozenset())
    assert listing(place, name, INBOX)[str(first)].flags == set()


def test_move_gives_the_new_ref(place: Place, name: str, target: MailTarget) -> None:
    to = target.ensure_folder(("Ärenden", "2024"), None)
    written(target, to, message(7))
    first, second = written(target, INBOX, message(1), message(2))
    target.set_flags(INBOX, first, frozenset({r"\Flagged"}))
    moved = target.move(INBOX, first, to)
    assert target.refs(INBOX) == [second]
    assert same(place, bodies(target, to, [moved])[moved], message(1))
    entry = listing(place, name, to)[moved]
    assert (entry.flags, entry.received) == ({r"\Flagged"}, RECEIVED)


def test_what_is_gone_cannot_be_flagged_or_moved(target: MailTarget) -> None:
    (ref,) = written(target, INBOX, message(1))
    target.delete(INBOX, [ref])
    with pytest.raises(MessageVanished):
        target.set_flags(INBOX, ref, frozenset())
    with pytest.raises(MessageVanished):
        target.move(INBOX, ref, INBOX)


def test_delete_removes_exactly_these(place: Place, name: str, target: MailTarget) -> None:
    refs = written(target, INBOX, *(message(number) for number in range(5)))
    target.set_flags(INBOX, refs[0], frozenset({r"\Deleted", r"\Seen"}))
    target.delete(INBOX, [refs[1], refs[3], refs[3], "1:4000000", "no ref at all"])
    target.delete(INBOX, [refs[1]])
    target.delete(INBOX, [])
    assert set(target.refs(INBOX)) == {refs[0], refs[2], refs[4]}
    assert listing(place, name, INBOX)[refs[0]].flags == {r"\Deleted", r"\Seen"} - place.loses
    (answer,) = target.fetch(INBOX, [refs[1]])
    assert isinstance(answer, FetchFailure)
    assert isinstance(answer.failure, MessageVanished)


def test_big_and_empty_messages(place: Place, target: MailTarget) -> None:
    raw = big_message(5_000_000)
    before, big, empty, after = target.append(INBOX, [new(message(1)), new(raw), new(b""), new(message(2))])
    assert same(place, bodies(target, INBOX, [str(before), str(big), str(after)])[str(big)], raw)
    assert isinstance(empty, MessageRefused) if place.refuses_empty else isinstance(empty, str)
    if isinstance(empty, str) and not place.rewrites:
        assert bodies(target, INBOX, [empty]) == {empty: b""}


def test_malformed_messages_survive_or_are_refused_by_value(place: Place, target: MailTarget) -> None:
    raws = corpus()
    outcomes = target.append(INBOX, [new(raw) for raw in raws.values()])
    refs = {str(ref): path for ref, path in zip(outcomes, raws, strict=True) if isinstance(ref, str)}
    refused = [failure for failure in outcomes if isinstance(failure, Failure)]
    assert all(isinstance(failure, MessageRefused) for failure in refused)
    assert len(refused) <= 1
    found = bodies(target, INBOX, list(refs))
    assert found.keys() == refs.keys()
    same = [path for ref, path in refs.items() if matches(found[ref], raws[path])]
    if place.rewrites:
        # What this server makes of malformed structure is its own; whatever it left whole must be found again.
        assert len(same) >= len(refs) * 0.8
    else:
        assert sorted(same) == sorted(refs.values())
    if target.capabilities.keeps_bytes:
        assert all(found[ref] == raws[path] for ref, path in refs.items())


def test_odd_bytes_are_found_again(place: Place, target: MailTarget) -> None:
    raws = [
        message(1) + b"a\0b\r\n",
        message(2).replace(b"\r\n", b"\n"),
        message(3) + b"a\rb\r\r\nc\n",
        message(4).removesuffix(b"\r\n"),
        message(5) + b"x" * 100_000,
    ]
    if not place.rewrites:
        raws.append(b"\0 no header\r\n")
    refs = written(target, INBOX, *raws)
    found = bodies(target, INBOX, refs)
    assert [fingerprint(found[ref]).fingerprint for ref in refs] == [fingerprint(raw).fingerprint for raw in raws]


def test_refused_message_among_good_ones(small: MailTarget) -> None:
    bad = message(9, header=f"{REFUSED.decode()}\r\n", text="x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 2_000)
    outcomes = small.append(INBOX, [new(message(1)), new(bad), new(message(2))])
    assert isinstance(outcomes[1], MessageTooLarge | MessageRefused)
    assert outcomes[1].item == "1"
    found = bodies(small, INBOX, [str(outcomes[0]), str(outcomes[2])])
    assert list(found.values()) == [message(1), message(2)]
    assert len(small.refs(INBOX)) == 2


def test_full_mailbox_stops(small: MailTarget) -> None:
    text = ("z" * 70 + "\r\n") * 1_000

    def fill() -> None:
        for number in range(10):
            small.append(INBOX, [new(message(number, text=text))])

    with pytest.raises(MailboxFull):
        fill()
    assert 4 <= len(small.refs(INBOX)) <= 5


def test_answers_may_be_taken_while_other_folders_are_read(target: MailTarget) -> None:
    other = target.ensure_folder(("Annan",), None)
    (there,) = written(target, other, message(1000))
    refs = written(target, INBOX, *(message(number) for number in range(120)))
    seen = []
    for answer in target.fetch(INBOX, refs):
        assert target.refs(other) == [there]
        seen.append(answer.ref)
    assert sorted(seen) == sorted(refs)


def test_two_sessions_see_each_others_messages(place: Place, name: str, target: MailTarget) -> None:
    (first,) = written(target, INBOX, message(1))
    with ExitStack() as stack:
        other = stack.enter_context(place.target(name))
        (second,) = written(other, INBOX, message(2))
        assert set(target.refs(INBOX)) == {first, second}
        assert same(place, bodies(target, INBOX, [second])[second], message(2))


def test_identity_of_what_was_written_is_found_again(target: MailTarget) -> None:
    refs = written(target, INBOX, message(1), big_message(20_000))
    found = bodies(target, INBOX, refs)
    wanted = [fingerprint(raw).fingerprint for raw in (message(1), big_message(20_000))]
    assert [fingerprint(found[ref]).fingerprint for ref in refs] == wanted


def test_dates_to_the_second_in_any_zone(place: Place, name: str, target: MailTarget) -> None:
    dates = [RECEIVED, at(hours=5), at(days=180), RECEIVED + timedelta(seconds=1)]
    outcome = target.append(INBOX, [new(message(number), received=when) for number, when in enumerate(dates)])
    found = listing(place, name, INBOX)
    assert [found[str(ref)].received for ref in outcome] == dates


def test_nothing_outside_the_mailbox_is_touched(place: Place, tmp_path: Path, target: MailTarget) -> None:
    made = target.ensure_folder(("..", "..", "ute"), None)
    written(target, made, message(1))
    assert made in [folder.path for folder in target.folders()]
