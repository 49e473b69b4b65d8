"""What is looked at after a deletion: verdicts that say what was not measured, objects asked for by name, a real DNS server."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from skyflytt.decommission.absence import AbsenceCheck, Verdict, checks_made, note_checks, worst
from skyflytt.decommission.dns_records import still_pointing
from skyflytt.decommission.eraser import FilesEraser, MailEraser
from skyflytt.files.local import open_local
from skyflytt.ledger.ledger import Ledger
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import NewMessage
from skyflytt.project.servers import LocalServer
from tests.decommission.test_erase import ERASE_AT

DOMAIN, OLD = "norrskenbygg.example", "mail.gamlamolnet.example"
Zone = Mapping[tuple[str, str], str]
GONE: Zone = {(DOMAIN, "MX"): "10 mx.nyamolnet.example.", (DOMAIN, "A"): "192.0.2.9"}


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ([], Verdict.UNKNOWN),
        ([Verdict.PASS], Verdict.PASS),
        ([Verdict.PASS, Verdict.UNKNOWN], Verdict.UNKNOWN),
        ([Verdict.UNKNOWN, Verdict.FAILED, Verdict.PASS], Verdict.FAILED),
    ],
)
def test_the_worst_verdict_is_that_of_the_whole(verdicts: list[Verdict], whole: Verdict) -> None:
    assert worst(verdicts) is whole


def test_the_newest_outcome_of_each_check_counts(ledger: Ledger) -> None:
    note_checks(ledger, "norrsken", [AbsenceCheck("sign-in", "share 1", Verdict.FAILED, "lets in")], by="advance")
    note_checks(ledger, "norrsken", [AbsenceCheck("sign-in", "share 1", Verdict.PASS, "refused")], by="advance")
    note_checks(ledger, "norrsken", [AbsenceCheck("dns", "domain 1", Verdict.UNKNOWN, "no answer")], by="advance")
    assert [(one.check, one.verdict) for one in checks_made(ledger, "norrsken")] == [
        ("dns", Verdict.UNKNOWN),
        ("sign-in", Verdict.PASS),
    ]


def test_files_and_messages_are_asked_for_by_name(tmp_path: Path) -> None:
    (tmp_path / "Avtal").mkdir()
    (tmp_path / "Avtal" / "å.txt").write_text("x")
    with open_local(LocalServer(kind="local", root=tmp_path)) as store:
        assert FilesEraser(store).still_there(["Avtal/", "Avtal/å.txt", "b.txt"]) == ["Avtal/", "Avtal/å.txt"]
    post = MemoryMailbox()
    post.append(("INBOX",), [NewMessage(b"Subject: 1\r\n\r\n", frozenset(), ERASE_AT)])
    eraser = MailEraser(post)
    (key,) = [one.key for one in eraser.present()]
    assert eraser.still_there([key, "INBOX/no-such", "Gone/1"]) == [key]
    eraser.delete([key])
    assert eraser.still_there([key]) == []


class Answering(socketserver.BaseRequestHandler):
    """A name server with one zone; None as the zone: it fails."""

    def handle(self) -> None:
        data, sender = self.request
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        zone: Zone | None = self.server.zone  # type: ignore[attr-defined]
        name, kind = asked.question[0].name, dns.rdatatype.to_text(asked.question[0].rdtype)
        if zone is None:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif text := zone.get((str(name).rstrip("."), kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, text))
        elif not any(known == str(name).rstrip(".") for known, _ in zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        sender.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def server() -> Iterator[socketserver.ThreadingUDPServer]:
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answering) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("zone", "verdict", "words"),
    [
        (GONE, Verdict.PASS, "none points to the old servers"),
        ({}, Verdict.PASS, "none points to the old servers"),
        ({**GONE, (DOMAIN, "MX"): f"10 {OLD}."}, Verdict.FAILED, "MX of the domain"),
        ({**GONE, (DOMAIN, "MX"): f"10 eu.{OLD}."}, Verdict.FAILED, "MX of the domain"),
        ({**GONE, (f"autodiscover.{DOMAIN}", "CNAME"): f"{OLD}."}, Verdict.FAILED, "CNAME of autodiscover"),
        (
            {**GONE, (f"_autodiscover._tcp.{DOMAIN}", "SRV"): f"0 0 443 {OLD}."},
            Verdict.FAILED,
            "SRV of _autodiscover._tcp",
        ),
        ({**GONE, (OLD, "A"): "192.0.2.9"}, Verdict.FAILED, "A of the domain"),
        (None, Verdict.UNKNOWN, "questions were not answered"),
    ],
)
def test_records_that_point_to_the_old_servers(
    server: socketserver.ThreadingUDPServer, zone: Zone | None, verdict: Verdict, words: str
) -> None:
    server.zone = zone  # type: ignore[attr-defined]
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
    found = still_pointing(DOMAIN, [OLD], "domain 1", resolver)
    assert (found.verdict, found.place) == (verdict, "domain 1")
    assert words in found.found
    assert DOMAIN not in found.found
