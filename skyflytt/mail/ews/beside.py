"""The properties that go beside a message's MIME, in the form that a server takes: as they are, spelled as text, or not at all."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from copy import deepcopy

from skyflytt.mail.ews.keeping import KEPT, SERVED_AS
from skyflytt.mail.ews.properties import extended_properties
from skyflytt.mail.ews.xml import Element, attribute_at, find, find_all
from skyflytt.outlook.mapi import Named, Properties, PropertyType
from skyflytt.outlook.mapi.named import ORIGINAL_MIME, PSETID_SKYFLYTT

_SPELLED = {Named(key.set, key.name, PropertyType.STRING): key for key in KEPT if key.type == PropertyType.BINARY}
WANTED = (*KEPT, SERVED_AS, *_SPELLED)
"""What is asked for to have them back."""


def kept_of(item: Element) -> Properties:
    """The properties of `KEPT`, in whichever form they were taken, and the note of `SERVED_AS`."""
    found = extended_properties(item, WANTED)
    for text, key in _SPELLED.items():
        spelled = found.pop(text, None)
        if key not in found and isinstance(spelled, str):
            try:
                found[key] = base64.b64decode(spelled)
            except binascii.Error:
                continue
    return found


def spelled(item: Element) -> Element:
    """The item for a server that takes no bytes in properties: the text that says them is the value itself."""
    written = deepcopy(item)
    for element in _ours(written):
        uri = find(element, "t:ExtendedFieldURI")
        if uri is not None and uri.get("PropertyType") == "Binary":
            uri.set("PropertyType", "String")
    return written


def bare(item: Element) -> Element:
    """The item without them."""
    left = deepcopy(item)
    for element in _ours(left):
        left.remove(element)
    return left


def has_any(item: Element) -> bool:
    return bool(_ours(item))


def keeps_original(item: Element) -> bool:
    return any(attribute_at(one, "t:ExtendedFieldURI", "PropertyName") == ORIGINAL_MIME.name for one in _ours(item))


def _ours(item: Element) -> list[Element]:
    return [
        element
        for element in find_all(item, "t:ExtendedProperty")
        if attribute_at(element, "t:ExtendedFieldURI", "PropertySetId") == str(PSETID_SKYFLYTT)
    ]


FORMS: tuple[Callable[[Element], Element], ...] = (deepcopy, spelled, bare)
"""From the most that a server may take to the least."""
