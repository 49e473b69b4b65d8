"""Names of one folder that some systems take for the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import normalize

from skyflytt.concern.names import in_capitals


@dataclass(slots=True)
class _Folder:
    path: str
    capitals: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)


class Twins:
    """Asked in the order of a scan; what lies behind is forgotten."""

    def __init__(self) -> None:
        self._open: list[_Folder] = []

    def of(self, folder: str, name: str) -> Iterator[tuple[str, str]]:
        """`case_twins` or `form_twins`, with the earlier name of the same folder that this one would fall together with."""
        here = self._at(folder)
        capitals, form = in_capitals(name), normalize("NFC", name)
        if capitals in here.capitals:
            yield "case_twins", here.capitals[capitals]
        else:
            here.capitals[capitals] = name
        if form in here.forms:
            yield "form_twins", here.forms[form]
        else:
            here.forms[form] = name

    def _at(self, folder: str) -> _Folder:
        while self._open and self._open[-1].path != folder and not folder.startswith(_inside(self._open[-1].path)):
            self._open.pop()
        if not self._open or self._open[-1].path != folder:
            self._open.append(_Folder(folder))
        return self._open[-1]


def _inside(folder: str) -> str:
    return f"{folder}/" if folder else ""
