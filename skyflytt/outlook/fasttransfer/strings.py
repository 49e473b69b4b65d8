"""The strings of a FastTransfer stream, decoded when the code page of their message is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from skyflytt.outlook.fasttransfer.cursor import Encoded
from skyflytt.outlook.fasttransfer.places import Scope
from skyflytt.outlook.mapi import Properties, Property, codepages, tags


class _Late(NamedTuple):
    bag: Properties
    key: Property
    encoded: Encoded
    scope: Scope
    place: str

    def spell_place(self) -> str:
        return self.place


class Strings:
    """Puts strings into their bags; those without a code page of their own when `decode` is called, each in its old position."""

    def __init__(self, warn: Callable[[str, str], None]) -> None:
        self._warn = warn
        self._late: list[_Late] = []

    def add(
        self, bag: Properties, key: Property, encoded: Encoded, scope: Scope | None, place: Callable[[], str]
    ) -> None:
        """`scope` None: there is no message whose code page to wait for."""
        if encoded.code_page or scope is None:
            self._put(bag, key, encoded, encoded.code_page or codepages.WESTERN, place)
        else:
            bag[key] = ""
            self._late.append(_Late(bag, key, encoded, scope, place()))

    def decode(self) -> None:
        late, self._late = self._late, []
        for one in late:
            self._put(one.bag, one.key, one.encoded, _code_page(one.scope), one.spell_place)

    def _put(self, bag: Properties, key: Property, encoded: Encoded, code_page: int, place: Callable[[], str]) -> None:
        texts = tuple(self._text(raw, code_page, place) for raw in encoded.strings)
        bag[key] = texts if encoded.multiple else texts[0]

    def _text(self, raw: bytes, code_page: int, place: Callable[[], str]) -> str:
        text, remark = codepages.decode(raw, code_page)
        if remark:
            self._warn(place(), remark)
        return text.removesuffix("\0")


def _code_page(scope: Scope | None) -> int:
    """PidTagMessageCodepage, else PidTagInternetCodepage, of the message or of the one around it.

    Both may name UTF-16, in which no PtypString8 ever is.
    """
    while scope is not None:
        for tag in (tags.MESSAGE_CODEPAGE, tags.INTERNET_CODEPAGE):
            value = scope.message.properties.get(tag)
            if isinstance(value, int) and value > 0 and value not in codepages.WIDE:
                return value
        scope = scope.parent
    return codepages.WESTERN
