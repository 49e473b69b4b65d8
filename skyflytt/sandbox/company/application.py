"""The bookkeeping program's backup: a zip with a SIE 4 export, a database copy and a text that names the version."""

from __future__ import annotations

import sqlite3
from random import Random

from skyflytt.sandbox.company import SEED
from skyflytt.sandbox.company.attachments import zipped

VERSION = "2026.1"
BACKUP_NAME = "Norrsken Bygg AB 2026-07-31.zip"
ACCOUNTS = {
    1510: "Kundfordringar", 1930: "Företagskonto", 2440: "Leverantörsskulder", 2611: "Utgående moms 25 %",
    2641: "Ingående moms", 3001: "Försäljning byggtjänster", 4010: "Inköp material", 5010: "Lokalhyra", 7010: "Löner",
}  # fmt: skip
TEXTS = (
    "Virke Älvsbyn",
    "Kranhyra",
    "Lön åkare",
    "Hyra förråd Ersboda",
    "Faktura kv. Älgen",
    "Färg & lack",
    "Ställning Bodø",
)
Voucher = tuple[int, str, str, int, int, int]


def vouchers(seed: int = SEED, count: int = 400) -> list[Voucher]:
    """Number, date as YYYYMMDD, text, debit account, credit account, amount in öre."""
    random = Random(f"{seed}:vouchers")
    return [
        (
            number,
            f"2026{random.randint(1, 7):02}{random.randint(1, 28):02}",
            random.choice(TEXTS),
            random.choice((4010, 5010, 7010, 1510)),
            random.choice((1930, 2440, 3001)),
            random.randrange(5_000, 9_000_000),
        )
        for number in range(1, count + 1)
    ]


def sie4(seed: int = SEED) -> bytes:
    """SIE type 4 (sie.se, file format 4B), which is written in IBM PC 8-bit extended ASCII (code page 437)."""
    lines = [
        "#FLAGGA 0", "#FORMAT PC8", "#SIETYP 4", f'#PROGRAM "Visma Administration 2000" "{VERSION}"', "#GEN 20260731",
        '#FNAMN "Norrsken Bygg AB"', "#ORGNR 556000-0000", "#RAR 0 20260101 20261231", "#KPTYP BAS2014",
    ]  # fmt: skip
    lines += [f'#KONTO {number} "{name}"' for number, name in ACCOUNTS.items()]
    for number, date, text, debit, credit, amount in vouchers(seed):
        crowns = f"{amount / 100:.2f}"
        lines += [f'#VER A {number} {date} "{text}"', "{", f"#TRANS {debit} {{}} {crowns}"]
        lines += [f"#TRANS {credit} {{}} -{crowns}", "}"]
    return ("\r\n".join(lines) + "\r\n").encode("cp437", "replace")


def database(seed: int = SEED) -> bytes:
    """The same vouchers as a SQLite file."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE account (number INTEGER PRIMARY KEY, name TEXT)")
        connection.executemany("INSERT INTO account VALUES (?, ?)", ACCOUNTS.items())
        connection.execute(
            "CREATE TABLE voucher (number INTEGER, date TEXT, text TEXT, debit INT, credit INT, amount INT)"
        )
        connection.executemany("INSERT INTO voucher VALUES (?, ?, ?, ?, ?, ?)", vouchers(seed))
        connection.commit()
        return connection.serialize()


def backup(seed: int = SEED) -> bytes:
    about = f"Visma Administration 2000\r\nVersion {VERSION}\r\nFöretag: Norrsken Bygg AB\r\nSäkerhetskopia 2026-07-31 22:00\r\n"
    return zipped({
        "VERSION.TXT": about.encode("cp1252"),
        "Export/NORRSKEN.SE": sie4(seed),
        "Databas/norrsken.db": database(seed),
    })  # fmt: skip
