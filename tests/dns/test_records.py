"""Records in their one form, and the snapshot's text: the same zone gives the same bytes, and they are read back."""

from __future__ import annotations

import dns.zonefile
import pytest

from skyflytt.dns.master_file import digest, from_text, to_text
from skyflytt.dns.records import full_name, plain_text, record_set, value_of, zone_of
from skyflytt.dns.zone import Change, Zone, changes_between, in_safe_order
from skyflytt.errors.dns import SnapshotUnreadable


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("MX", "10 MX.New.example", "10 mx.new.example."),
        ("MX", "10 mx.new.example.", "10 mx.new.example."),
        ("MX", "0 .", "0 ."),
        ("CNAME", "mx.åre.example", "mx.xn--re-xia.example."),
        ("SRV", "0 1 443 Auto.new.example", "0 1 443 auto.new.example."),
        ("AAAA", "2001:DB8:0:0::1", "2001:db8::1"),
        ("TXT", "v=spf1 include:x.example -all", '"v=spf1 include:x.example -all"'),
        ("TXT", '"a" "b c"', '"a" "b c"'),
        ("TXT", 'say "yes"; \\ or', '"say \\"yes\\"; \\\\ or"'),
        ("CAA", '0 issue "ca.example"', '0 issue "ca.example"'),
        ("ALIAS", "Web.new.example", "web.new.example."),
    ],
)
def test_one_form_for_each_record(kind: str, text: str, value: str) -> None:
    assert value_of(kind, text) == value
    assert value_of(kind, value) == value


@pytest.mark.parametrize("text", ["x" * 255, "x" * 256, "å" * 400, "v=DKIM1; p=" + "A" * 800])
def test_long_texts_are_cut_into_strings_between_characters(text: str) -> None:
    value = value_of("TXT", text)
    assert plain_text("TXT", value) == text
    assert plain_text("TXT", value_of("TXT", value)) == text


def test_names() -> None:
    assert full_name("@", "n.example.") == "n.example."
    assert full_name("WWW", "n.example.") == "www.n.example."
    assert full_name("å", "n.example.") == "xn--5ca.n.example."


def test_a_snapshot_is_a_master_file_that_is_read_back_to_the_same_zone(zone: Zone) -> None:
    text = to_text(zone)
    assert from_text(text, "it") == zone
    assert to_text(from_text(text, "it")) == text
    assert digest(text) == digest(to_text(Zone(zone.origin, zone.sets, zone.serial)))
    assert zone_of(zone.origin, dns.zonefile.read_rrsets(text, rdclass=None)).sets == zone.sets
    unknown = Zone("n.example.", (record_set("n.example", "TYPE999", 5, [r"\# 3 010203"]),), None, signed=True)
    assert from_text(to_text(unknown), "it") == unknown


@pytest.mark.parametrize("text", ["", "; zone x.example.\n", "garbage", "\x00"])
def test_what_is_no_snapshot(text: str) -> None:
    with pytest.raises(SnapshotUnreadable):
        from_text(text, "it")


def test_a_snapshot_that_lost_a_line(zone: Zone) -> None:
    lines = to_text(zone).splitlines(keepends=True)
    with pytest.raises(SnapshotUnreadable, match="22 records and says that it has 23"):
        from_text("".join(lines[:-1]), "it")
    with pytest.raises(SnapshotUnreadable):
        from_text("".join([*lines[:-1], "broken 3600 IN A"]), "it")


def test_what_makes_room_goes_first_and_mail_late() -> None:
    def one(name: str, kind: str, value: str) -> Change:
        return Change(None, record_set(f"{name}.n.example", kind, 60, [value]))

    def gone(name: str, kind: str, value: str) -> Change:
        return Change(one(name, kind, value).after, None)

    mail, host = one("m", "MX", "10 new.n.example"), one("new", "A", "192.0.2.1")
    room, alias, removal = (
        gone("web", "A", "192.0.2.2"),
        one("web", "CNAME", "x.example"),
        gone("old", "A", "192.0.2.3"),
    )
    assert in_safe_order([removal, mail, alias, host, room]) == [room, host, alias, mail, removal]


def test_differences(zone: Zone) -> None:
    assert list(changes_between(zone, zone)) == []
    less = Zone(zone.origin, zone.sets[1:], zone.serial)
    assert list(changes_between(zone, less)) == [Change(zone.sets[0], None)]
    assert list(changes_between(less, zone)) == [Change(None, zone.sets[0])]
