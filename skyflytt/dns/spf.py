"""The terms of an SPF record (RFC 7208 section 4.6.1), as far as they name somebody."""

from __future__ import annotations

from dataclasses import dataclass

NAMING = {"include": ":", "a": ":", "mx": ":", "exists": ":", "ptr": ":", "ip4": ":", "ip6": ":", "redirect": "="}


@dataclass(frozen=True, slots=True)
class Term:
    """`kind` is a mechanism or modifier without its qualifier; `of` is a name or network, empty for the zone itself."""

    text: str
    kind: str
    of: str

    @property
    def is_network(self) -> bool:
        return self.kind in ("ip4", "ip6")


def is_spf(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def terms(text: str) -> list[Term]:
    """The terms that name hosts or networks, in order. What is malformed is passed over; names may hold macros."""
    found = []
    for one in text.split()[1:]:
        bare = one.lower().lstrip("+-~?")
        for kind, sign in NAMING.items():
            rest = bare.removeprefix(kind)
            if rest != bare and (not rest or rest[0] in (sign, "/")):
                found.append(Term(one, kind, _name(kind, rest)))
    return found


def _name(kind: str, rest: str) -> str:
    of = rest[1:] if rest[:1] in (":", "=") else ""
    return of if kind in ("ip4", "ip6") else of.split("/")[0]
