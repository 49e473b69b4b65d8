"""What devices say of themselves, and what they are taken for: the rule is named, and unknown is an answer."""

from __future__ import annotations

import pytest

from skyflytt.callers.kinds import KINDS, judge, rules
from skyflytt.callers.networks import is_inside
from skyflytt.callers.tally import Key


def key(protocol: str, *, account: str = "anna", device: str = "", agent: str = "", address: str = "192.0.2.5") -> Key:
    return Key(account, device, agent, protocol, address)


CASES = [
    (key("activesync", device="iPhone/ApplDNPW1ABC", agent="Apple-iPhone14C2/2007.55"), "phone", "activesync-iphone"),
    (key("activesync", device="iPad/ApplF9F", agent="Apple-iPad11C3/2007.55"), "tablet", "activesync-ipad"),
    (key("activesync", device="SamsungDevice/SEC1", agent="Android-SAMSUNG-SM-G991B/101.13"), "phone", "activesync-phone"),
    (key("activesync", device="Android/x", agent="Android-SAMSUNG-SM-T870/1.1"), "tablet", "android-tablet"),
    (key("activesync", device="WindowsMail/1", agent="MSFT-WIN-3/10.0.19041"), "desktop-client", "activesync-windows-mail"),
    (key("activesync", device="FoobarOS/1"), "phone", "activesync-unknown-device"),
    (key("ews", agent="Outlook-iOS-Android/1.0"), "phone", "outlook-for-phones"),
    (key("ews", agent="MacOutlook/16.78.3.23102801 (Intelx64 Mac OS X 14.1)"), "desktop-client", "outlook"),
    (key("ews", agent="AppleExchangeWebServices/820 accountsd/113"), "desktop-client", "apple-mail"),
    (key("ews", agent="exchangelib/5.6 (python-requests/2.32)"), "this-migration", "this-migration"),
    (key("ews", agent="python-requests/2.31"), "script", "script"),
    (key("ews", account="NORRSKEN\\HealthMailbox1f", agent="AMProbe"), "server-itself", "exchange-health-mailbox"),
    (key("mapi", agent="Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)"), "desktop-client", "outlook"),
    (key("outlook-anywhere", agent="MSRPC"), "desktop-client", "mapi-protocol"),
    (key("rd-gateway", agent="MSRPC"), "rd-client", "rd-gateway"),
    (key("owa", agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64)"), "browser", "browser"),
    (key("owa", agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"), "phone", "apple-iphone"),
    (key("webdav", agent="Microsoft-WebDAV-MiniRedir/10.0.19045"), "mapped-drive", "windows-web-drive"),
    (key("webdav", agent="WebDAVFS/3.0.0 (03008000) Darwin/23.1.0"), "mapped-drive", "mac-web-drive"),
    (key("webdav", agent="davfs2/1.6.1 neon/0.32"), "mapped-drive", "linux-web-drive"),
    (key("webdav", agent="curl/7.88.1"), "script", "script"),
    (key("imap", agent="iPhone Mail 22A380 iOS"), "phone", "apple-iphone"),
    (key("imap", agent="Thunderbird 128.0"), "desktop-client", "mail-program"),
    (key("imap"), "unknown", ""),
    (key("submission", account="x", agent="BRN30055C112233.lan", address="192.168.1.40"), "printer", "printer-name"),
    (key("submission", account="x", agent="NPI4A5B6C"), "printer", "printer-name"),
    (key("submission", account="scanner@norrskenbygg.example"), "printer", "printer-account"),
    (key("submission", account="scan-to-mail"), "printer", "printer-account"),
    (key("submission", account="x", agent="kontor-laserjet.lan"), "printer", "printer-maker"),
    (key("smtp-relay", account="", agent="erp.lan", address="10.0.0.7"), "printer", "relay-from-inside"),
    (key("submission", account="only.sends@norrskenbygg.example"), "printer", "smtp-only-account"),
    (key("ftp", account="backup"), "script", "file-transfer"),
]  # fmt: skip


@pytest.mark.parametrize(("caller", "kind", "rule"), CASES)
def test_each_is_told_with_its_rule(caller: Key, kind: str, rule: str) -> None:
    found = judge([caller])[caller]
    assert (found.kind, found.rule) == (kind, rule)


def test_only_what_names_itself_is_sure() -> None:
    said, guessed, unknown = CASES[0][0], CASES[-2][0], key("imap")
    judged = judge([said, guessed, unknown])
    assert [judged[one].sure for one in (said, guessed, unknown)] == [True, False, False]


def test_an_account_that_also_reads_mail_is_no_printer() -> None:
    sends, reads = key("submission", account="Anna"), key("imap", account="anna")
    assert judge([sends, reads])[sends].kind == "unknown"
    assert judge([sends])[sends].kind == "printer"


def test_a_person_is_no_printer_for_a_name_that_resembles_one() -> None:
    for account in (
        "scanlon@norrskenbygg.example",
        "per.printz@norrskenbygg.example",
        "mfpersson@norrskenbygg.example",
    ):
        caller = key("imap", account=account)
        assert judge([caller])[caller].kind == "unknown"


def test_every_rule_names_a_kind_that_there_is() -> None:
    assert {rule.kind for rule in rules()} <= set(KINDS)
    assert len({rule.name for rule in rules()}) == len(rules())


@pytest.mark.parametrize(
    ("address", "inside"),
    [("10.0.0.7", True), ("192.168.1.2", True), ("fd00::1", True), ("IPv6:fe80::1%eth0", True), ("::ffff:10.0.0.7", True),
     ("203.0.113.9", False), ("127.0.0.1", False), ("2001:db8::1", False), ("(many)", False)],
)  # fmt: skip
def test_own_networks(address: str, inside: bool) -> None:
    assert is_inside(address) is inside
