"""What a folder's messages were numbered under since the mailbox was opened: its UIDVALIDITY (RFC 9051 §2.3.1.1)."""

from __future__ import annotations

from skyflytt.errors.mail import NumberedAnew


class Numbering:
    """One for all connections of a mailbox that is written to.

    A folder that is numbered anew in the middle of a pass answers every question about the old numbers with "not there", which is
    what decides whether a message is written again. So the act fails, once, and whoever asked begins anew with the new numbers.
    """

    def __init__(self) -> None:
        self._validities: dict[bytes, int] = {}

    def told(self, name: bytes, validity: int, exists: int) -> None:
        """The server names the folder's `exists` messages under this UIDVALIDITY. Raises `NumberedAnew` when it was another one.

        In an empty folder there is nothing to mistake, and some servers settle on its UIDVALIDITY only with the first message.
        """
        before = self._validities.get(name, validity)
        if exists or before != validity:
            self._validities[name] = validity
        if before != validity:
            words = f"its UIDVALIDITY was {before} and is {validity}"
            raise NumberedAnew(name.decode("ascii", "replace"), words)
