"""Paths as SMB carries them, and the names that Windows forbids ([MS-FSCC] section 2.1.5, "Naming Files" of the Win32 reference)."""

from __future__ import annotations

from skyflytt.errors.files import PathRefused
from skyflytt.files.paths import readable

SEPARATOR = "\\"
CONTROLS = "".join(map(chr, range(32)))
FORBIDDEN_CHARACTERS = '"*:<>?\\|' + CONTROLS
"""A colon would open another stream of the same file, a backslash another folder, and the wildcards match other names."""
DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)
MAX_NAME_UNITS = 255
MAX_PATH_UNITS = 32_760


def to_wire(root: str, path: str) -> str:
    """The path from the share's top, with backslashes; empty for the share itself."""
    return SEPARATOR.join(part for part in (*root.split("/"), *path.split("/")) if part)


def check_carried(path: str) -> str:
    """The path itself when SMB can carry it; else `PathRefused`, which says which name of it and why."""
    if _units(path) > MAX_PATH_UNITS:
        raise PathRefused(path, f"the path is longer than {MAX_PATH_UNITS} characters of UTF-16")
    for name in path.split("/"):
        if fault := _carrying_fault(name):
            raise PathRefused(path, fault)
    return path


def check_new(path: str) -> str:
    """Like `check_carried`, for what is about to come to the share: names that Windows programs could not open are refused as well."""
    for name in check_carried(path).split("/"):
        if name.endswith((".", " ")):
            raise PathRefused(path, f"Windows does not allow a name to end in a dot or a blank: `{name}`")
        if name.partition(".")[0].rstrip(" ").upper() in DEVICES:
            raise PathRefused(path, f"Windows keeps the name of a device for itself: `{name}`")
    return path


def _carrying_fault(name: str) -> str:
    if bad := sorted(set(name) & set(FORBIDDEN_CHARACTERS)):
        return f"Windows does not allow {' '.join(readable(c) for c in bad)} in a name"
    if (units := _units(name)) > MAX_NAME_UNITS:
        return f"a name has {units} characters of UTF-16; Windows allows {MAX_NAME_UNITS}"
    return ""


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
