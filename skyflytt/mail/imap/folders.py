"""Folders: their names at the server and their paths, roles and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from imapclient.response_parser import parse_response

from skyflytt.mail import utf7
from skyflytt.mail.imap import gmail
from skyflytt.mail.imap.errors import ServerRefused, accepted, refusals
from skyflytt.mail.imap.session import Session, quoted
from skyflytt.mail.port import Folder, FolderPath, FolderRole
from skyflytt.mail.roles import with_guessed_roles

_ROLES = {f"\\{role.value}": role for role in FolderRole if role is not FolderRole.INBOX}
_CLOSED = frozenset((b"\\noselect", b"\\nonexistent"))
INBOX: FolderPath = ("INBOX",)


@dataclass(frozen=True, slots=True)
class Namespace:
    """The personal namespace (RFC 2342): what stands before every folder of one's own, and what parts the levels."""

    prefix: bytes
    delimiter: bytes
    foreign: tuple[bytes, ...] = ()
    """Prefixes of other people's and shared folders; they are not part of this mailbox."""
    utf8: bool = False
    """Names are UTF-8 (RFC 6855), not modified UTF-7."""

    def path_of(self, name: bytes) -> FolderPath:
        if name.upper() == b"INBOX":
            return INBOX
        own = name[len(self.prefix) :] if self.prefix and name.startswith(self.prefix) else name
        parts = own.split(self.delimiter) if self.delimiter else [own]
        path = tuple(part.decode("utf-8", "replace") if self.utf8 else utf7.decode(part) for part in parts)
        return ("INBOX", *path[1:]) if path[0].upper() == "INBOX" and len(path) > 1 else path

    def shown(self, name: bytes) -> str:
        """A folder's whole name as a person reads it, whoever's it is."""
        return name.decode("utf-8", "replace") if self.utf8 else utf7.decode(name)

    def name_of(self, path: FolderPath) -> bytes:
        """The name that a folder with this path would get; the delimiter within a name becomes `_`."""
        if path == INBOX:
            return b"INBOX"
        if self.prefix[:-1].upper() == b"INBOX" and path[0] == "INBOX":
            path = path[1:]
        names = [self._allowed(part) for part in path]
        return self.prefix + self.delimiter.join(name.encode() if self.utf8 else utf7.encode(name) for name in names)

    def _allowed(self, part: str) -> str:
        delimiter = self.delimiter.decode("ascii", "replace")
        kept = "".join("_" if letter == delimiter or letter < " " or letter in "%*" else letter for letter in part)
        return "_" * len(kept) if kept.strip() in ("", ".", "..") else kept.strip()


@dataclass(slots=True)
class FolderTable:
    """The folders as last listed: the server's own name of each path, and its role."""

    namespace: Namespace
    names: dict[FolderPath, bytes] = field(default_factory=dict)
    roles: dict[FolderPath, FolderRole | None] = field(default_factory=dict)
    all_mail: FolderPath | None = None
    """Gmail's folder that shows every message once more."""
    others: list[bytes] = field(default_factory=list)
    """Other people's and shared folders, by the server's own names."""

    def name(self, path: FolderPath) -> bytes:
        return self.names.get(path) or self.namespace.name_of(path)


def tame(path: FolderPath) -> FolderPath:
    """The path in letters that every server takes; which one stood there is lost to `_`."""
    return tuple(re.sub(r"[./\\~:*%?<>|\"&]", "_", name) for name in path)


def namespace(session: Session) -> Namespace:
    """The personal namespace; without the extension, whatever LIST says the delimiter is."""
    if not session.can("NAMESPACE"):
        accepted(session.imap.list('""', '""'))
        answer = parse_response(session.imap.untagged_responses.pop("LIST", [None]) or [None])
        return Namespace(b"", _bytes(answer[1]) if len(answer) > 1 else b"/", utf8=session.utf8)
    _, data = session.imap.namespace()
    personal, *others = parse_response([item for item in data if item])
    first = personal[0] if personal else (b"", b"/")
    foreign = tuple(_bytes(space[0]) for spaces in others for space in spaces or ())
    return Namespace(_bytes(first[0]), _bytes(first[1]), tuple(prefix for prefix in foreign if prefix), session.utf8)


def listed(session: Session, space: Namespace) -> FolderTable:
    """Every selectable folder of the mailbox."""
    if session.can("SPECIAL-USE", "LIST-EXTENDED"):
        answer = session.imap.xatom("LIST", '""', '"*"', "RETURN", "(SPECIAL-USE)")
        accepted(answer)
        lines = session.imap.untagged_responses.pop("LIST", [])
    else:
        typ, lines = session.imap.list('""', '"*"')
        accepted((typ, lines))
    table = FolderTable(space)
    told: dict[FolderPath, FolderRole | None] = {}
    for flags, name in _rows(lines):
        if _CLOSED & {flag.lower() for flag in flags}:
            continue
        if name.startswith(space.foreign):
            table.others.append(name)
            continue
        path = space.path_of(name)
        kinds = {flag.lower() for flag in flags} if session.can(gmail.EXTENSION) else frozenset()
        if kinds & gmail.VIEWS:
            continue
        table.names[path] = name
        told[path] = _role(flags)
        if gmail.ALL_MAIL in kinds:
            table.all_mail, told[path] = path, FolderRole.ARCHIVE
    table.roles = with_guessed_roles(told, above=((), ("[Gmail]",), ("[Google Mail]",)))
    return table


def measured(session: Session, table: FolderTable) -> list[Folder]:
    """The folders with their counts; one that cannot be asked is listed with 0 and refused when it is opened."""
    return [_measured(session, path, name, table.roles[path]) for path, name in sorted(table.names.items())]


def _measured(session: Session, path: FolderPath, name: bytes, role: FolderRole | None) -> Folder:
    asked = "(MESSAGES SIZE)" if session.can("STATUS=SIZE") or session.can("IMAP4REV2") else "(MESSAGES)"
    session.imap.untagged_responses.pop("STATUS", None)
    try:
        with refusals():
            typ, data = session.imap.status(quoted(name), asked)
        accepted((typ, data))
    except ServerRefused:
        return Folder(path, role, 0, None)
    values = _pairs(parse_response([item for item in data if item])[-1])
    return Folder(path, role, values.get(b"MESSAGES", 0), values.get(b"SIZE"))


def _pairs(items: object) -> dict[bytes, int]:
    flat = list(items) if isinstance(items, tuple) else []
    return {_bytes(key).upper(): int(value) for key, value in zip(flat[::2], flat[1::2], strict=False)}


def _rows(lines: Iterable[object]) -> Iterable[tuple[frozenset[bytes], bytes]]:
    flat = parse_response([line for line in lines if line])
    step = 3
    for place in range(0, len(flat) - len(flat) % step, step):
        flags, _, name = flat[place : place + step]
        yield frozenset(_bytes(flag) for flag in flags), _bytes(name)


def _role(flags: Iterable[bytes]) -> FolderRole | None:
    return next((role for flag in flags if (role := _ROLES.get(flag.decode("ascii", "replace").lower()))), None)


def _bytes(value: object) -> bytes:
    """A name of digits is parsed as a number, a delimiter of NIL as None."""
    if value is None:
        return b""
    return value if isinstance(value, bytes) else str(value).encode("utf-8")
