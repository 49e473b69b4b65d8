"""What one server answered about a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Answer(StrEnum):
    """`right` alone is good; `lagging` and `cached` get well by themselves."""

    RIGHT = "right"
    LAGGING = "lagging"
    """An authoritative server that still has the zone as it was."""
    CACHED = "cached"
    """A resolver that still has the old records, `until` they are over."""
    WRONG = "wrong"
    """Neither what was nor what is to be."""
    LAME = "lame"
    """Named as authoritative and does not serve the zone (RFC 1912 section 2.8)."""
    SILENT = "silent"
    UNREACHED = "unreached"
    """There is no way from this machine to that address, such as over IPv6; it says nothing of the server."""
    UNSIGNED = "unsigned"
    """The zone is signed and this server's answer is not, or not validly (RFC 4035 section 5.3)."""
    BOGUS = "bogus"
    """A validating resolver refuses the zone's signatures."""


@dataclass(frozen=True, slots=True)
class ServerVerdict:
    """`name` is that of the NS record, or the address of a resolver. `differing` are the sets that are not as they should be.

    `serial` is the SOA's at an authoritative server; `until` is when what is cached is over, as far as it is known.
    """

    kind: Literal["authoritative", "resolver"]
    name: str
    address: str
    port: int
    answer: Answer
    serial: int | None = None
    differing: tuple[tuple[str, str], ...] = ()
    until: datetime | None = None
    detail: str = ""

    @property
    def right(self) -> bool:
        return self.answer is Answer.RIGHT

    @property
    def sentence(self) -> str:
        """One line for a person."""
        where = self.address if self.port == 53 or not self.address else f"{self.address}:{self.port}"
        who = f"{self.name} ({where})" if where and self.name not in ("", where) else where or self.name
        serial = f", serial {self.serial}" if self.serial is not None else ""
        until = f" until {self.until:%Y-%m-%d %H:%M:%S} UTC" if self.until else ""
        sets = ", ".join(f"{name} {kind}" for name, kind in self.differing)
        more = "; ".join(one for one in (sets, self.detail) if one)
        return f"{self.kind} {who}: {self.answer}{until}{serial}" + (f" ({more})" if more else "")


def all_authoritative(verdicts: list[ServerVerdict]) -> bool:
    """Whether every authoritative server that could be reached is right, and at least one could."""
    asked = [one for one in verdicts if one.kind == "authoritative" and one.answer is not Answer.UNREACHED]
    return bool(asked) and all(one.right for one in asked)
