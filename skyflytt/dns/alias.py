"""Records that some hosts have beside those of DNS: a name that answers with another name's addresses, also where no CNAME may be.

They are a type of their own, `ALIAS`, in the private range and under the number that PowerDNS gives it, so that snapshots keep them.
A value is the target's name and, after it, what the host needs to make it again (Route 53: type, hosted zone, evaluation of health).
"""

from __future__ import annotations

import sys
from typing import Any

import dns.immutable
import dns.name
import dns.rdata
import dns.rdatatype
import dns.tokenizer

KIND = "ALIAS"
NUMBER = 65401


@dns.immutable.immutable
class ALIAS(dns.rdata.Rdata):
    """`target` is absolute; `more` are words without blanks."""

    __slots__ = ["more", "target"]

    def __init__(self, rdclass: Any, rdtype: Any, target: dns.name.Name, more: tuple[str, ...] = ()) -> None:
        super().__init__(rdclass, rdtype)
        self.target = target
        self.more = more

    def to_text(self, *_positional: Any, **_options: Any) -> str:
        return " ".join((self.target.to_text(), *self.more))

    to_styled_text = to_text

    @classmethod
    def from_text(  # noqa: PLR0917 - dnspython calls it so
        cls,
        rdclass: Any,
        rdtype: Any,
        tok: dns.tokenizer.Tokenizer,
        origin: Any = None,
        relativize: bool = True,
        relativize_to: Any = None,
    ) -> ALIAS:
        target = tok.get_name(origin, relativize, relativize_to)
        return cls(rdclass, rdtype, target, tuple(one.value for one in tok.get_remaining()))

    def _to_wire(self, file: Any, _compress: Any = None, origin: Any = None, canonicalize: bool = False) -> None:
        self.target.to_wire(file, None, origin, canonicalize)
        file.write(" ".join(self.more).encode())

    @classmethod
    def from_wire_parser(cls, rdclass: Any, rdtype: Any, parser: Any, origin: Any = None) -> ALIAS:
        target = parser.get_name(origin)
        return cls(rdclass, rdtype, target, tuple(parser.get_remaining().decode().split()))


def alias_value(target: str, *more: str) -> str:
    """`target` with or without its last dot."""
    return " ".join((f"{target.rstrip('.').lower()}.", *more))


def alias_parts(value: str) -> tuple[str, tuple[str, ...]]:
    """The target's name, absolute, and what stands after it."""
    target, *more = value.split(" ")
    return target, tuple(more)


dns.rdata.register_type(sys.modules[__name__], NUMBER, KIND)
# The member that it registered was made before the type had a name, and would be shown as TYPE65401.
dns.rdatatype.register_type(dns.rdatatype.RdataType(NUMBER), KIND)
