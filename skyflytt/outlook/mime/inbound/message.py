"""A message from MIME to MAPI ([MS-OXCMAIL] 2.2); `mime.provenance` says what "nothing is lost" means."""

from __future__ import annotations

from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime.delivery import Delivery
from skyflytt.outlook.mime.inbound import smime
from skyflytt.outlook.mime.inbound.attachments import EMBEDDED_MESSAGE, attachment_of, described, show_inline
from skyflytt.outlook.mime.inbound.bodies import bodies, native_body
from skyflytt.outlook.mime.inbound.envelope import envelope
from skyflytt.outlook.mime.inbound.filenames import named
from skyflytt.outlook.mime.inbound.flags import HAS_ATTACHMENTS, state_of
from skyflytt.outlook.mime.inbound.meetings import meeting
from skyflytt.outlook.mime.inbound.people import displayed, recipients, senders
from skyflytt.outlook.mime.inbound.reports import report
from skyflytt.outlook.mime.inbound.roles import Leaf, Role, roles_of
from skyflytt.outlook.mime.inbound.structure import MAX_DEPTH, Dissection, Entity, without_contents
from skyflytt.outlook.mime.inbound.transfer import content_of
from skyflytt.outlook.mime.inbound.winmail import absorb, is_winmail
from skyflytt.outlook.mime.provenance import MIME_STRUCTURE
from skyflytt.outlook.tnef import read_tnef

NOT_KNOWN = Delivery()
_READ = Delivery(flags=frozenset((r"\Seen",)))
"""An attached message has been read as much as its carrier; Outlook shows none as unread."""


def from_mime(raw: bytes, delivery: Delivery = NOT_KNOWN) -> Message:
    """The message in `raw`, whatever its bytes are; `delivery` is what its mailbox knew of it. Never raises on content."""
    return _Conversion(raw, 0).message(delivery)


class _Conversion:
    def __init__(self, raw: bytes, depth: int) -> None:
        self._raw = raw
        self._depth = depth
        dissection = Dissection(_without_mbox_line(raw), depth)
        self._entity = dissection.message()
        self._faults = dissection.faults
        if len(dissection.source) != len(raw):
            self._faults.add("mbox-from-line")
        if b"\0" in raw:
            # No mail may hold one (RFC 5322 §2.2), and servers make something else of it.
            self._faults.add("null-byte")
        if not self._entity.header.fields and raw:
            self._faults.add("no-header")
        self._message = Message()

    @property
    def has_header(self) -> bool:
        """Whether this looks like a message at all."""
        return bool(self._entity.header.fields) and "header-separator-missing" not in self._faults

    @property
    def _is_mail(self) -> bool:
        return self._message.properties[tags.MESSAGE_CLASS] == "IPM.Note"

    def message(self, delivery: Delivery) -> Message:
        message, header = self._message, self._entity.header
        message.recipients = recipients(header)
        message.properties = {tags.MESSAGE_CLASS: "IPM.Note"}
        message.properties |= envelope(header, delivery) | senders(header) | displayed(message.recipients)
        message.properties |= state_of(delivery.flags)
        self._content()
        if message.attachments:
            message.properties[tags.MESSAGE_FLAGS] = HAS_ATTACHMENTS | state_flags(message.properties)
        if self._faults:
            _forget_originals(message)
            message.properties[ORIGINAL_MIME] = self._raw
        return message

    def _content(self) -> None:
        entity, message = self._entity, self._message
        leaves = roles_of(entity)
        if smime.is_opaque(entity, leaves[0].name):
            properties, attachment = smime.opaque(entity, leaves[0].name, self._faults)
        elif smime.is_clear_signed(entity) and entity.children:
            properties, attachment = smime.clear_signed(entity)
            # The attachment has every byte; the body is for those who look at the message without S/MIME.
            properties = bodies(roles_of(entity.children[0]), set()) | properties
        else:
            self._parts(leaves)
            return
        message.properties |= properties | native_body(properties)
        message.attachments.append(attachment)

    def _parts(self, leaves: list[Leaf]) -> None:
        entity, message = self._entity, self._message
        self._only_text(leaves)
        message.properties |= bodies(leaves, self._faults)
        message.properties |= report(entity, leaves, message.properties.get(tags.MESSAGE_DELIVERY_TIME))
        for leaf in leaves:
            if leaf.role in (Role.ATTACHMENT, Role.ALTERNATIVE):
                self._attach(leaf)
        message.properties |= native_body(message.properties)
        html = message.properties.get(tags.HTML)
        if isinstance(html, bytes) and message.attachments:
            show_inline(message.attachments, html)
        if entity.children is not None:
            message.properties[MIME_STRUCTURE] = without_contents(entity)
            if _holds_signed(entity):
                self._faults.add("signed")

    def _only_text(self, leaves: list[Leaf]) -> None:
        """A message that is one text of another kind (enriched, markdown …), or a multipart without parts, is shown as it is."""
        leaf = leaves[0]
        if self._entity.children is None and leaf.role is Role.ATTACHMENT and not leaf.name:
            kind = leaf.entity.type
            shown = kind.startswith("multipart/") or (kind.startswith("text/") and kind != "text/calendar")
            if shown and leaf.disposition != "attachment":
                leaf.role = Role.TEXT
                self._faults.add("other-text")

    def _attach(self, leaf: Leaf) -> None:
        data = content_of(leaf.entity, self._faults)
        attachments = self._message.attachments
        if leaf.entity.type == "message/rfc822" and self._depth < MAX_DEPTH:
            conversion = _Conversion(data, self._depth + 1)
            if conversion.has_header:
                attachments.append(_embedded(leaf, conversion.message(_READ)))
                return
        if is_winmail(leaf) and (inner := read_tnef(data)) is not None:
            self._faults.add("winmail")
            absorb(self._message, inner)
            return
        attachments.append(attachment_of(leaf, data, len(attachments) + 1))
        if self._is_mail and (found := meeting(leaf, data)) is not None:
            absorb(self._message, found)
            if self._entity.children is None:
                self._faults.add("meeting-alone")


def _embedded(leaf: Leaf, message: Message) -> Attachment:
    properties: Properties = {tags.ATTACH_METHOD: EMBEDDED_MESSAGE, tags.RENDERING_POSITION: -1}
    if leaf.name:
        properties |= named(leaf.name.replace("\0", ""))
    else:
        properties[tags.DISPLAY_NAME] = message.properties.get(tags.SUBJECT) or "message"
    return Attachment(properties | described(leaf), message)


def state_flags(properties: Properties) -> int:
    """PidTagMessageFlags as a number."""
    flags = properties.get(tags.MESSAGE_FLAGS)
    return flags if isinstance(flags, int) else 0


def _without_mbox_line(raw: bytes) -> bytes:
    if not raw.startswith((b"From ", b">From ")):
        return raw
    line_end = raw.find(b"\n")
    return raw[line_end + 1 :] if line_end >= 0 else b""


def _holds_signed(entity: Entity) -> bool:
    return entity.type == "multipart/signed" or any(_holds_signed(child) for child in entity.children or ())


def _forget_originals(message: Message) -> None:
    """The bytes of attached messages are among their carrier's."""
    for attachment in message.attachments:
        if attachment.embedded is not None:
            attachment.embedded.properties.pop(ORIGINAL_MIME, None)
            _forget_originals(attachment.embedded)
