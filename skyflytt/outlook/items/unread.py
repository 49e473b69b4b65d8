"""An item of which nothing can be made but a mail that says so, with the source's text attached."""

from __future__ import annotations

from skyflytt.outlook.items.classes import NOTE
from skyflytt.outlook.items.item import Item, common_message
from skyflytt.outlook.items.losses import keep_source
from skyflytt.outlook.mapi import Message


def unread_item(subject: str, reason: str, source: str, filename: str, mime_type: str) -> Message:
    """`reason` is the text and the loss."""
    message = common_message(Item(subject=" ".join(subject.split()) or filename, body=reason, losses=[reason]), NOTE)
    keep_source(message, source, filename, mime_type)
    return message
