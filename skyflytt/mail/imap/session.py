"""One signed-in connection: what it can do, which folder is open, and the few commands that imapclient has no method for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient

from skyflytt.errors.mail import FolderRefused
from skyflytt.mail.imap.errors import ServerRefused, accepted, refusals
from skyflytt.mail.imap.numbering import Numbering

_APPENDLIMIT = re.compile(rb"(?i)APPENDLIMIT (\d+)")
_PERMANENT = re.compile(rb"\[PERMANENTFLAGS \(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Selected:
    """The open folder; `modseq` is None where it has no change numbers."""

    name: bytes
    readonly: bool
    validity: int
    exists: int
    modseq: int | None
    permanent_flags: frozenset[str]


class Session:
    """A connection in use. `server` is its name for messages; `numbering` is shared by those of a mailbox that is written to."""

    def __init__(self, client: IMAPClient, server: str, numbering: Numbering | None = None) -> None:
        self.client = client
        self.imap: Any = client._imap
        self.server = server
        self.capabilities = _capabilities(client)
        self.utf8 = self._enabled("UTF8=ACCEPT") if self.can("UTF8=ACCEPT") or self.can("UTF8=ONLY") else False
        self.qresync = self._enabled("QRESYNC") if self.can("QRESYNC") else False
        self.guessed_sizes = 0
        self._numbering = numbering
        self._selected: Selected | None = None
        self._append_limits: dict[bytes, int | None] = {}

    def can(self, *capabilities: str) -> bool:
        return self.capabilities.issuperset(capabilities)

    def select(self, name: bytes, *, readonly: bool, fresh: bool = False) -> Selected:
        """Open a folder, unless it is open already and `fresh` is not asked for; EXAMINE when `readonly`.

        Raises `NumberedAnew` as `numbered`.
        """
        now = self._selected
        if now and not fresh and now.name == name and now.readonly == readonly:
            return now
        self._selected = None
        accepted(self.imap.select(quoted(name), readonly))
        opened = self._opened(name, readonly)
        self.numbered(name, opened.validity, opened.exists)
        self._selected = opened
        return opened

    def numbered(self, name: bytes, validity: int, exists: int = 1) -> None:
        """See `Numbering.told`; a mailbox that is only read asks for nothing but what it is told."""
        if self._numbering is not None:
            self._numbering.told(name, validity, exists)

    def forget(self) -> None:
        """The open folder changed by our own doing: open it anew at the next use."""
        self._selected = None

    def uid(self, command: str, *arguments: str | bytes) -> list[Any]:
        """A UID command; its untagged answers of that name (FETCH for STORE)."""
        response = "FETCH" if command in ("STORE", "FETCH") else command
        self.imap.untagged_responses.pop(response, None)
        with refusals():
            typ, data = self.imap.uid(command, *arguments)
        if typ != "OK":
            raise ServerRefused(str(data[-1], "utf-8", "replace") if data and data[-1] else typ)
        left = self.imap.untagged_responses.pop(response, [])
        return [item for item in [*data, *left] if isinstance(item, tuple) or item]

    def response_code(self, code: str) -> bytes | None:
        """The argument of a response code of the last command, such as COPYUID, taken off the heap."""
        found = self.imap.untagged_responses.pop(code, None)
        return found[-1] if found else None

    def _opened(self, name: bytes, readonly: bool) -> Selected:
        answers = self.imap.untagged_responses
        validity = _number(answers.get("UIDVALIDITY"))
        if validity is None:
            raise FolderRefused(
                name.decode("ascii", "replace"), "the server gives no UIDVALIDITY, so nothing in it can be named"
            )
        permanent = [found[1] for line in answers.get("OK", ()) if (found := _PERMANENT.match(line))]
        flags = permanent[0] if permanent else b" ".join(answers.get("FLAGS", [b""])).strip(b"()")
        return Selected(
            name,
            readonly,
            validity,
            _number(answers.get("EXISTS")) or 0,
            _number(answers.get("HIGHESTMODSEQ")),
            frozenset(flag.decode("utf-8", "replace") for flag in flags.split()),
        )

    def append_limit(self, name: bytes) -> int | None:
        """The folder's own APPENDLIMIT (RFC 7889 §3)."""
        if name not in self._append_limits:
            self.imap.untagged_responses.pop("STATUS", None)
            with refusals():
                typ, data = self.imap.status(quoted(name), "(APPENDLIMIT)")
            found = _APPENDLIMIT.search(data[-1]) if typ == "OK" and data and isinstance(data[-1], bytes) else None
            self._append_limits[name] = int(found[1]) if found else None
        return self._append_limits[name]

    def _enabled(self, extension: str) -> bool:
        """ENABLE it (RFC 5161), where the server does."""
        if not self.can("ENABLE"):
            return False
        return extension.encode() in [name.upper() for name in self.client.enable(extension)]


def _capabilities(client: IMAPClient) -> frozenset[str]:
    """Asked for anew: what imapclient remembers is from before the login, when servers offer less."""
    client._imap.untagged_responses.pop("CAPABILITY", None)
    client._cached_capabilities = None
    return frozenset(capability.decode("ascii", "replace") for capability in client.capabilities())


def quoted(name: bytes) -> bytes:
    """A folder's name as a quoted string."""
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def uid_set(uids: Iterable[int]) -> str:
    """UIDs as a sequence set with ranges: "1:3,7"."""
    ranges: list[list[int]] = []
    for uid in sorted(set(uids)):
        if ranges and ranges[-1][1] == uid - 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(f"{first}:{last}" if first != last else str(first) for first, last in ranges)


def uids_of(text: bytes, at_most: int | None = None) -> list[int]:
    """The UIDs of a sequence set in its order; raises ValueError when it is none or names more than `at_most`."""
    uids: list[int] = []
    for piece in text.split(b","):
        first, _, last = piece.partition(b":")
        span = range(min(int(first), int(last or first)), max(int(first), int(last or first)) + 1)
        if at_most is not None and len(uids) + len(span) > at_most:
            raise ValueError(f"more than {at_most} UIDs")
        uids.extend(span)
    return uids


def _number(values: Sequence[bytes] | None) -> int | None:
    return int(values[-1]) if values and values[-1] and values[-1].isdigit() else None
