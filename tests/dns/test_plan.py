"""The plan: what changes, what is kept and why, what nobody decided, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from skyflytt.dns.old_provider import old_provider
from skyflytt.dns.plan import DnsPlan, changes_from_json, diff_lines, make_plan, plan_to_json
from skyflytt.dns.port import Capabilities
from skyflytt.dns.records import record_set, short_name
from skyflytt.dns.wanted import decisions
from skyflytt.dns.zone import Zone, with_sets
from skyflytt.errors.dns import PlanInvalid, PlanTooLarge, PlanUndecided
from tests.dns.conftest import DECIDED, OLD, ORIGIN, domain_of


def plan_of(zone: Zone, *decided: dict[str, Any], host: Capabilities | None = None) -> DnsPlan:
    return make_plan(zone, decisions(ORIGIN, domain_of(*decided).records), old_provider(zone, OLD), host)


def undecided(plan: DnsPlan) -> set[tuple[str, str]]:
    return {(short_name(one.name, ORIGIN), one.type) for one in plan.undecided}


def test_nothing_is_decided_by_nobody(zone: Zone) -> None:
    found = plan_of(zone)
    assert found.changes == ()
    assert undecided(found) == {
        *(("@", "MX"), ("@", "TXT"), ("mail", "A"), ("webmail", "CNAME"), ("autodiscover", "CNAME"), ("ftp", "A")),
        *(
            ("_autodiscover._tcp", "SRV"),
            ("_imaps._tcp", "SRV"),
            ("rcloud._domainkey", "CNAME"),
            ("s1._domainkey", "TXT"),
        ),
        *(("_dmarc", "TXT"), ("_mta-sts", "TXT"), ("mta-sts", "CNAME"), ("_smtp._tls", "TXT")),
    }
    with pytest.raises(
        PlanUndecided,
        match=r"_autodiscover\._tcp SRV \(automatic set-up of mail programs; autodiscover\.rcloud\.example\.\)",
    ):
        found.raise_if_unsafe(1)


def test_every_decision_is_in_the_plan(zone: Zone) -> None:
    found = plan_of(zone, *DECIDED)
    found.raise_if_unsafe(1 / 3)
    assert [(short_name(one.found.name, ORIGIN), one.why) for one in found.kept] == [
        ("ftp", "the archive stays there until the end of the notice"),
        ("s1._domainkey", "the shop's newsletter signs with it"),
    ]
    lines = list(diff_lines(found.changes))
    assert "- norrsken.example. 14400 MX 10 mx1.rcloud.example." in lines
    assert "+ norrsken.example. 14400 MX 10 mx.newhome.example." in lines
    assert '+ norrsken.example. 3600 TXT "v=spf1 include:spf.newhome.example -all"' in lines
    assert not any("site-verification" in line for line in lines), "a record that no decision is about stays"
    assert '+ new._domainkey.norrsken.example. 3600 TXT "v=DKIM1; k=rsa; p=MIIBIjANBg"' in lines
    assert "+ _autodiscover._tcp.norrsken.example. 7200 SRV 0 0 443 autodiscover.newhome.example." in lines
    assert not any("webmail" in line for line in lines), "it follows the host that it is an alias of"
    assert changes_from_json(plan_to_json(found)) == found.changes


@pytest.mark.parametrize("left_out", range(len(DECIDED)))
def test_each_decision_is_needed(zone: Zone, left_out: int) -> None:
    """All but the new key, which nothing of the old provider's stands behind."""
    decided = [one for number, one in enumerate(DECIDED) if number != left_out]
    found = undecided(plan_of(zone, *decided))
    named = (DECIDED[left_out]["name"], DECIDED[left_out]["type"])
    assert (named in found) is (named[0] != "new._domainkey")


def test_a_replacement_that_points_to_the_old_provider_is_undecided(zone: Zone) -> None:
    again = {"name": "mail", "type": "A", "values": ["198.51.100.99"]}
    decided = [again if one["name"] == "mail" else one for one in DECIDED]
    assert undecided(plan_of(zone, *decided)) == {("mail", "A"), ("webmail", "CNAME"), ("_imaps._tcp", "SRV")}


def test_a_certificate_of_the_old_server_must_be_decided_although_its_host_moves(zone: Zone) -> None:
    tlsa = record_set("_25._tcp.mail.norrsken.example", "TLSA", 3600, ["3 1 1 " + "ab" * 32])
    zone = with_sets(zone, {(tlsa.name, tlsa.type): tlsa})
    assert undecided(plan_of(zone, *DECIDED)) == {("_25._tcp.mail", "TLSA")}
    new = {"name": "_25._tcp.mail", "type": "TLSA", "values": ["3 1 1 " + "cd" * 32]}
    assert undecided(plan_of(zone, *DECIDED, new)) == set()


def test_the_hash_is_of_what_was_agreed_on(zone: Zone) -> None:
    first = plan_of(zone, *DECIDED)
    assert first.hash == plan_of(zone, *DECIDED).hash
    other = [{**one, "keep": "for another reason"} if one["name"] == "ftp" else one for one in DECIDED]
    assert plan_of(zone, *other).hash != first.hash
    moved = with_sets(zone, {("x.norrsken.example.", "A"): record_set("x.norrsken.example", "A", 60, ["192.0.2.1"])})
    assert plan_of(moved, *DECIDED).hash != first.hash


def test_more_than_a_third_of_the_records_is_refused(zone: Zone) -> None:
    names = ("rcloud._domainkey", "autodiscover", "mta-sts", "webmail", "shop", "www")
    removed = [{"name": name, "type": "CNAME", "remove": True} for name in names]
    removed += [{"name": name, "type": "TXT", "remove": True} for name in ("_mta-sts", "_smtp._tls")]
    kept = [one for one in DECIDED if one["name"] not in {r["name"] for r in removed}]
    found = plan_of(zone, *kept, *removed)
    assert (found.removed, found.records) == (8, 23)
    with pytest.raises(PlanTooLarge, match="8 of 23 records would be taken away, more than 33%"):
        found.raise_if_unsafe(1 / 3)
    found.raise_if_unsafe(0.4)
    assert plan_of(zone, *kept, *removed[1:]).removed_share <= 1 / 3


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        ({"name": "@", "type": "CNAME", "values": ["x.newhome.example"]}, "the domain itself cannot be an alias"),
        ({"name": "mail", "type": "CNAME", "values": ["x.newhome.example"]}, "cannot stand beside A"),
        ({"name": "www", "type": "CNAME", "values": ["a.x.example", "b.x.example"]}, "one alias"),
        ({"name": "@", "type": "MX", "values": ["10 www.norrsken.example"]}, "is an alias, which a mail server's name"),
        ({"name": "@", "type": "MX", "values": ["10 nosuch.norrsken.example"]}, "has no address in the zone"),
        ({"name": "@", "type": "MX", "values": ["0 .", "10 mx.new.example"]}, "a null MX"),
        ({"name": "@", "type": "NS", "remove": True}, "a zone without name servers"),
        ({"name": "@", "type": "TXT", "values": ["v=spf1 -all", "v=spf1 a -all"]}, "2 SPF records"),
    ],
)
def test_what_cannot_stand(zone: Zone, decided: dict[str, Any], words: str) -> None:
    found = plan_of(zone, decided)
    with pytest.raises(PlanInvalid, match=words):
        found.raise_if_unsafe(1)


def test_a_mail_server_below_a_wildcard_or_a_delegation_has_an_address(zone: Zone) -> None:
    for name, kind, value in (("*.norrsken.example", "A", "192.0.2.1"), ("in.norrsken.example", "NS", "ns.x.example")):
        wider = with_sets(zone, {(f"{name}.", kind): record_set(name, kind, 60, [value])})
        assert plan_of(wider, {"name": "@", "type": "MX", "values": ["10 mx.in.norrsken.example"]}).problems == ()


def test_new_name_servers_of_a_signed_zone_are_refused(zone: Zone) -> None:
    signed = Zone(zone.origin, zone.sets, zone.serial, signed=True)
    move = {"name": "@", "type": "NS", "values": ["ns1.newhome.example"]}
    assert any("DNSSEC" in one for one in plan_of(signed, move).problems)
    assert not any("DNSSEC" in one for one in plan_of(zone, move).problems)


def test_a_type_that_the_host_does_not_change(zone: Zone) -> None:
    host = Capabilities("simple", types=frozenset({"A", "MX", "TXT", "CNAME"}))
    assert plan_of(zone, *DECIDED, host=host).problems == (
        "_autodiscover._tcp SRV: the host simple does not change records of this type",
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [("MX", "mx.newhome.example"), ("A", "mail"), ("MX", "10 mail"), ("SRV", "0 443 x.example"), ("TXT", '"open')],
)
def test_values_that_are_no_records(kind: str, value: str) -> None:
    with pytest.raises(PlanInvalid, match=f"mail {kind}"):
        decisions(ORIGIN, domain_of({"name": "mail", "type": kind, "values": [value]}).records)


def test_a_plan_that_knows_nobody_to_leave_is_refused(zone: Zone) -> None:
    """Nothing would point to anybody, and that is no finding."""
    found = make_plan(zone, decisions(ORIGIN, domain_of(*DECIDED).records), old_provider(zone, ()))
    with pytest.raises(PlanInvalid, match="nothing is known of the old provider"):
        found.raise_if_unsafe(1)


def test_a_ttl_that_the_host_does_not_keep(zone: Zone) -> None:
    decided = {"name": "mail", "type": "A", "values": ["192.0.2.25"], "ttl_s": 60}
    assert plan_of(zone, decided, host=Capabilities("slow", min_ttl_s=300)).problems == (
        "mail A: the host slow keeps no TTL shorter than 300 s",
    )
