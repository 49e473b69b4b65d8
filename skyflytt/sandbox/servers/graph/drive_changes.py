"""What changed in a drive since a token (https://learn.microsoft.com/graph/api/driveitem-delta), told late if the rules say so."""

from __future__ import annotations

from typing import Any

from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal
from skyflytt.sandbox.servers.graph.drive_items import fields, of
from skyflytt.sandbox.servers.graph.drive_state import Drive
from skyflytt.sandbox.servers.graph.state import State


def delta(state: State, asked: Asked, key: str) -> Answer:
    """`token` is `latest`, or the number of changes that are known, a slash, and how many of the pages' items were told."""
    drive = of(state, key)
    token = asked.options.get("token", "")
    if token == "latest":
        return Answer(200, {"value": [], "@odata.deltaLink": _link(asked, drive, str(len(drive.changes)))})
    known, _, skip = token.partition("/")
    if not skip:
        drive.asked_for_changes += 1
    begin = _number(known) if known else 0
    if token and begin < drive.forgotten:
        raise _resync(asked, drive)
    return _page(asked, drive, known, begin, _number(skip) if skip else 0)


def _page(asked: Asked, drive: Drive, known: str, begin: int, skip: int) -> Answer:
    end = _told_to(drive)
    ids = list(dict.fromkeys(one for one, _ in drive.changes[begin:end])) if known else list(drive.items)
    if known and ids:
        ids = [drive.root.id, *(one for one in ids if one != drive.root.id)]
    size = drive.rules.page
    body: dict[str, Any] = {"value": [_change(drive, one) for one in ids[skip : skip + size]]}
    if skip + size < len(ids):
        body["@odata.nextLink"] = _link(asked, drive, f"{known}/{skip + size}")
    else:
        body["@odata.deltaLink"] = _link(asked, drive, str(max(begin, end)))
    return Answer(200, body)


def _told_to(drive: Drive) -> int:
    """Changes are told in their order; the first one that is too fresh holds back what follows."""
    for index, (_, first) in enumerate(drive.changes):
        if first >= drive.asked_for_changes:
            return index
    return len(drive.changes)


def _change(drive: Drive, key: str) -> dict[str, Any]:
    if key in drive.items:
        told = fields(drive, drive.items[key])
        # Neither is told here: a folder's new name tells nothing of what is below it, and cTag is left out for SharePoint.
        del told["cTag"], told["parentReference"]["path"]
        return told
    return {"id": key, "deleted": {"state": "deleted"}, "parentReference": {"driveId": drive.start.id}}


def _link(asked: Asked, drive: Drive, token: str) -> str:
    return f"{asked.base}/drives/{drive.start.id}/root/delta?token={token}"


def _resync(asked: Asked, drive: Drive) -> Refusal:
    refusal = Refusal(410, "resyncChangesApplyDifferences", "Resync required.")
    headers = {**refusal.answer.headers, "Location": _link(asked, drive, "")}
    refusal.answer = Answer(410, refusal.answer.body, headers)
    return refusal


def _number(text: str) -> int:
    if not text.isdigit():
        raise Refusal(400, "invalidRequest", "The token is not valid")
    return int(text)
