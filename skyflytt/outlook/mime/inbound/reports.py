"""Delivery reports and read receipts ([MS-OXCMAIL] 2.2.3.7, RFC 3464, RFC 8098).

The parts of a report stay attachments, and its recipients are whom it was sent to.
"""

from __future__ import annotations

from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.mime.inbound.header import Header, read_header
from skyflytt.outlook.mime.inbound.roles import Leaf
from skyflytt.outlook.mime.inbound.structure import Entity
from skyflytt.outlook.mime.inbound.transfer import content_of

MAX_RECIPIENTS = 10_000
"""Of one report that are looked at."""
_SUFFIXES = {
    b"delivered": ".DR",
    b"expanded": ".Expanded.DR",
    b"relayed": ".Relayed.DR",
    b"delayed": ".Delayed.DR",
    b"failed": ".NDR",
}
"""By rising severity; the worst of all recipients says what the report is."""
_RETURNED = frozenset(("message/rfc822", "text/rfc822-headers"))


def report(message: Entity, leaves: list[Leaf], received: object) -> Properties:
    """The class and what it refers to, if the message is a report; otherwise nothing."""
    if message.type != "multipart/report":
        return {}
    for leaf in leaves:
        if leaf.entity.type in ("message/delivery-status", "message/global-delivery-status"):
            properties = _delivery(leaf)
        elif leaf.entity.type in ("message/disposition-notification", "message/global-disposition-notification"):
            properties = _disposition(leaf)
        else:
            continue
        if properties and isinstance(received, int):
            properties[tags.REPORT_TIME] = received
        if properties and (original := _original_id(leaf, leaves)):
            properties[tags.ORIGINAL_MESSAGE_ID] = original
        return properties
    return {}


def _delivery(leaf: Leaf) -> Properties:
    actions = {value.strip().lower() for group in _groups(leaf) for value in group.all(b"action")}
    for action, suffix in reversed(_SUFFIXES.items()):
        if action in actions:
            return {tags.MESSAGE_CLASS: "REPORT.IPM.Note" + suffix}
    return {}


def _disposition(leaf: Leaf) -> Properties:
    for group in _groups(leaf):
        if value := group.text(b"disposition").lower():
            read = value.rpartition(";")[2].strip().startswith("displayed")
            return {tags.MESSAGE_CLASS: "REPORT.IPM.Note." + ("IPNRN" if read else "IPNNRN")}
    return {}


def _groups(leaf: Leaf) -> list[Header]:
    """The groups of fields, an empty line between each two (RFC 3464 §2.1)."""
    content, at = content_of(leaf.entity, set()), 0
    groups: list[Header] = []
    while at < len(content) and len(groups) < MAX_RECIPIENTS:
        group, after = read_header(content, at, len(content), set())
        if after == at:
            break
        groups.append(group)
        at = after
    return groups


def _original_id(report_leaf: Leaf, leaves: list[Leaf]) -> str:
    for group in _groups(report_leaf):
        if original := group.text(b"original-message-id"):
            return original
    for leaf in leaves:
        if leaf.entity.type in _RETURNED:
            content = content_of(leaf.entity, set())
            return read_header(content, 0, len(content), set())[0].text(b"message-id")
    return ""
