"""The rules of a path inside a store: what is refused, how an unreadable name is shown, and in which order paths stand."""

from __future__ import annotations

import posixpath

from skyflytt.errors.files import NameNotUtf8, PathEscapes


def check_path(path: str) -> str:
    """The path itself, when it stays below the root.

    Raises `PathEscapes` for an empty path, a leading slash, an empty part, `.`, `..` or a NUL; `NameNotUtf8` for text that UTF-8 cannot hold.
    """
    if fault := _fault(path):
        raise PathEscapes(readable(path) or "(empty)", fault)
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise NameNotUtf8(readable(path), error.reason) from None
    return path


def check_below(path: str) -> str:
    """Like `check_path`, but the empty path is allowed and means the root."""
    return check_path(path) if path else path


def check_name(name: str) -> str:
    """A single name, as a server lists it: `check_path`'s rules, and no slash. A server that lists `..` or `a/b` must not be obeyed."""
    if "/" in name:
        raise PathEscapes(readable(name), "a name must not contain a slash")
    return check_path(name)


def _fault(path: str) -> str:
    if not path:
        return "the path is empty"
    if path.startswith("/"):
        return "it is absolute"
    if "\0" in path:
        return "it contains a NUL character"
    parts = path.split("/")
    if ".." in parts:
        return "it contains `..`"
    if "" in parts or "." in parts:
        return "it contains an empty part or `.`"
    return ""


def join(folder: str, name: str) -> str:
    """`name` in `folder`, where the empty folder is the root."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """The folder that holds `path`; empty for the root."""
    return posixpath.dirname(path)


def ancestors(path: str) -> list[str]:
    """All folders above `path`, outermost first, without the root: `a/b/c` has `a` and `a/b`."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def decode(raw: bytes) -> str:
    """A name as the file system gives it; bytes that are not UTF-8 become lone surrogates (PEP 383)."""
    return raw.decode("utf-8", "surrogateescape")


def readable(path: str) -> str:
    r"""The path for a person: what is not UTF-8 or cannot be printed becomes `\xE5` or `\n`, everything else stays."""
    return "".join(
        c if c.isprintable() else f"\\x{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else ascii(c)[1:-1]
        for c in path
    )


def is_utf8(name: str) -> bool:
    """Whether a name made by `decode` was UTF-8."""
    return not any("\ud800" <= c <= "\udfff" for c in name)


def sort_key(name: str, *, folder: bool) -> str:
    """Where a name stands within its folder: by its UTF-8 bytes, which is by its code points, with a slash appended to those of folders."""
    return f"{name}/" if folder else name
