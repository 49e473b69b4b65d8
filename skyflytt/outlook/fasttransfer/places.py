"""Where in a message the reader of a FastTransfer stream is: what is open, and which marker may come ([MS-OXCFXICS] 2.2.4.2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from skyflytt.outlook.fasttransfer.lexemes import Marker
from skyflytt.outlook.mapi import Attachment, Message, Properties


@dataclass(slots=True, eq=False)
class Scope:
    """The message whose code page its strings are in, and the one it is embedded in."""

    message: Message
    parent: Scope | None = None


@dataclass(slots=True, eq=False)
class Place:
    """One open thing. Exactly one of `message`, `attachment` is set where it may have children; `end` is the marker that closes it."""

    name: str
    bag: Properties
    scope: Scope
    end: Marker | None
    message: Message | None = None
    attachment: Attachment | None = None
    ended: bool = False
    seen: set[object] = field(default_factory=set)

    @property
    def is_error(self) -> bool:
        return self.end == Marker.ERROR_INFO

    @property
    def is_recipient(self) -> bool:
        return self.end == Marker.END_RECIPIENT

    @property
    def is_attachment(self) -> bool:
        return self.end == Marker.END_ATTACHMENT


class Places:
    """The stack of open things; the outermost is the message itself, which most streams begin and end without a marker."""

    def __init__(self) -> None:
        self.root = Message()
        self._open = [Place("message", self.root.properties, Scope(self.root), None, message=self.root)]
        self._error: Place | None = None

    @property
    def top(self) -> Place:
        return self._error or self._open[-1]

    def path(self) -> str:
        """The way from the outermost message, as a person would say it; only the last steps of a very long one."""
        names = [place.name for place in self._open[-6:] if place.name != "message"]
        return (" › ".join(names) or "message") if len(self._open) <= 6 else "… › " + " › ".join(names)

    @property
    def complete(self) -> bool:
        return len(self._open) == 1 and (self._open[0].end is None or self._open[0].ended)

    def enter_error(self) -> None:
        """The properties up to the next marker describe an error and are not the message's."""
        self._error = Place("error", {}, self._open[-1].scope, Marker.ERROR_INFO)

    def leave_error(self) -> Properties | None:
        error, self._error = self._error, None
        return None if error is None else error.bag

    def follow(self, marker: Marker, *, first: bool) -> bool:
        """Open or close what the marker says; False where it may not stand."""
        top = self._open[-1]
        if top.ended:
            return False
        if marker == top.end:
            return self._close(top)
        if marker in (Marker.START_MESSAGE, Marker.START_ASSOCIATED_MESSAGE):
            return first and len(self._open) == 1 and self._wrap(top)
        return self._open_child(marker, top)

    def _wrap(self, top: Place) -> bool:
        wrapped = top.end is None
        top.end = Marker.END_MESSAGE
        return wrapped

    def _close(self, top: Place) -> bool:
        if len(self._open) == 1:
            top.ended = True
        else:
            self._open.pop()
        return True

    def _open_child(self, marker: Marker, top: Place) -> bool:
        if top.message is not None and marker == Marker.START_RECIPIENT:
            return self._open_recipient(top, top.message)
        if top.message is not None and marker == Marker.NEW_ATTACHMENT:
            return self._open_attachment(top, top.message)
        if top.attachment is not None and marker == Marker.START_EMBEDDED:
            return self._open_embedded(top, top.attachment)
        return False

    def _open_recipient(self, top: Place, message: Message) -> bool:
        bag: Properties = {}
        message.recipients.append(bag)
        name = f"recipient {len(message.recipients)}"
        self._open.append(Place(name, bag, top.scope, Marker.END_RECIPIENT))
        return True

    def _open_attachment(self, top: Place, message: Message) -> bool:
        attachment = Attachment()
        message.attachments.append(attachment)
        name = f"attachment {len(message.attachments)}"
        bag = attachment.properties
        self._open.append(Place(name, bag, top.scope, Marker.END_ATTACHMENT, attachment=attachment))
        return True

    def _open_embedded(self, top: Place, attachment: Attachment) -> bool:
        if attachment.embedded is not None:
            return False
        message = attachment.embedded = Message()
        scope = Scope(message, top.scope)
        self._open.append(Place("embedded message", message.properties, scope, Marker.END_EMBEDDED, message=message))
        return True
