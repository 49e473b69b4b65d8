"""Loopia's own ways: sixty calls in a minute, refusals that look like answers, and what it cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skyflytt.dns.hosts.loopia import LoopiaHost, open_loopia
from skyflytt.dns.hosts.pace import Pace
from skyflytt.dns.zone import Change, RecordSet
from skyflytt.errors.dns import ChangeRefused, HostBusy, ZoneNotFound, ZoneRefused
from skyflytt.project.servers import LoopiaServer
from tests.contract.zone_hosts import Minutes
from tests.real.loopia_simulator import PASSWORD, USER, Loopia, running_loopia

pytestmark = pytest.mark.real
TIME = Minutes()
DOMAIN, ORIGIN = "norrsken.example", "norrsken.example."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopia]:
    with running_loopia(tmp_path_factory.mktemp("loopia"), TIME.monotonic) as running:
        yield running


@pytest.fixture
def loopia(server: Loopia) -> Loopia:
    """With one domain that has its MX; nobody called in the last minute."""
    server.domains = {DOMAIN: {"@": []}}
    server.add(DOMAIN, "@", type="MX", priority=10, rdata="mx.old.example.")
    server.calls, server.refused_calls, server.limit_as, server.changes = [], 0, "fault", []
    return server


def opened(loopia: Loopia, password: str = PASSWORD, calls: int = 60, **more: str) -> LoopiaHost:
    settings = {"kind": "loopia", "user": USER, "url": loopia.url, "ca_file": loopia.ca_file, **more}
    pace = Pace(calls, TIME.monotonic, TIME.sleep)
    return open_loopia(ORIGIN, LoopiaServer.model_validate(settings), password, pace)


def mx(*values: str) -> RecordSet:
    return RecordSet(ORIGIN, "MX", 3600, values)


def test_a_zone_of_many_names_is_read_within_the_limit(loopia: Loopia) -> None:
    for number in range(150):
        loopia.add(DOMAIN, f"host{number}", type="A", rdata="192.0.2.1")
    began = TIME.at
    assert len(opened(loopia).read().sets) == 151
    assert loopia.refused_calls == 0
    assert 120 <= TIME.at - began <= 180


@pytest.mark.parametrize("shape", ["fault", "status"])
def test_a_limit_that_others_used_up_is_waited_out_whatever_it_looks_like(loopia: Loopia, shape: str) -> None:
    loopia.limit_as = shape
    loopia.calls = [TIME.at] * 60
    host = opened(loopia)
    before = host.read()
    loopia.calls = [TIME.at] * 58
    host.change([Change(mx("10 mx.old.example."), mx("10 mx.new.example."))], before)
    assert host.read().find(ORIGIN, "MX") == mx("10 mx.new.example.")
    assert loopia.refused_calls >= 2
    assert loopia.changes == ["updateZoneRecord"]


@pytest.mark.parametrize("shape", ["fault", "status"])
def test_a_limit_that_never_ends_is_told(loopia: Loopia, shape: str) -> None:
    loopia.limit_as = shape
    loopia.calls = [TIME.at + 9999] * 60
    with pytest.raises(HostBusy, match=r"429|RATE_LIMITED") as told:
        opened(loopia).read()
    assert told.value.retry_after_s == 60


def test_a_new_name_is_made_before_its_records(loopia: Loopia) -> None:
    host = opened(loopia)
    after = RecordSet(f"a.b.{ORIGIN}", "SRV", 300, ("0 1 5061 sip.new.example.",))
    host.change([Change(None, after)], host.read())
    assert loopia.changes == ["addSubdomain", "addZoneRecord"]
    assert loopia.domains[DOMAIN]["a.b"][0]["priority"] == 0
    assert host.read().find(after.name, "SRV") == after


def test_names_without_a_last_dot_are_below_the_domain(loopia: Loopia) -> None:
    loopia.add(DOMAIN, "www", type="CNAME", rdata="web")
    found = opened(loopia).read().find(f"www.{ORIGIN}", "CNAME")
    assert found is not None
    assert found.values == (f"web.{ORIGIN}",)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (mx("0 ."), "no null MX"),
        (RecordSet(ORIGIN, "TXT", 300, ('"{}" "{}"'.format("a" * 255, "b" * 196),)), "this one has 451"),
        (RecordSet(ORIGIN, "TXT", 300, ('""',)), "this one has 0"),
        (RecordSet(ORIGIN, "TXT", 300, ('"\\200"',)), "UTF-8"),
        (RecordSet(ORIGIN, "TXT", 300, ('"\\"quoted\\""',)), "quotation mark"),
        (RecordSet(ORIGIN, "NS", 3600, ("ns.new.example.",)), "name servers"),
        (RecordSet(ORIGIN, "HTTPS", 3600, ("1 .",)), "of this type"),
    ],
)
def test_what_it_cannot_hold_is_refused_in_words(loopia: Loopia, after: RecordSet, words: str) -> None:
    host = opened(loopia)
    before = host.read()
    with pytest.raises(ChangeRefused, match=words):
        host.change([Change(before.find(after.name, after.type), after)], before)
    assert loopia.changes == []


def test_refusals_are_told_for_what_they_are(loopia: Loopia) -> None:
    with pytest.raises(ZoneRefused, match="401"):
        opened(loopia, "wrong").read()
    loopia.domains = {}
    with pytest.raises(ZoneNotFound, match="not the account's"):
        opened(loopia).read()


def test_a_resellers_calls_name_the_customer(loopia: Loopia) -> None:
    """The documented third argument: without it the simulator sees the domain in its place."""
    loopia.domains["4711"] = {"@": []}
    assert opened(loopia, customer_number="4711").read().sets == ()
