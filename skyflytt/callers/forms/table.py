"""Records of CSV fed line by line: a quoted value may have line breaks of its own."""

from __future__ import annotations

import csv

LONGEST = 1 << 20


class Records:
    """Joins lines to records, with the separator of the heading (Excel's Nordic versions write semicolons)."""

    def __init__(self) -> None:
        self._open = b""
        self.delimiter = ","

    def feed(self, line: bytes) -> list[str] | None:
        """The record that ends with this line; None while it goes on."""
        joined = self._open + b"\n" + line if self._open else line
        if joined.count(b'"') % 2 and len(joined) < LONGEST:
            self._open = joined
            return None
        self._open = b""
        text = joined.decode("utf-8", "replace")
        if '"' not in text:
            return text.split(self.delimiter)
        return next(csv.reader(text.splitlines(keepends=True), delimiter=self.delimiter), [])
