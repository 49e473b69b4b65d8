"""What a person is told, what counts as done, and name servers that are late, of which one stays so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from skyflytt.dns import asking
from skyflytt.dns.asking import Server
from skyflytt.dns.hosts.by_hand import ByHandHost
from skyflytt.dns.hosts.rfc2136 import open_rfc2136
from skyflytt.dns.hosts.sight import Sight
from skyflytt.dns.hosts.to_type import to_type
from skyflytt.dns.zone import Change, RecordSet
from skyflytt.errors.dns import ChangeByHand, HostBusy, HostUnreachable, ZoneMoved, ZoneNotFound
from skyflytt.project.servers import Rfc2136Server
from tests.real.bind import Bind, running_bind
from tests.real.processes import free_port

pytestmark = pytest.mark.real
ORIGIN = "norrsken.example."
RECORDS = "@ NS ns1\nns1 A 127.0.0.1\n@ MX 10 mx.old.example.\n* A 192.0.2.99\nsame A 192.0.2.99\n"
MX = RecordSet(ORIGIN, "MX", 3600, ("10 mx.old.example.",))
NEW = RecordSet(ORIGIN, "MX", 300, ("10 mx1.new.example.", "20 mx2.new.example."))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[Bind]:
    named = require_debian("bind9", binary="named")
    with running_bind(named, tmp_path_factory.mktemp("by-hand") / "bind", {ORIGIN.removesuffix("."): RECORDS}) as bind:
        yield bind


@pytest.fixture
def bind(running: Bind) -> Iterator[Bind]:
    """As it began, on both servers."""
    yield running
    now = person(running).read()
    for kind, wanted in (("MX", MX), ("TXT", None)):
        found = now.find(ORIGIN, kind)
        if found != wanted:
            person(running).change([Change(found, wanted)], now)
    running.catch_up(ORIGIN.removesuffix("."))


def person(bind: Bind):  # type: ignore[no-untyped-def]
    """Somebody who may change the zone."""
    server = Rfc2136Server(kind="rfc2136", host="127.0.0.1", port=bind.primary, key_name=bind.key_name)
    return open_rfc2136(ORIGIN, server, bind.secret)


def host(*ports: int) -> ByHandHost:
    questions = [(ORIGIN, kind) for kind in ("NS", "MX", "TXT")]
    questions += [(f"{name}.{ORIGIN}", kind) for name in ("*", "ns1", "same", "other") for kind in ("A", "TXT")]
    return ByHandHost(
        ORIGIN, Sight(ORIGIN, [Server("ns", "127.0.0.1", one) for one in ports], questions), "One.com", 60
    )


def test_a_person_is_told_line_by_line(bind: Bind) -> None:
    with pytest.raises(ChangeByHand) as told:
        host(bind.primary, bind.secondary).change([Change(MX, NEW)], host(bind.primary).read())
    assert told.value.detail.splitlines() == [
        "3 to do at One.com:",
        "  remove      @  MX  mx.old.example with priority 10",
        "  add         @  MX  mx1.new.example with priority 10  TTL 300",
        "  add         @  MX  mx2.new.example with priority 20  TTL 300",
    ]


def test_only_what_is_left_is_told(bind: Bind) -> None:
    half = RecordSet(ORIGIN, "MX", 300, ("10 mx.old.example.", "10 mx1.new.example."))
    person(bind).change([Change(MX, half)], person(bind).read())
    with pytest.raises(ChangeByHand) as told:
        host(bind.primary, bind.secondary).change([Change(MX, NEW)], host(bind.primary).read())
    assert told.value.detail.splitlines()[1:] == [
        "  remove      @  MX  mx.old.example with priority 10",
        "  add         @  MX  mx2.new.example with priority 20  TTL 300",
    ]


def test_it_is_done_when_every_name_server_has_it(bind: Bind) -> None:
    before = host(bind.primary).read()
    person(bind).change([Change(MX, NEW)], person(bind).read())
    with pytest.raises(HostBusy, match=r"not yet to be seen at ns \(127\.0\.0\.1\)"):
        host(bind.primary, bind.secondary).change([Change(MX, NEW)], before)
    bind.catch_up(ORIGIN.removesuffix("."))
    host(bind.primary, bind.secondary).change([Change(MX, NEW)], before)


def test_what_somebody_else_did_is_told(bind: Bind) -> None:
    theirs = RecordSet(ORIGIN, "MX", 3600, ("10 mx.third.example.",))
    person(bind).change([Change(MX, theirs)], person(bind).read())
    with pytest.raises(ZoneMoved, match="third"):
        host(bind.primary).change([Change(MX, NEW)], host(bind.primary).read())


def test_names_that_a_wildcard_answers_for_are_not_taken_for_records(bind: Bind) -> None:
    found = host(bind.primary).read()
    assert found.find(f"*.{ORIGIN}", "A") == RecordSet(f"*.{ORIGIN}", "A", 3600, ("192.0.2.99",))
    assert found.find(f"other.{ORIGIN}", "A") is None
    assert found.find(f"same.{ORIGIN}", "A") is None
    gone = Change(RecordSet(f"other.{ORIGIN}", "A", 300, ("192.0.2.1",)), None)
    host(bind.primary).change([gone], found)


def test_a_name_server_that_does_not_answer_or_serve_the_zone_is_told(
    bind: Bind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "TIMEOUT_S", 0.2)
    with pytest.raises(HostUnreachable):
        host(free_port()).read()
    with pytest.raises(HostUnreachable):
        host(bind.primary, free_port()).change([Change(MX, MX)], host(bind.primary).read())
    sight = Sight("other.example.", [Server("ns", "127.0.0.1", bind.primary)], [])
    with pytest.raises((ZoneNotFound, HostUnreachable)):
        ByHandHost("other.example.", sight, "One.com", 60).read()


def test_data_is_told_as_forms_take_it() -> None:
    def told(kind: str, value: str) -> str:
        name = f"x.{ORIGIN}"
        return next(iter(to_type(ORIGIN, Change(None, RecordSet(name, kind, 300, (value,))))))

    assert told("TXT", '"v=spf1; \\"a\\"" "b\\195\\165"') == 'add         x  TXT  v=spf1; "a"bå  TTL 300'
    assert told("CNAME", "a.new.example.") == "add         x  CNAME  a.new.example  TTL 300"
    assert told("SRV", "0 1 443 sip.new.example.") == "add         x  SRV  0 1 443 sip.new.example  TTL 300"
    lowered = Change(MX, RecordSet(ORIGIN, "MX", 300, MX.values))
    assert list(to_type(ORIGIN, lowered)) == [
        "change TTL  @  MX  mx.old.example with priority 10  TTL 300 (it was 3600)"
    ]
