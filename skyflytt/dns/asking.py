"""One question to one server, over UDP and again over TCP where the answer did not fit (RFC 7766)."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rdatatype
import dns.rrset

from skyflytt.dns.records import absolute, zone_of
from skyflytt.dns.zone import RecordSet

TIMEOUT_S = 3.0
TRIES = 2
NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


class NoAnswer(Exception):
    """Nothing usable came back; `no_way` where this machine cannot reach the address at all."""

    def __init__(self, words: str, *, no_way: bool = False) -> None:
        super().__init__(words)
        self.no_way = no_way


@dataclass(frozen=True, slots=True)
class Server:
    """Where a question goes; `name` is that of the NS record, or the address."""

    name: str
    address: str
    port: int = 53


def ask(
    server: Server, name: str, kind: str, *, recursion: bool = False, dnssec: bool = False, unchecked: bool = False
) -> dns.message.Message:
    """The server's answer, whatever it is. `unchecked` asks a validating resolver not to (RFC 4035 section 3.2.2). Raises `NoAnswer`."""
    question = dns.message.make_query(name, kind, want_dnssec=dnssec, use_edns=0)
    question.flags = dns.flags.RD if recursion else dns.flags.Flag(0)
    question.flags |= dns.flags.CD if unchecked else 0
    words = ""
    for _ in range(TRIES):
        try:
            answer, _ = dns.query.udp_with_fallback(question, server.address, TIMEOUT_S, server.port)
        except OSError as error:
            if error.errno in NO_WAY:
                raise NoAnswer(error.strerror or str(error), no_way=True) from error
            words = error.strerror or str(error)
        except (dns.exception.DNSException, ValueError, EOFError) as error:
            words = str(error) or type(error).__name__
        else:
            return answer
    raise NoAnswer(words)


def set_in(answer: dns.message.Message, key: tuple[str, str]) -> RecordSet | None:
    """The set of exactly this name and type among the answer's."""
    found = rrset_in(answer, key)
    return zone_of(key[0], [found]).sets[0] if found is not None else None


def rrset_in(answer: dns.message.Message, key: tuple[str, str]) -> dns.rrset.RRset | None:
    return next(
        (one for one in answer.answer if (absolute(one.name.to_text()), dns.rdatatype.to_text(one.rdtype)) == key), None
    )
