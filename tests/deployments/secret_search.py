"""Looks for secrets wherever a program may have left them, in every form that they are likely to have taken."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import quote, quote_plus

import zstandard

# Shorter ones would be found by chance.
SHORTEST = 8


def forms(secret: str) -> set[bytes]:
    """Plain, quoted for URLs, JSON, HTML and Python, in UTF-16, hexadecimal, and in base64 wherever it begins in what is encoded."""
    words = {secret, quote(secret, safe=""), quote_plus(secret), html.escape(secret), repr(secret)[1:-1]}
    words |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    found = {word.encode() for word in words}
    found |= {secret.encode("utf-16-le"), secret.encode("utf-16-be"), secret.encode().hex().encode()}
    return found | _base64_forms(secret.encode())


def _base64_forms(secret: bytes) -> set[bytes]:
    """The middle that stays the same whatever stands before and behind: `user:secret` begins anywhere."""
    found = set()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret)
        # The characters at both ends carry bits of the neighbours.
        middle = encoded[{0: 0, 1: 2, 2: 3}[before] :].rstrip(b"=")[:-1]
        found |= {middle, middle.replace(b"+", b"-").replace(b"/", b"_")}
    return found


class Search:
    """`found` is where a secret was seen: the secret's key and the place, never the secret."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._keys = {form: key for key, secret in secrets.items() if len(secret) >= SHORTEST for form in forms(secret)}
        longest_first = sorted(self._keys, key=len, reverse=True)
        self._pattern = re.compile(b"|".join(re.escape(form) for form in longest_first))
        self.found: set[tuple[str, str]] = set()
        self.looked_at = 0

    def data(self, place: str, data: bytes) -> None:
        self.looked_at += 1
        self.found |= {(self._keys[hit.group()], place) for hit in self._pattern.finditer(data)}

    def tree(self, folder: Path, allowed: Iterable[str]) -> None:
        """Every file below the folder, but those whose path matches one of `allowed`; archives and databases from within too."""
        allowed = list(allowed)
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_file() and not path.is_symlink() and not any(fnmatch(name, one) for one in allowed):
                self.file(name, path)

    def file(self, name: str, path: Path) -> None:
        data = path.read_bytes()
        self.data(name, data)
        if data.startswith(b"SQLite format 3"):
            self._database(name, path)
        else:
            self._unpacked(name, data)

    def _database(self, name: str, path: Path) -> None:
        """Each cell by itself: one that lies on several pages of the file is not in one piece there."""
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            database.text_factory = bytes
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                shown = table.decode()
                for row in database.execute(f'SELECT * FROM "{shown}"'):
                    for cell in row:
                        if isinstance(cell, bytes):
                            self.data(f"{name} table {shown}", cell)
                            self._unpacked(f"{name} table {shown}", cell)

    def _unpacked(self, name: str, data: bytes) -> None:
        if data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                for member in packed.infolist():
                    # What is encrypted nobody can read without its passphrase.
                    if not member.flag_bits & 1:
                        inside = packed.read(member)
                        self.data(f"{name}!{member.filename}", inside)
                        self._unpacked(f"{name}!{member.filename}", inside)
        elif data.startswith(b"\x1f\x8b"):
            self.data(f"{name}!", gzip.decompress(data))
        elif data.startswith(b"\x28\xb5\x2f\xfd"):
            self.data(f"{name}!", zstandard.ZstdDecompressor().decompressobj().decompress(data))
