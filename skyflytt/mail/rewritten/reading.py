"""Two copies of a message, part by part: whether what differs is only what servers do that write messages anew."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from skyflytt.mail.encodedwords import decoded, folded
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.mimetree import MAX_DEPTH, Part, leaves, one_line_end, split_headers
from skyflytt.mail.rewritten.reasons import Reason
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime import from_mime, to_mime
from skyflytt.outlook.mime.inbound.filenames import allowed_name
from skyflytt.outlook.mime.without_kept import without_kept

_MESSAGE = "message/rfc822"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part; `words` of what can be read as text, `digest` of its content whatever it is."""

    type: str
    name: str
    attached: bool
    words: str
    digest: str
    content: bytes


def reasons(one: bytes, other: bytes, depth: int = 0) -> tuple[Reason, ...]:
    """Why these are copies of one message, though their fingerprints differ; nothing when they are not."""
    ours, theirs = fingerprint(one), fingerprint(other)
    dates = {ours.sent, theirs.sent}
    if (ours.message_id, ours.subject) != (theirs.message_id, theirs.subject) or len(dates - {None}) > 1:
        return ()
    found = _of_contents(one, other, depth)
    if not found and any(_is_what_was_read(*pair) for pair in ((one, other), (other, one))):
        found = {Reason.MALFORMED}
    if found is None:
        return ()
    dated = {Reason.DATED} if len(dates) > 1 else set()
    return tuple(sorted(found | dated, key=list(Reason).index))


def _of_contents(one: bytes, other: bytes, depth: int) -> set[Reason] | None:
    """None where something is on one side alone."""
    comparison = _Comparison(list(_pieces(one)), list(_pieces(other)), depth)
    found = comparison.run()
    return None if comparison.left else found


def _is_what_was_read(malformed: bytes, other: bytes) -> bool:
    """Whether one is malformed, and the other what a reader of MIME makes of it; a part of it is not enough."""
    read = from_mime(malformed)
    if ORIGINAL_MIME not in read.properties:
        return False
    return _of_contents(to_mime(without_kept(read)), other, 0) is not None


def _are_equal(one: bytes, other: bytes) -> bool:
    return fingerprint(one).fingerprint == fingerprint(other).fingerprint


def _pieces(raw: bytes) -> Iterator[_Piece]:
    text = one_line_end(raw)
    if text.startswith((b"From ", b">From ")):
        text = text.partition(b"\n")[2]
    concerns: set[str] = set()
    headers, body = split_headers(text, concerns)
    for part in leaves(headers, body, concerns):
        yield _piece(part)


def _piece(part: Part) -> _Piece:
    words = folded(decoded(part.content, part.charset)[0].removeprefix("\ufeff")) if part.type[:5] == "text/" else ""
    content = one_line_end(part.content).rstrip(b"\n")
    return _Piece(part.type, part.name, part.attached, words, hashlib.sha256(content).hexdigest(), content)


class _Comparison:
    """What is alike is taken from both sides, step by step, from the strictest likeness on."""

    def __init__(self, ours: list[_Piece], theirs: list[_Piece], depth: int) -> None:
        self.ours, self.theirs = ours, theirs
        self._depth = depth
        self._html = bool(
            Counter(one.words for one in ours if one.type == "text/html")
            & Counter(one.words for one in theirs if one.type == "text/html")
        )

    @property
    def left(self) -> bool:
        """Whether something is on one side alone."""
        return bool(self.ours or self.theirs)

    def run(self) -> set[Reason]:
        steps: tuple[tuple[Callable[[_Piece, _Piece], bool], Reason | None], ...] = (
            (_are_alike, None),
            (_one_has_a_name, Reason.PART_NAMED),
            (_differ_in_letters, Reason.NAME_CHANGED),
            (_is_attached_text, Reason.TEXT_ATTACHED),
            (self._rewritten_inside, Reason.MESSAGE_INSIDE),
        )
        found = {reason for alike, reason in steps if self._take(alike) and reason}
        if self.left and self._without_texts():
            found.add(Reason.TEXT_OF_HTML)
        return found

    def _take(self, alike: Callable[[_Piece, _Piece], bool]) -> bool:
        taken = False
        for mine in list(self.ours):
            other = next((one for one in self.theirs if alike(mine, one)), None)
            if other is not None:
                self.ours.remove(mine)
                self.theirs.remove(other)
                taken = True
        return taken

    def _rewritten_inside(self, mine: _Piece, other: _Piece) -> bool:
        if not mine.type == other.type == _MESSAGE or self._depth >= MAX_DEPTH:
            return False
        return _are_equal(mine.content, other.content) or bool(reasons(mine.content, other.content, self._depth + 1))

    def _without_texts(self) -> bool:
        """Whether plain texts are left that are another form of HTML that is the same. Empty texts say nothing."""
        mine, others = (_plain(side) for side in (self.ours, self.theirs))
        differ = _joined(mine) != _joined(others)
        if differ and not self._html:
            return False
        self.ours = [one for one in self.ours if one not in mine and not _is_nothing(one)]
        self.theirs = [one for one in self.theirs if one not in others and not _is_nothing(one)]
        return differ


def _plain(side: list[_Piece]) -> list[_Piece]:
    return [one for one in side if one.type == "text/plain" and not one.attached]


def _joined(texts: list[_Piece]) -> str:
    """Some servers join several text parts into one body."""
    return folded(" ".join(one.words for one in texts))


def _is_nothing(piece: _Piece) -> bool:
    return not piece.attached and not piece.words


def _are_alike(mine: _Piece, other: _Piece) -> bool:
    """As a fingerprint sees them."""
    if mine.attached != other.attached or mine.type == other.type == _MESSAGE:
        both = mine.attached and other.attached and not any(one.content.startswith(b"From ") for one in (mine, other))
        return both and _are_equal(mine.content, other.content)
    if mine.attached:
        return (mine.name, mine.digest) == (other.name, other.digest)
    return (mine.type, mine.words) == (other.type, other.words)


def _one_has_a_name(mine: _Piece, other: _Piece) -> bool:
    return mine.attached and other.attached and mine.digest == other.digest and not (mine.name and other.name)


def _differ_in_letters(mine: _Piece, other: _Piece) -> bool:
    both = mine.attached and other.attached and mine.digest == other.digest
    return both and allowed_name(mine.name) == allowed_name(other.name)


def _is_attached_text(mine: _Piece, other: _Piece) -> bool:
    return mine.attached != other.attached and (mine.type, mine.words) == (other.type, other.words)
