"""Write messages and read them back at once: what the target's copies are, told by digests so that no message has to be kept for it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skyflytt.errors.base import Failure, Permanent
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import Fetched, FolderPath, MailTarget, NewMessage


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A copy's SHA-256, and its fingerprint where the digest is not the one that was expected."""

    digest: str
    fingerprint: str | None


def put_and_read_back(
    target: MailTarget, place: FolderPath, messages: Sequence[NewMessage], digests: Sequence[str]
) -> tuple[Sequence[str | Failure], dict[str, ReadBack]]:
    """The target's answer to each message, and the copies of those that it took. Raises what concerns the whole mailbox."""
    try:
        answers = target.append(place, messages)
    except Permanent as failure:  # the folder's
        return [failure] * len(messages), {}
    expected = {
        answer: digest for answer, digest in zip(answers, digests, strict=True) if not isinstance(answer, Failure)
    }
    return answers, read_back_from(target, place, expected) if expected else {}


def read_back_from(target: MailTarget, place: FolderPath, expected: Mapping[str, str]) -> dict[str, ReadBack]:
    """The copies under these refs, which map to the digests that they should have; what cannot be fetched is left out."""
    return {
        answer.ref: _told(answer.raw, expected[answer.ref])
        for answer in target.fetch(place, list(expected))
        if isinstance(answer, Fetched) and answer.ref in expected
    }


def _told(raw: bytes, expected: str) -> ReadBack:
    digest = hashlib.sha256(raw).hexdigest()
    return ReadBack(digest, None if digest == expected else fingerprint(raw).fingerprint)
