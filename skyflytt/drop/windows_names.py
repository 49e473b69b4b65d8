"""What becomes of a drop's names on a customer's Windows."""

from __future__ import annotations

import re

NOT_IN_WINDOWS = re.compile(r'[<>:"|?*\\\x00-\x1f]')
RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?")


def windows_path(path: str) -> str:
    """How FileZilla and WinSCP save a path that Windows cannot have: each such character as `_`, so the dots at a name's end."""
    return "/".join(map(_windows_name, path.split("/")))


def extended_length(folder: str, path: str) -> str:
    r"""`\\?\C:\Drop\shares\…`: the form of an absolute path that Windows opens beyond 260 characters, and takes as it is."""
    whole = folder.rstrip("\\") + "\\" + path.replace("/", "\\")
    if whole.startswith("\\\\?\\"):
        return whole
    return f"\\\\?\\UNC\\{whole[2:]}" if whole.startswith("\\\\") else f"\\\\?\\{whole}"


def _windows_name(name: str) -> str:
    kept = NOT_IN_WINDOWS.sub("_", name)
    kept = kept.rstrip(". ").ljust(len(kept), "_")
    return f"_{kept}" if RESERVED.fullmatch(kept) else kept
