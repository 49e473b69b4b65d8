"""The mail servers of the sandbox's old and new provider, and the world outside, through smtplib."""

from __future__ import annotations

import mailbox
import os
import signal
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import dns.query
import dns.rcode
import dns.tsig
import dns.update
import pytest

from skyflytt.outlook.mapi import tags
from skyflytt.sandbox import lifecycle, strangers
from skyflytt.sandbox.company.domain import OUTSIDE
from skyflytt.sandbox.company.people import DOMAIN, INFO, MAIL_TEST, PRINTER
from skyflytt.sandbox.mail_changes import opened
from skyflytt.sandbox.mailserver.delivering import Route
from skyflytt.sandbox.state import Sandbox

STRANGER = "lisa@leverantor.example"


def letter(subject: str) -> bytes:
    text = f"From: {STRANGER}\r\nTo: {INFO.address}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@leverantor.example>\r\n\r\nHej!\r\n"
    return text.encode()


def connected(sandbox: Sandbox, server: str, **options: Any) -> smtplib.SMTP:
    where = sandbox.servers[server]
    return smtplib.SMTP(where.host, where.port, timeout=20, **options)


def log(sandbox: Sandbox) -> str:
    return (sandbox.old_logs / "mail.log").read_text()


def test_mail_from_outside_lies_in_the_old_mailbox(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    with connected(sandbox, "old-smtp", local_hostname="mail.leverantor.example") as client:
        client.starttls(context=ssl.create_default_context(cafile=str(sandbox.ca_file)))
        client.sendmail(STRANGER, [INFO.address], letter("till-den-gamla"))
    with opened(sandbox, INFO) as box:
        subjects = [box.message(item).properties.get(tags.SUBJECT) for item in box.items("INBOX")]
    assert subjects.count("till-den-gamla") == 1
    assert ": client=mail.leverantor.example[127.0.0.1]\n" in log(sandbox)


def test_mail_from_outside_lies_in_the_new_mailbox(living: Sandbox, open_mail: Callable[..., Any]) -> None:
    sandbox = lifecycle.up(living.root)
    with connected(sandbox, "new-smtp") as client:
        client.sendmail(STRANGER, [INFO.address], letter("till-den-nya"))
    with open_mail(sandbox, INFO) as client:
        client.select_folder("INBOX")
        found = client.fetch(client.search(["SUBJECT", "till-den-nya"]), ["RFC822"])
    (raw,) = (one[b"RFC822"] for one in found.values())
    assert raw.startswith(b"Received: from unknown[127.0.0.1]\r\n\tby mail.nyamolnet.example")
    assert raw.endswith(letter("till-den-nya"))


def test_only_who_signs_in_sends_elsewhere(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    with connected(sandbox, "old-smtp", local_hostname="skrivare") as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="Relay access denied"):
            client.sendmail(PRINTER, [OUTSIDE], letter("utan"))
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="User unknown"):
            client.sendmail(
                STRANGER, ["nobody@norrskenbygg.example"], letter("okänd".encode("ascii", "ignore").decode())
            )
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(PRINTER, "wrong")
        client.login(PRINTER, sandbox.secret("devices.printer"))
        client.sendmail(PRINTER, [OUTSIDE], letter("toner"))
    found = [one["Subject"] for one in mailbox.Maildir(sandbox.outside / "postprov", create=False)]
    assert "toner" in found
    assert "utan" not in found
    assert f"sasl_username={PRINTER}\n" in log(sandbox)
    assert "warning: skrivare[127.0.0.1]: SASL " in log(sandbox)


def test_strangers_ask_for_the_mx_and_forgetful_ones_do_not(living: Sandbox, open_mail: Callable[..., Any]) -> None:
    sandbox = lifecycle.up(living.root)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Lisa <{STRANGER}>", INFO.address, "hit eller dit"
    assert strangers.send(sandbox, message).startswith("mail.gamlamolnet.example[127.0.2.25]:")
    where = sandbox.servers["ns1"]
    key = dns.tsig.Key("skyflytt.", sandbox.secret("servers.ns1"), dns.tsig.HMAC_SHA256)
    for host in ("mail.nyamolnet.example.", "mail.gamlamolnet.example."):
        switch = dns.update.UpdateMessage(DOMAIN, keyring=key)
        switch.replace("@", 0, "MX", f"10 {host}")
        assert dns.query.tcp(switch, where.host, 5, where.port).rcode() == dns.rcode.NOERROR
        route = Route((where.host, where.port), sandbox.servers["old-smtp"].port, strangers.OWN_NAME)
        assert route.relay(STRANGER, INFO.address, letter(host)).startswith(host.rstrip("."))
    strangers.send_the_old_way(sandbox, message)
    with opened(sandbox, INFO) as box:
        subjects = [box.message(item).properties.get(tags.SUBJECT) for item in box.items("INBOX")]
    assert subjects.count("hit eller dit") == 2
    with open_mail(sandbox, INFO) as client:
        client.select_folder("INBOX")
        assert len(client.search(["SUBJECT", "mail.nyamolnet.example."])) == 1


def test_the_new_home_sends_out(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    with connected(sandbox, "new-smtp") as client:
        client.login(MAIL_TEST, sandbox.secret("servers.new-smtp"))
        client.sendmail(MAIL_TEST, [OUTSIDE], letter("utåt".encode("ascii", "ignore").decode()))
    assert "utt" in [one["Subject"] for one in mailbox.Maildir(sandbox.outside / "postprov", create=False)]


def test_what_cannot_be_delivered_now_is_to_be_sent_again(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    os.kill(sandbox.servers["new-mail"].pid or 0, signal.SIGKILL)
    with connected(sandbox, "new-smtp") as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail(STRANGER, [INFO.address], letter("igen"))
    assert refused.value.smtp_code == 451
    lifecycle.up(living.root)
