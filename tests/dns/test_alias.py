"""Records that only some hosts have, in the same forms as those of DNS."""

from __future__ import annotations

import dns.rdata

from skyflytt.dns.alias import KIND, NUMBER, alias_parts, alias_value
from skyflytt.dns.master_file import from_text, to_text
from skyflytt.dns.records import names_in, parsed, value_of
from skyflytt.dns.zone import RecordSet, Zone

VALUE = "d111.cloudfront.net. A Z2FDTNDATAQYW2 always"


def test_it_is_read_and_written_as_one_line() -> None:
    assert value_of(KIND, VALUE.replace("d111", "D111")) == VALUE
    assert [one.to_text() for one in names_in(parsed(KIND, VALUE))] == ["d111.cloudfront.net."]
    assert alias_parts(VALUE) == ("d111.cloudfront.net.", ("A", "Z2FDTNDATAQYW2", "always"))
    assert alias_value("Shop.New.example") == "shop.new.example."


def test_it_is_kept_by_a_snapshot() -> None:
    zone = Zone("o.example.", (RecordSet("o.example.", KIND, 300, (VALUE,)),), 7)
    assert from_text(to_text(zone), "here") == zone


def test_it_has_a_form_on_the_wire() -> None:
    data = parsed(KIND, VALUE)
    wire = data.to_wire()
    assert wire is not None
    assert dns.rdata.from_wire("IN", NUMBER, wire, 0, len(wire)) == data
