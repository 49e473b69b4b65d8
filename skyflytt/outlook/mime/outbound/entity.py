"""A MIME entity being written: its header lines and its encoded body, in pieces that are joined once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Entity:
    """`headers` are folded lines without the last CRLF; `body` are the pieces of the encoded body.

    `closed` says that the body's last line end is no part of its content (base64, multipart).
    """

    headers: list[bytes]
    body: list[bytes] = field(default_factory=list)
    closed: bool = False

    def pieces(self) -> list[bytes]:
        """The entity as it stands between two boundaries."""
        return [b"".join(line + b"\r\n" for line in self.headers) + b"\r\n", *self.body]


def multipart(kind: str, children: Sequence[Entity], parameters: Sequence[tuple[str, str]] = ()) -> Entity:
    """`multipart/<kind>` of the children.

    The boundary is a digest of what it separates: the same content gives the same bytes, and no content can hold its own digest.
    """
    # The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
    parts = [child.pieces() if child.closed and child.body else [*child.pieces(), b"\r\n"] for child in children]
    digest = hashlib.blake2b(digest_size=18)
    digest.update(kind.encode())
    for part in parts:
        for piece in part:
            digest.update(b"%d:" % len(piece))
            digest.update(piece)
    boundary = "=_" + digest.hexdigest()
    extra = "".join(f';\r\n {name}="{value}"' for name, value in parameters)
    header = f'Content-Type: multipart/{kind}{extra};\r\n boundary="{boundary}"'
    return Entity([header.encode("ascii")], _joined(parts, boundary.encode()), closed=True)


def _joined(parts: Sequence[list[bytes]], boundary: bytes) -> list[bytes]:
    body: list[bytes] = []
    for part in parts:
        body.append(b"--" + boundary + b"\r\n")
        body.extend(part)
    body.append(b"--" + boundary + b"--\r\n")
    return body
