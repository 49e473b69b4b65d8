"""What no single field can know: names that must exist, must differ, or must not lie on top of each other.

Works on the plain data of a file, whatever its state, so that these errors are found together with those of the fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from skyflytt.project.part import quoted
from skyflytt.project.places import Place, mail_place, share_place
from skyflytt.project.secret_keys import variable_of
from skyflytt.project.servers import (
    DIRECTORY_KINDS,
    DNS_KINDS,
    DROP_KINDS,
    FILE_KINDS,
    KINDS,
    MAIL_KINDS,
    READ_ONLY_MAIL_KINDS,
    TOKEN_KINDS,
)

Loc = tuple[str | int, ...]
NAMED = ("mailboxes", "shares", "applications", "domains", "devices", "directories", "logs", "drops")
USES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("mailboxes", ("source", "server"), (*MAIL_KINDS, *READ_ONLY_MAIL_KINDS)),
    ("mailboxes", ("target", "server"), MAIL_KINDS),
    ("shares", ("source", "server"), FILE_KINDS),
    ("shares", ("target", "server"), FILE_KINDS),
    ("drops", ("server",), DROP_KINDS),
    ("logs", ("server",), FILE_KINDS),
    ("directories", ("server",), DIRECTORY_KINDS),
    ("domains", ("host",), DNS_KINDS),
    ("domains", ("rehearsal_host",), DNS_KINDS),
    ("domains", ("mail_test", "old", "server"), MAIL_KINDS),
    ("domains", ("mail_test", "new", "server"), MAIL_KINDS),
    ("domains", ("mail_test", "outside", "mailbox", "server"), MAIL_KINDS),
    ("domains", ("mail_test", "submission"), ("smtp",)),
)


@dataclass(frozen=True)
class Contradiction:
    """`loc` is the place in the data, in pydantic's form; `what` and `write_instead` are sentences without a full stop."""

    loc: Loc
    what: str
    write_instead: str


def find_contradictions(data: Any) -> Iterator[Contradiction]:
    """Everything in a project's plain data that contradicts something else in it. Malformed parts are passed over."""
    if isinstance(data, Mapping):
        for check in (
            names_twice,
            contacts_twice,
            secrets_shared,
            servers_unknown,
            shares_unknown,
            test_users_unknown,
            shares_without_account,
            shares_without_tokens,
            drops_among_shares,
            mail_overlaps,
            file_overlaps,
        ):
            yield from check(data)


def entries(data: Any, *path: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    for index, entry in enumerate(data if isinstance(data, list | tuple) else ()):
        if isinstance(entry, Mapping):
            yield index, entry


def text(entry: Any, *path: str) -> str | None:
    for key in path:
        entry = entry.get(key) if isinstance(entry, Mapping) else None
    return entry if isinstance(entry, str) else None


def servers_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    servers = data.get("servers")
    return servers if isinstance(servers, Mapping) else {}


def nearest(name: str, known: list[str], otherwise: str) -> str:
    return next(iter(get_close_matches(name, known, n=1)), " or ".join(known[:8]) or otherwise)


def names_twice(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    for section in NAMED:
        seen: set[str] = set()
        for index, entry in entries(data, section):
            name = text(entry, "name")
            if name is None:
                continue
            if name.casefold() in seen:
                yield Contradiction(
                    (section, index, "name"),
                    f"there are two {section} called {quoted(name)}",
                    "a name of its own for each",
                )
            seen.add(name.casefold())


def contacts_twice(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    seen: set[tuple[str, str]] = set()
    for index, contact in entries(data, "customer", "contacts"):
        email, role = text(contact, "email"), text(contact, "role")
        if email is None or role is None:
            continue
        if (email.casefold(), role) in seen:
            what = f"{quoted(email)} is there twice as {role}"
            yield Contradiction(("customer", "contacts", index, "email"), what, "each person once per role")
        seen.add((email.casefold(), role))


def secrets_shared(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Two names that differ only in `-`, `_` and `.` would look up the same environment variable."""
    named = [(("servers", name, "[key]"), name) for name in servers_of(data)]
    yield from same_variable(named, "servers")
    boxes = [
        (("mailboxes", index, "name"), name) for index, box in entries(data, "mailboxes") if (name := text(box, "name"))
    ]
    yield from same_variable(boxes, "mailboxes")


def same_variable(named: Any, section: str) -> Iterator[Contradiction]:
    seen: dict[str, str] = {}
    for loc, name in named:
        variable = variable_of(f"{section}.{name}")
        other = seen.setdefault(variable, name)
        if other.casefold() != name.casefold():
            what = f"the secrets of {quoted(other)} and {quoted(name)} would both be looked up as {variable}…"
            yield Contradiction(loc, what, "names that differ in more than `-`, `_` and `.`")


def servers_unknown(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    servers = servers_of(data)
    for section, path, kinds in USES:
        fitting = [name for name, server in servers.items() if text(server, "kind") in kinds]
        for index, entry in entries(data, section):
            name = text(entry, *path)
            if name is None:
                continue
            loc: Loc = (section, index, *path)
            none_yet = f"a server of kind {' or '.join(kinds)}, after adding it under `servers`"
            if name not in servers:
                yield Contradiction(
                    loc, f"there is no server {quoted(name)} under `servers`", nearest(name, fitting, none_yet)
                )
            elif (kind := text(servers[name], "kind")) in KINDS and kind not in kinds:
                yield Contradiction(loc, _unfit(name, str(kind), section, kinds), nearest(name, fitting, none_yet))


def _unfit(name: str, kind: str, section: str, kinds: tuple[str, ...]) -> str:
    """Whatever else it is good for."""
    at = f"the server {quoted(name)} is of kind {quoted(kind)}"
    if section == "mailboxes" and kind in READ_ONLY_MAIL_KINDS:
        return f"{at}, which mailboxes are only read from: none goes there"
    return f"{at}, but {section} need {' or '.join(kinds)}"


def shares_unknown(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    shares = [name for _, share in entries(data, "shares") if (name := text(share, "name")) is not None]
    for index, application in entries(data, "applications"):
        name = text(application, "backup", "share")
        if name is not None and name not in shares:
            write = nearest(name, shares, "a share's name, after adding it under `shares`")
            yield Contradiction(
                ("applications", index, "backup", "share"), f"there is no share {quoted(name)} under `shares`", write
            )


def test_users_unknown(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    known = [name for _, mailbox in entries(data, "mailboxes") if (name := text(mailbox, "name")) is not None]
    for index, domain in entries(data, "domains"):
        users = domain.get("test_users")
        for place, name in enumerate(users if isinstance(users, list | tuple) else ()):
            if isinstance(name, str) and name not in known:
                write = nearest(name, known, "a mailbox's name, after adding it under `mailboxes`")
                what = f"there is no mailbox {quoted(name)} under `mailboxes`"
                yield Contradiction(("domains", index, "test_users", place), what, write)


def shares_without_account(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    servers = servers_of(data)
    for index, share in entries(data, "shares"):
        for side in ("source", "target"):
            name = text(share, side, "server")
            server = servers.get(name or "")
            if text(server, "kind") == "ftps" and text(server, "user") is None:
                what = f"the server {quoted(str(name))} names no account to log in with, which a share needs"
                yield Contradiction(("shares", index, side, "server"), what, f"`user:` below servers.{name}")


def shares_without_tokens(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    servers = servers_of(data)
    for index, share in entries(data, "shares"):
        kind = text(servers.get(text(share, "source", "server") or ""), "kind")
        if text(share, "detect") == "token" and kind in FILE_KINDS and kind not in TOKEN_KINDS:
            what = f"a server of kind {quoted(str(kind))} keeps no token that changes with a file"
            yield Contradiction(("shares", index, "detect"), what, "size-mtime or digest")


def drops_among_shares(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    """What a drop holds is erased when it has been collected."""
    used = {text(share, side, "server") for _, share in entries(data, "shares") for side in ("source", "target")}
    for index, drop in entries(data, "drops"):
        name = text(drop, "server")
        if name is not None and name in used:
            what = f"the server {quoted(name)} holds shares, and everything in a drop is erased when it is closed"
            yield Contradiction(("drops", index, "server"), what, "a server, or an S3 prefix, of the drop's own")


def mail_overlaps(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    servers = servers_of(data)
    sides = places(data, "mailboxes", "login", lambda end: mail_place(servers, end))
    yield from overlaps("mailboxes", "login", *sides)


def file_overlaps(data: Mapping[str, Any]) -> Iterator[Contradiction]:
    servers = servers_of(data)
    sides = places(data, "shares", "path", lambda end: share_place(servers, end))
    yield from overlaps("shares", "path", *sides)


Side = list[tuple[int, str, Place]]


def places(data: Mapping[str, Any], section: str, key: str, place_of: Any) -> tuple[Side, Side]:
    sides: tuple[Side, Side] = ([], [])
    for index, entry in entries(data, section):
        for side, end in zip(sides, ("source", "target"), strict=True):
            if text(entry, end, key) is not None and (place := place_of(entry[end])) is not None:
                side.append((index, text(entry, "name") or f"number {index + 1}", place))
    return sides


def overlaps(section: str, key: str, sources: Side, targets: Side) -> Iterator[Contradiction]:
    """A target may not lie on, in or around another target, nor any source: what is left must stay untouched."""
    first = {place: (index, name) for index, name, place in reversed(targets)}
    source_at = {place: name for _, name, place in reversed(sources)}
    around_source = {above: name for _, name, place in reversed(sources) for above in place.above}
    for index, name, place in targets:
        loc: Loc = (section, index, "target", key)
        other = next((found for at in (place, *place.above) if (found := first.get(at)) and found[0] != index), None)
        if other:
            what = f"{quoted(name)} goes into the same place as {quoted(other[1])}"
            yield Contradiction(loc, what, f"a {key} that no other of the {section} goes to, above or below")
        source = next((source_at[at] for at in (place, *place.above) if at in source_at), None) or around_source.get(
            place
        )
        if source:
            what = f"the target of {quoted(name)} lies on the source of {quoted(source)}, which must stay untouched"
            yield Contradiction(loc, what, f"another server or {key}")
