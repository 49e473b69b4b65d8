"""Each form of log: what real servers wrote, and what is documented of those that do not run here, give the right callers."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tests.callers.reading import DATA, of, read, told

ANNA, BENGT = "NORRSKEN\\anna.astrom", "NORRSKEN\\bengt.oberg"
HERE = "127.0.0.1"
IPHONE = "Apple-iPhone14C2/2007.55"


def day(time: str) -> str:
    return f"2026-11-22 {time}+00:00"


def test_dovecot_joins_what_a_client_says_it_is_to_its_sign_in() -> None:
    assert of("dovecot.log") == {
        ("imap", "full.anna", "", "iPhone Mail 22A380 iOS", HERE, "1", "0", day("09:23:58")),
        ("imap", "full.anna", "", "", HERE, "0", "2", day("09:23:59")),
        ("imap", "nobody@norrskenbygg.example", "", "", HERE, "0", "1", day("09:24:00")),
        ("imap", "full.bengt", "", "", HERE, "1", "0", day("09:24:00")),
    }


def test_dovecot_in_syslog_tells_the_same() -> None:
    own = (DATA / "dovecot.log").read_bytes()
    lines = [
        line.replace(b"Info: ", b"", 1).replace(b"imap", b"mail dovecot: imap", 1) for line in own.splitlines()[1:]
    ]
    assert told(b"\n".join(lines), "dovecot") == of("dovecot.log")
    iso = [b"2026-11-22T" + line[7:15] + b".000000+00:00" + line[15:] for line in lines]
    assert told(b"\n".join(iso)) == of("dovecot.log")


def test_dovecot_2_4_and_pop3() -> None:
    lines = (
        b"Nov 22 09:00:00 mail dovecot: pop3-login: Login: user=<a@b.example>, method=PLAIN, rip=2001:db8::7, lip=::1, TLS\n"
        b"Nov 22 09:00:01 mail dovecot: imap-login: Login aborted: Connection closed (auth failed, 3 attempts in 9 secs) (auth_failed): "
        b"user=<a@b.example>, method=PLAIN, rip=192.0.2.7, lip=::1, session=<x>\n"
        b"Nov 22 09:00:02 mail dovecot: imap-login: Disconnected: Inactivity (no auth attempts in 180 secs): user=<>, rip=192.0.2.7, lip=::1\n"
    )
    assert told(lines) == {
        ("pop3", "a@b.example", "", "", "2001:db8::7", "1", "0", day("09:00:00")),
        ("imap", "a@b.example", "", "", "192.0.2.7", "0", "3", day("09:00:01")),
    }


def test_postfix_tells_who_signed_in_and_which_own_device_was_refused() -> None:
    scanner = "scanner@norrskenbygg.example"
    assert of("postfix.log") == {
        ("submission", scanner, "", "BRN30055C112233.lan", "192.168.1.40", "1", "1", day("09:24:10")),
        ("smtp-relay", scanner, "", "BRN30055C112233", "192.168.1.40", "0", "1", day("09:24:10")),
    }


def test_postfix_counts_the_own_networks_mail_without_sign_in_and_nobody_elses() -> None:
    lines = (
        b"Nov 22 09:00:00 mail postfix/smtpd[1]: ABC: client=mfp.lan[10.1.2.3]\n"
        b"Nov 22 09:00:01 mail postfix/smtpd[1]: DEF: client=mx.example.com[203.0.113.9]\n"
        b"Nov 22 09:00:02 mail postfix/smtpd[1]: GHI: client=localhost[127.0.0.1]\n"
        b"Nov 22 09:00:03 mail postfix/smtps/smtpd[1]: warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6\n"
    )
    assert told(lines, "postfix") == {
        ("smtp-relay", "", "", "mfp.lan", "10.1.2.3", "1", "0", day("09:00:00")),
        ("smtps", "", "", "", "203.0.113.9", "0", "1", day("09:00:03")),
    }


@pytest.mark.parametrize(("name", "user"), [("proftpd.log", "överlämning"), ("vsftpd.log", "migration")])
def test_ftp_servers(name: str, user: str) -> None:
    callers = {one[:7] for one in of(name)}
    assert callers == {("ftp", user, "", "", HERE, "1", "1"), ("ftp", "nobody-at-all", "", "", HERE, "0", "1")}


def test_proftpd_and_vsftpd_in_syslog_tell_the_same() -> None:
    proftpd = (DATA / "proftpd.log").read_bytes().splitlines()
    said = [
        b"Nov 22 09:24:02 mail proftpd[7]: " + line.partition(b"] ")[2].replace(b"):", b") -", 1) for line in proftpd
    ]
    assert {one[:7] for one in told(b"\n".join(said))} == {one[:7] for one in of("proftpd.log")}
    vsftpd = (DATA / "vsftpd.log").read_bytes().splitlines()
    said = [b"Nov 22 09:24:02 mail vsftpd[7]: " + line.partition(b"] ")[2] for line in vsftpd]
    assert {one[:7] for one in told(b"\n".join(said))} == {one[:7] for one in of("vsftpd.log")}


def test_pure_ftpd() -> None:
    assert of("pure-ftpd.log") == {
        ("ftp", "bengt", "", "", "192.168.1.11", "1", "0", day("09:33:21")),
        ("ftp", "anonymous", "", "", "192.168.1.12", "0", "1", day("09:33:24")),
    }


def test_sshd_counts_each_attempt_once() -> None:
    assert of("sshd.log") == {
        ("ssh", "root", "", "", HERE, "1", "1", day("09:24:06")),
        ("ssh", "nosuch", "", "", HERE, "0", "1", day("09:24:06")),
    }
    lines = (
        b"Nov 22 09:00:00 mail sshd[1]: Failed password for root from 192.0.2.7 port 4711 ssh2\n"
        b"Nov 22 09:00:00 mail sshd[1]: message repeated 2 times: [ Failed password for root from 192.0.2.7 port 4711 ssh2]\n"
        b"Nov 22 09:00:01 mail sshd[1]: Connection closed by authenticating user root 192.0.2.7 port 4711 [preauth]\n"
        b"Nov 22 09:00:02 mail sshd[2]: Invalid user x y from 192.0.2.7 port 4712\n"
        b"Nov 22 09:00:03 mail sshd[2]: Failed password for invalid user x y from 192.0.2.7 port 4712 ssh2\n"
    )
    assert {one[:7] for one in told(lines)} == {
        ("ssh", "root", "", "", "192.0.2.7", "0", "3"),
        ("ssh", "x y", "", "", "192.0.2.7", "0", "1"),
    }


def test_apache_tells_drives_and_programs_with_their_escaped_names() -> None:
    assert of("apache.log") == {
        ("webdav", "överlämning", "", "Microsoft-WebDAV-MiniRedir/10.0.19045", HERE, "1", "0", day("09:24:05")),
        ("webdav", "överlämning", "", "davfs2/1.6.1 neon/0.32", HERE, "0", "1", day("09:24:05")),
        ("webdav", "överlämning", "", "curl/7.88.1", HERE, "1", "0", day("09:24:05")),
    }
    line = b'www:443 192.0.2.7 - DOM\\\\anna b [22/Nov/2026:10:00:00 +0100] "GET /a \\"b HTTP/1.1" 200 5 "-" "x\\"y\\x1b[31m"\n'
    assert told(line) == {("web", "DOM\\anna b", "", 'x"y�[31m', "192.0.2.7", "1", "0", day("09:00:00"))}


def test_iis_reads_columns_that_change_in_the_middle_of_the_file() -> None:
    outlook = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17126; Pro)"
    assert of("iis.log", zone=ZoneInfo("Europe/Stockholm")) == {
        ("activesync", ANNA, "iPhone/ApplDNPW1ABC", IPHONE, "192.0.2.5", "2", "0", day("09:00:01")),
        ("activesync", "bengt", "SamsungDevice/SEC1A2B3C", "Android-SAMSUNG-SM-G991B/101.13", "192.0.2.6", "0", "1", day("08:00:02")),
        ("ews", BENGT, "", "MacOutlook/16.78.3.23102801 (Intelx64 Mac OS X 14.1)", "192.0.2.7", "1", "0", day("08:00:04")),
        ("owa", "anna.astrom@norrskenbygg.example", "", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "192.0.2.8", "1", "0", day("08:00:06")),
        ("mapi", BENGT, "", outlook, "192.0.2.9", "1", "0", day("08:00:07")),
        ("rd-gateway", ANNA, "", "MSRPC", "192.0.2.10", "1", "0", day("08:00:08")),
        ("outlook-anywhere", BENGT, "", "MSRPC", "192.0.2.9", "1", "0", day("08:00:09")),
        ("webdav", BENGT, "", "Microsoft-WebDAV-MiniRedir/10.0.19045", "192.0.2.9", "1", "0", day("08:00:10")),
        ("ews", "", "", "python-requests/2.31", "203.0.113.9", "0", "1", day("08:00:11")),
        ("ews", "NORRSKEN\\HealthMailbox1f2e", "", "AMProbe/Local/ClientAccess", "::1", "1", "0", day("08:00:12")),
        ("rd-gateway", ANNA, "", "MS-RDGateway/1.0", "10.9.9.9", "1", "0", day("09:00:02")),
    }  # fmt: skip


def test_iis_understands_a_query_in_base64() -> None:
    # [MS-ASHTTP] 2.2.1.1.1.1: version 14.1, Sync, locale, device id, policy key, device type
    query = b"jQAJBAx2MTIzNDU2Nzg5MDEEAQIDBAdBbmRyb2lk"
    line = b"10:00:00 POST /Microsoft-Server-ActiveSync/default.eas " + query + b" anna 192.0.2.5 Android/13 200"
    head = b"#Date: 2026-11-22 00:00:00\n#Fields: time cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) sc-status\n"
    assert told(head + line) == {
        ("activesync", "anna", "Android/v12345678901", "Android/13", "192.0.2.5", "1", "0", day("10:00:00"))
    }


def test_exchanges_own_proxy_log_has_records_of_several_lines() -> None:
    assert of("http-proxy.log", zone=ZoneInfo("Europe/Stockholm")) == {
        ("activesync", ANNA, "iPhone/ApplDNPW1ABC", IPHONE, "192.0.2.5", "1", "0", day("08:00:01")),
        (
            "ews",
            BENGT,
            "",
            "AppleExchangeWebServices/820 accountsd/113, Mac OS X",
            "192.0.2.7",
            "1",
            "0",
            day("08:00:02"),
        ),
        ("outlook-anywhere", "NORRSKEN\\cecilia", "", "MSRPC", "192.0.2.9", "0", "1", day("08:00:04")),
    }


def test_device_lists_tell_who_came_last_and_who_fails() -> None:
    expected = {
        ("activesync", "Anna Åström", "iPhone/ApplDNPW1ABC", IPHONE, "", "1", "0", day("08:00:01")),
        ("activesync", "bengt.oberg", "iPad/ApplF9FXC2ABC", "Apple-iPad11C3/2007.55", "", "0", "1", day("08:10:00")),
    }
    assert of("devices.csv") == expected
    text = (DATA / "devices.csv").read_text(encoding="utf-8")
    assert told(text.encode("utf-16")) == expected
    assert told(b"\xef\xbb\xbf" + text.replace('","', '";"').replace("\n", "\r\n").encode()) == expected


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("11/22/2026 8:00:01 PM", "20:00:01"),
        ("22.11.2026 20:00:01", "20:00:01"),
        ("22.11.2026. 20:00:01", "20:00:01"),
        ("2026-11-22T20:00:01.1234567Z", "20:00:01"),
    ],
)
def test_device_lists_of_other_languages(written: str, at: str) -> None:
    list_ = f"UserPrincipalName,DeviceType,DeviceId,LastSuccessSync\nanna@b.example,iPhone,A1,{written}\n".encode()
    assert told(list_) == {("activesync", "anna@b.example", "iPhone/A1", "", "", "1", "0", day(at))}


def test_an_rd_gateways_events_as_xml_and_as_csv() -> None:
    assert of("rd-gateway.xml", zone=ZoneInfo("Europe/Stockholm")) == {
        ("rd-gateway", ANNA, "", "", "192.0.2.10", "1", "0", day("08:00:01")),
        ("rd-gateway", "NORRSKEN\\bengt & co", "", "", "192.0.2.11", "0", "1", day("08:05:00")),
    }
    assert of("rd-gateway.csv", zone=ZoneInfo("Europe/Stockholm")) == {
        ("rd-gateway", ANNA, "", "", "192.0.2.10", "1", "0", day("08:00:01")),
        ("rd-gateway", "NORRSKEN\\bengt", "", "", "192.0.2.11", "0", "1", day("08:05:00")),
    }


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.iterdir() if path.suffix != ".md"))
def test_every_line_is_understood(name: str) -> None:
    found, callers = read((DATA / name).read_bytes())
    assert (found.unknown, found.first_unknown) == (0, 0)
    assert callers
