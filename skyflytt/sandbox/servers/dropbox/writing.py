"""Upload sessions and their commits, moves, deletions and new folders."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dropbox.content_hash import content_hash

from skyflytt.sandbox.servers.dropbox.answers import Refused, refused, union
from skyflytt.sandbox.servers.dropbox.metadata import metadata
from skyflytt.sandbox.servers.dropbox.site import Asked, Site
from skyflytt.sandbox.servers.dropbox.tree import WriteRefused
from skyflytt.sandbox.servers.dropbox.uploads import MOST_BYTES, SessionRefused, mismatch

MOST_ENTRIES = 1_000


def session_start(site: Site, _asked: Asked, argument: dict[str, Any], body: bytes) -> dict[str, Any]:
    _check_body(argument, body)
    name = site.uploads.begin(site.now)
    cursor = {"session_id": name, "offset": 0}
    site.uploads.append(cursor, body, close=bool(argument.get("close")), now=site.now)
    return {"session_id": name}


def session_append(site: Site, _asked: Asked, argument: dict[str, Any], body: bytes) -> None:
    _check_body(argument, body)
    try:
        site.uploads.append(argument["cursor"], body, close=bool(argument.get("close")), now=site.now)
    except SessionRefused as no:
        raise refused(no.tag, **no.inner) from None


def session_start_batch(site: Site, _asked: Asked, argument: dict[str, Any], _body: bytes) -> dict[str, Any]:
    if not 1 <= argument["num_sessions"] <= MOST_ENTRIES:
        raise Refused(400, "num_sessions: 1 to 1000")
    return {"session_ids": [site.uploads.begin(site.now) for _ in range(argument["num_sessions"])]}


def session_append_batch(site: Site, _asked: Asked, argument: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The parts stand one after the other; each has an answer of its own."""
    _check_body(argument, body)
    if sum(one["length"] for one in argument["entries"]) != len(body):
        raise refused("length_mismatch")
    entries: list[dict[str, Any]] = []
    at = 0
    broken = site.faults.due("files/upload_session/append_batch", "entry")
    for number, one in enumerate(argument["entries"]):
        part, at = body[at : at + one["length"]], at + one["length"]
        try:
            if broken is not None and number == broken.entry:
                entries.append({".tag": "failure", "failure": {".tag": broken.tag}})
                continue
            site.uploads.append(one["cursor"], part, close=bool(one.get("close")), now=site.now)
            entries.append({".tag": "success"})
        except SessionRefused as no:
            entries.append({".tag": "failure", "failure": {".tag": no.tag, **no.inner}})
    return {"entries": entries}


def _check_body(argument: dict[str, Any], body: bytes) -> None:
    if len(body) > MOST_BYTES:
        raise refused("payload_too_large")
    if mismatch(argument.get("content_hash"), body):
        raise refused("content_hash_mismatch")


def session_finish(site: Site, asked: Asked, argument: dict[str, Any], body: bytes) -> dict[str, Any]:
    _check_body(argument, body)
    cursor = dict(argument["cursor"])
    try:
        if body:
            site.uploads.append(cursor, body, close=True, now=site.now)
            cursor["offset"] += len(body)
        return _committed(site, asked, {**argument, "cursor": cursor}, closed=False)
    except SessionRefused as no:
        raise refused("lookup_failed", no.tag, **no.inner) from None
    except WriteRefused as no:
        raise refused("path", *no.named) from None


def session_finish_batch(site: Site, asked: Asked, argument: dict[str, Any], _body: bytes) -> dict[str, Any]:
    """The answer's status is 200 whatever became of an entry."""
    if len(argument["entries"]) > MOST_ENTRIES:
        raise Refused(400, "too many entries")
    broken = site.faults.due("files/upload_session/finish_batch_v2", "entry")
    entries: list[dict[str, Any]] = []
    for number, one in enumerate(argument["entries"]):
        try:
            if broken is not None and number == broken.entry:
                entries.append({".tag": "failure", "failure": union(*broken.tag.split("/"))})
                continue
            entries.append({**_committed(site, asked, one, closed=True), ".tag": "success"})
        except SessionRefused as no:
            entries.append({".tag": "failure", "failure": union("lookup_failed", no.tag, **no.inner)})
        except WriteRefused as no:
            entries.append({".tag": "failure", "failure": union("path", *no.named)})
    return {"entries": entries}


def _committed(site: Site, asked: Asked, argument: dict[str, Any], *, closed: bool) -> dict[str, Any]:
    commit = argument["commit"]
    content = site.uploads.taken(argument["cursor"], site.now, closed=closed)
    if site.used() + len(content) > site.account.room_bytes:
        raise WriteRefused("insufficient_space")
    tree, names = site.place(asked, commit["path"])
    if not names:
        raise WriteRefused("conflict", "folder")
    if site.faults.due("commit", "renamed"):
        names = [*names[:-1], f"{names[-1]} (1)"]
    if site.faults.due("commit", "altered"):
        content = bytes([content[0] ^ 1]) + content[1:] if content else b"\0"
    kept = tree.write(names, content, content_hash(content), _when(site, commit), commit.get("mode", "add"))
    site.uploads.forget(argument["cursor"]["session_id"])
    told = metadata(site, asked, tree, names, kept)
    if site.faults.due("commit", "lost"):
        tree.delete(names, None)
    return told


def _when(site: Site, commit: dict[str, Any]) -> datetime:
    given = commit.get("client_modified")
    when = datetime.strptime(given, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if given else site.now
    return when.replace(microsecond=0)


def delete(site: Site, asked: Asked, argument: dict[str, Any], _body: bytes) -> dict[str, Any]:
    tree, names = site.place(asked, argument["path"])
    gone = tree.delete(names, argument.get("parent_rev"))
    return {"metadata": metadata(site, asked, tree, names, gone)}


def move(site: Site, asked: Asked, argument: dict[str, Any], _body: bytes) -> dict[str, Any]:
    tree, names = site.place(asked, argument["from_path"])
    other, to = site.place(asked, argument["to_path"])
    if other is not tree:
        raise refused("cant_transfer_ownership")
    return {"metadata": metadata(site, asked, tree, to, tree.move(names, to))}


def create_folder(site: Site, asked: Asked, argument: dict[str, Any], _body: bytes) -> dict[str, Any]:
    tree, names = site.place(asked, argument["path"])
    try:
        return {"metadata": metadata(site, asked, tree, names, tree.make(names))}
    except WriteRefused as no:
        raise refused("path", *no.named) from None
