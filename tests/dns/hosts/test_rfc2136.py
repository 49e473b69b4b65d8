"""Name servers' own ways: the zone's own NS records, more than one message, types that nobody knows, keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from skyflytt.dns.hosts.rfc2136 import Rfc2136Host, open_rfc2136
from skyflytt.dns.zone import Change, RecordSet
from skyflytt.errors.base import NeedsPerson
from skyflytt.errors.dns import ChangeRefused, ZoneRefused
from skyflytt.project.servers import Rfc2136Server
from tests.real.bind import running_bind
from tests.real.knot import running_knot

pytestmark = pytest.mark.real
ORIGIN = "norrsken.example."
RECORDS = "@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 127.0.0.2\n@ TXT secret\nx TYPE65280 \\# 2 0102\n"
HEAD = "$ORIGIN norrsken.example.\n$TTL 3600\n@ SOA ns1 hostmaster 1 3600 600 86400 300\n"


@pytest.fixture(scope="module", params=["bind", "knot"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]
) -> Iterator[tuple[Rfc2136Server, str]]:
    folder = tmp_path_factory.mktemp(request.param)
    settings = {"kind": "rfc2136", "host": "127.0.0.1"}
    if request.param == "bind":
        named = require_debian("bind9", binary="named")
        with running_bind(named, folder / "bind", {ORIGIN.removesuffix("."): RECORDS}) as bind:
            made = {**settings, "port": bind.primary, "key_name": bind.key_name}
            yield Rfc2136Server.model_validate(made), bind.secret
    else:
        with running_knot(require_debian, folder / "knot", {ORIGIN: HEAD + RECORDS}) as knot:
            made = {**settings, "port": knot.port, "key_name": knot.key_name}
            yield Rfc2136Server.model_validate(made), knot.secret


@pytest.fixture
def host(server: tuple[Rfc2136Server, str]) -> Rfc2136Host:
    return open_rfc2136(ORIGIN, *server)


@pytest.mark.parametrize(
    ("ttl_s", "names"),
    [
        (3600, ("ns1.norrsken.example.", "ns3.new.example.")),
        (60, ("ns1.norrsken.example.", "ns2.norrsken.example.")),
        (60, ("ns3.new.example.", "ns4.new.example.")),
        (600, ("ns4.new.example.",)),
        (3600, ("ns1.norrsken.example.", "ns2.norrsken.example.")),
    ],
)
def test_the_zones_own_ns_records_are_exchanged(host: Rfc2136Host, ttl_s: int, names: tuple[str, ...]) -> None:
    before = host.read()
    after = RecordSet(ORIGIN, "NS", ttl_s, names)
    host.change([Change(before.find(ORIGIN, "NS"), after)], before)
    assert host.read().find(ORIGIN, "NS") == after
    back = RecordSet(ORIGIN, "NS", 3600, tuple(f"{name}.{ORIGIN}" for name in ("ns1", "ns2")))
    host.change([Change(after, back)], host.read())
    assert host.read().sets == before.sets


def test_types_that_nobody_knows_are_kept_and_changed(host: Rfc2136Host) -> None:
    before = host.read()
    old = before.find(f"x.{ORIGIN}", "TYPE65280")
    new = RecordSet(f"x.{ORIGIN}", "TYPE65280", 300, ("\\# 3 010203",))
    assert old == RecordSet(f"x.{ORIGIN}", "TYPE65280", 3600, ("\\# 2 0102",))
    host.change([Change(old, new)], before)
    assert host.read().find(f"x.{ORIGIN}", "TYPE65280") == new
    host.change([Change(new, old)], host.read())


def test_more_than_one_message_holds_is_made_by_several(host: Rfc2136Host) -> None:
    before = host.read()
    text = " ".join(f'"{letter * 255}"' for letter in "abcdefgh")
    sets = [RecordSet(f"big{number}.{ORIGIN}", "TXT", 300, (text,)) for number in range(40)]
    host.change([Change(None, one) for one in sets], before)
    made = host.read()
    assert [made.find(one.name, "TXT") for one in sets] == sets
    host.change([Change(one, None) for one in sets], made)
    assert host.read().sets == before.sets


def test_a_set_without_place_in_a_message_is_refused(host: Rfc2136Host) -> None:
    texts = tuple(" ".join(f'"{number:05}{"x" * 250}"' for _ in range(8)) for number in range(40))
    with pytest.raises(ChangeRefused, match="no place in a message"):
        host.change([Change(None, RecordSet(f"huge.{ORIGIN}", "TXT", 300, texts))], host.read())


def test_without_the_key_nobody_sees_or_changes_anything(server: tuple[Rfc2136Server, str]) -> None:
    settings, secret = server
    with pytest.raises(NeedsPerson):
        open_rfc2136(ORIGIN, settings.model_copy(update={"key_name": None}), None).read()
    with pytest.raises(ZoneRefused, match="stranger"):
        open_rfc2136(ORIGIN, settings.model_copy(update={"key_name": "stranger"}), secret).read()
    with pytest.raises(ZoneRefused, match="not base64") as told:
        open_rfc2136(ORIGIN, settings, "not base64!")
    assert "not base64!" not in str(told.value)
