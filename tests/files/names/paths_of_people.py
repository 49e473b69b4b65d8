"""Paths as people make them, and as nobody should: for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

AWKWARD = (
    "CON", "con.txt", "aux .tar.gz", "COM1", "lpt0.log", "desktop.ini", ".lock", "thumbs.db", ".htaccess", "forms", "Forms",
    "~$Offert.docx", "~utkast", "_vti_", "_vti_vti_", "x_VTI_y.txt", "a.part", "b.filepart", "slut.", "slut...", "slut ", " början",
    ". ", "...", "-rf", "a:b", "a_b", "Varför?.docx", "10:30 <möte>", "tab\tb", "rad\nbrytning", "bak\\snedstreck", "å", "a\u030a",
    "Å", "A\u030a", "Offert.xlsx", "OFFERT.XLSX", "offert.xlsx", "straße", "STRASSE", "🏗️" * 30, "å" * 130 + ".docx", "x" * 255,
    "x" * 300, ".dold", "a.b.c", "punkt.jättelångändelse", "nul", "icon\r", "\x7f", "#1 100%", "soap", "\ufeff", "\u200b",
)  # fmt: skip

letters = st.characters(codec="utf-8", exclude_characters="/\0")
names = (st.sampled_from(AWKWARD) | st.text(letters, min_size=1, max_size=20)).filter(
    lambda name: name not in (".", "..")
)
paths = st.lists(names, min_size=1, max_size=6).map("/".join)
deep_paths = st.lists(names, min_size=1, max_size=40).map("/".join)


def listing(paths: list[str]) -> list[tuple[str, bool]]:
    """The entries (path, folder) of a share that holds these files, in the order of a scan; what would be both is a folder."""
    folders = {
        "/".join(parts[:depth]) for path in paths if (parts := path.split("/")) for depth in range(1, len(parts))
    }
    entries = [(path, True) for path in folders] + [(path, False) for path in set(paths) - folders]
    return sorted(entries, key=lambda one: (f"{one[0]}/" if one[1] else one[0]).encode())
