"""Who works at Norrsken Bygg AB, and whom they write to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DOMAIN = "norrskenbygg.example"
Language = Literal["sv", "nb"]


@dataclass(frozen=True)
class Person:
    """`local` is the part before the @; `key` names the mailbox in the project file."""

    key: str
    local: str
    name: str
    language: Language
    title: str

    @property
    def address(self) -> str:
        return f"{self.local}@{DOMAIN}"


ANNA = Person("anna", "anna.astrom", "Anna Åström", "sv", "Verkställande direktör")
BENGT = Person("bengt", "bengt.oberg", "Bengt Öberg", "sv", "Platschef")
CECILIA = Person("cecilia", "cecilia.hansen", "Cecilia Hansen", "nb", "Prosjektleder, Bodø")
INFO = Person("info", "info", "Norrsken Bygg AB", "sv", "Växel")
STAFF = (ANNA, BENGT, CECILIA, INFO)
MAIL_TEST = f"postprov@{DOMAIN}"
"""The address to which letters are sent to see whether mail flows; its mailboxes are not moved."""
PRINTER = f"skrivare@{DOMAIN}"
"""The account with which the printer in the store sends; it has no mailbox."""

CORRESPONDENTS: dict[Language, tuple[tuple[str, str], ...]] = {
    "sv": (
        ("Åke Sjöström", "ake.sjostrom@bottenvikenstra.example"),
        ("Märta Lindqvist", "marta@lindqvist-arkitekter.example"),
        ("Umeå kommun, bygglov", "bygglov@umea-kommun.example"),
        ("Jörgen Häggström", "jorgen.haggstrom@kranochlyft.example"),
        ("Gamla Molnet AB support", "support@gamlamolnet.example"),
        ("Östen Wärnlöf", "osten@vvs-i-norr.example"),
        ("Revisorerna Gävle", "ekonomi@revisorerna-gavle.example"),
    ),
    "nb": (
        ("Bjørn Ødegård", "bjorn.odegard@salten-betong.example"),
        ("Bodø kommune byggesak", "byggesak@bodo-kommune.example"),
        ("Åshild Næss", "ashild.naess@nordlandskraner.example"),
        ("Tømrer Sæther AS", "post@tomrer-saether.example"),
    ),
}
