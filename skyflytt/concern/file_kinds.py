"""What a file's name tells of it, as far as a move has to know."""

from __future__ import annotations

DATABASES = frozenset(
    "accdb mdb mdf ldf ndf fdb gdb sqlite sqlite3 db3 dbf edb qbw myd ibd nsf sdf".split()  # noqa: SIM905
)
"""Databases that a program keeps open."""
MAIL_FILES = frozenset(("pst", "ost", "nst"))
"""Outlook's own files."""
SECRETS = frozenset("kdb kdbx pfx p12 ppk jks keystore ovpn".split())  # noqa: SIM905
SECRET_NAMES = frozenset(("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"))
LOCKS = frozenset(("laccdb", "ldb", "lck"))
LOCK_STARTS = ("~$", ".~lock.")
"""What Office and LibreOffice put beside a document for as long as somebody has it open."""

_BY_SUFFIX = {
    **dict.fromkeys(DATABASES, "databases"),
    **dict.fromkeys(MAIL_FILES, "mail_files"),
    **dict.fromkeys(SECRETS, "secrets"),
    **dict.fromkeys(LOCKS, "open_now"),
}


def kind_of(name: str) -> str | None:
    """`databases`, `mail_files`, `secrets` or `open_now`; None for every other file."""
    if name.startswith(LOCK_STARTS):
        return "open_now"
    kind = _BY_SUFFIX.get(name.rpartition(".")[2].lower()) if "." in name else None
    return kind or ("secrets" if name in SECRET_NAMES else None)
