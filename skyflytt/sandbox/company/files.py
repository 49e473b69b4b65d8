"""The company's files: Z: (homes) and G: (company), some 2,000 of them, with every kind of awkward name that people make."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from skyflytt.sandbox.company import SEED, application, attachments
from skyflytt.sandbox.company.people import ANNA, BENGT, CECILIA

OWNERS = (ANNA.local, BENGT.local, CECILIA.local, "dag.östlund (slutat)")
DEPARTMENTS = (
    "Projekt/Kvarteret Älgen", "Projekt/Östra Ersboda", "Projekt/Sjøgata 12, Bodø", "Offerter/2024", "Offerter/2025",
    "Offerter/2026", "Ekonomi/Löner & personal", "Ekonomi/Fakturor", "Ritningar", "Bilder/Byggplatser", "Mallar",
)  # fmt: skip
STEMS = (
    "Offert",
    "Protokoll",
    "Ritning",
    "Kalkyl",
    "Tidplan",
    "Avtal",
    "Besiktning",
    "Egenkontroll",
    "Møtereferat",
    "Følgeseddel",
)
ENDINGS = (".docx", ".xlsx", ".pdf", ".txt", ".dwg", ".jpg", ".msg", ".csv")
OLDEST = datetime(2012, 5, 2, 6, 30, tzinfo=UTC)
SPAN_SECONDS = int((datetime(2026, 7, 31, tzinfo=UTC) - OLDEST).total_seconds())
ORDINARY = 1933


@dataclass(frozen=True)
class PlannedFile:
    """`path` below the file server's root, with `/`; `size` in bytes; `mtime` in whole seconds since 1970."""

    path: str
    size: int
    mtime: int

    def content(self, seed: int = SEED) -> bytes:
        """Real documents where the name promises one and the size allows it, else bytes of the right length."""
        if self.path.endswith(application.BACKUP_NAME):
            return application.backup(seed)
        random = Random(f"{seed}:{self.path}")
        if self.size > 1500 and self.path.endswith(".pdf"):
            document = attachments.pdf(self.path.rsplit("/", 1)[-1])
            return document + b"%" + random.randbytes(self.size - len(document) - 1)
        if self.path.endswith((".txt", ".csv")):
            line = f"{self.path};{random.randrange(10**6)};åäö øæ\r\n".encode()
            return (line * (self.size // len(line) + 1))[: self.size]
        return random.randbytes(self.size)


AWKWARD = (
    unicodedata.normalize("NFC", "Smörgåsar till invigningen.docx"),
    unicodedata.normalize("NFD", "Smörgåsar till invigningen.docx"),
    unicodedata.normalize("NFD", "Århundradets båthus.pdf"),
    "Bygglov 🏗️ godkänt 👍.pdf",
    "Offert.xlsx",
    "OFFERT.xlsx",
    "offert.XLSX",
    "Kontrakt v1...",
    "Avtal med blanksteg på slutet ",
    " inledande blanksteg.txt",
    ".dold fil",
    "~$Offert.xlsx",
    "desktop.ini",
    "-rf viktigt.txt",
    "--help.txt",
    "#1 prioritet.docx",
    "100% klart.xlsx",
    "a%20b%2Fc.txt",
    "rad\tflik.txt",
    "pling\x07.txt",
    "Varför? Därför.txt",
    "10:30 möte.docx",
    "<utkast>.txt",
    'citat"tecken.txt',
    "a|b.txt",
    "stjärna*.txt",
    "bak\\snedstreck.txt",
    "CON.txt",
    "nul",
    "Aux.docx",
    "LPT1.log",
    "[klar] {mall} $HOME `date`; echo.txt",
    "apostrof's & Co + (kopia) (2).txt",
    "nollbredd\u200bmellanrum.txt",
    "hårt\u00a0blanksteg.txt",
    "tankstreck – och … punkter.txt",
    "Øvre Ås – tilbud på råbygg.docx",
    "日本からの見積もり.pdf",
    "Смета на стройку.xlsx",
    "mycket " + "lång " * 38 + "titel.pdf",
    "å" * 120 + ".docx",
    "utan ändelse",
    "två.punkter.tar.gz",
)
EMPTY_FOLDERS = (
    "company/Projekt/Påbörjas 2027", "company/Tom", "company/Tom/Också tom", "homes/anna.astrom/Nya mappen",
    "company/Arkiv 2019.", "company/Mapp med blanksteg ", "homes/bengt.oberg/Ä/Ö/Å",
)  # fmt: skip
LARGE = {
    "company/Bilder/Byggplatser/Drönarfilm Ersboda.mp4": 8 * 1024 * 1024,
    "company/Ritningar/Kvarteret Älgen komplett.dwg": 5 * 1024 * 1024 + 17,
    "homes/bengt.oberg/Foton/Panorama.tif": 3 * 1024 * 1024 + 1,
    "homes/cecilia.hansen/Presentasjon til styret.pptx": 1024 * 1024,
}
LEFT_OUT = (
    "company/Bilder/Byggplatser/Thumbs.db", "homes/bengt.oberg/Foton/Thumbs.db", "company/Offerter/2026/~WRD0001.tmp",
    "homes/anna.astrom/Dokument/autospar.tmp",
)  # fmt: skip


@cache
def plan(seed: int = SEED) -> tuple[PlannedFile, ...]:
    """Every file, in a fixed order; the ordinary ones first."""
    random = Random(f"{seed}:files")
    paths = [*_ordinary_paths(random), *_awkward_paths(), *LEFT_OUT, _deep_path()]
    files = [PlannedFile(path, _size(path, random), _mtime(random)) for path in paths]
    files += [PlannedFile(path, size, _mtime(random)) for path, size in LARGE.items()]
    files += [PlannedFile(path, 0, _mtime(random)) for path in ("company/Tom fil.txt", "homes/anna.astrom/noll.docx")]
    backup = f"company/Visma/Backup/{application.BACKUP_NAME}"
    files.append(
        PlannedFile(backup, len(application.backup(seed)), int(datetime(2026, 7, 31, 20, 0, tzinfo=UTC).timestamp()))
    )
    files.append(PlannedFile("company/Visma/Backup/Läs mig.txt", 240, _mtime(random)))
    return tuple(files)


def ordinary(seed: int = SEED) -> tuple[PlannedFile, ...]:
    """The files whose names give no trouble; the life of the company happens among them."""
    return plan(seed)[:ORDINARY]


def _ordinary_paths(random: Random) -> Iterator[str]:
    for number in range(ORDINARY):
        name = f"{random.choice(STEMS)} {number:04}{random.choice(ENDINGS)}"
        if number % 3:
            yield f"company/{DEPARTMENTS[number % len(DEPARTMENTS)]}/{name}"
        else:
            yield f"homes/{OWNERS[number // 3 % len(OWNERS)]}/Dokument/{2019 + number % 7}/{name}"


def _awkward_paths() -> Iterator[str]:
    for name in AWKWARD:
        yield f"company/Svåra namn/{name}"
    for name in AWKWARD[:8]:
        yield f"homes/anna.astrom/{name}"
    yield "company/Arkiv 2018./Punkt på mappen.txt"
    yield "company/Mapp med slutblanksteg /fil.txt"
    yield "company/PROJEKT/tvilling till Projekt.txt"


def _deep_path() -> str:
    return "company/" + "/".join(f"Nivå {level} med ett ganska långt mappnamn" for level in range(1, 13)) + "/djupt.txt"


def _size(path: str, random: Random) -> int:
    if path.endswith("Thumbs.db"):
        return 9_216
    return 0 if random.random() < 0.01 else int(random.lognormvariate(8.3, 1.1)) % 120_000


def _mtime(random: Random) -> int:
    return int((OLDEST + timedelta(seconds=random.randrange(SPAN_SECONDS))).timestamp())


def build(root: Path, seed: int = SEED) -> int:
    """Write all files and empty folders below `root`; returns how many files."""
    for folder in EMPTY_FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    made: set[Path] = set()
    for planned in plan(seed):
        path = root / planned.path
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(planned.content(seed))
        os.utime(path, (planned.mtime, planned.mtime))
    _age_folders(root)
    return len(plan(seed))


def _age_folders(root: Path) -> None:
    """Folders get the time of their newest file, or the oldest time of all when they are empty."""
    for folder, _, names in os.walk(root, topdown=False):
        newest = max((os.lstat(os.path.join(folder, name)).st_mtime for name in names), default=OLDEST.timestamp())  # noqa: PTH118
        os.utime(folder, (newest, newest))
