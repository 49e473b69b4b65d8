"""Real clients that sign in at real servers, rightly and wrongly, so that the servers write it to their logs."""

from __future__ import annotations

import base64
import ftplib
import imaplib
import smtplib
import ssl
import subprocess
from pathlib import Path

from tests.real.apache import Apache
from tests.real.dovecot import PASSWORD, Dovecot
from tests.real.postfix import Postfix
from tests.real.sshd import Sshd, make_key

imaplib.Commands.setdefault("ID", ("NONAUTH", "AUTH", "SELECTED"))
PHONE = '("name" "iPhone Mail" "version" "22A380" "os" "iOS")'


def trusting(ca_file: Path) -> ssl.SSLContext:
    """TLS that trusts this authority."""
    return ssl.create_default_context(cafile=str(ca_file))


def at_dovecot(server: Dovecot, ca_file: Path) -> None:
    """A phone that says what it is and is let in; a program that tries two wrong passwords; a login that is not there."""
    good, other = server.logins[:2]
    with imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=trusting(ca_file)) as phone:
        phone.xatom("ID", PHONE)
        phone.authenticate("PLAIN", lambda _: f"\0{good}\0{PASSWORD}".encode())
    with imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=trusting(ca_file)) as program:
        for login, password in ((good, "wrong"), (good, "wrong again")):
            _refused(program, login, password)
    with imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=trusting(ca_file)) as program:
        _refused(program, "nobody@norrskenbygg.example", "wrong")
    with imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=trusting(ca_file)) as program:
        program.authenticate("PLAIN", lambda _: f"\0{other}\0{PASSWORD}".encode())


def _refused(program: imaplib.IMAP4, login: str, password: str) -> None:
    try:
        program.authenticate("PLAIN", lambda _: f"\0{login}\0{password}".encode())
    except imaplib.IMAP4.error:
        return
    raise AssertionError(f"{login} was let in with {password!r}")


def at_ftp(port: int, ca_file: Path, user: str, password: str) -> None:
    """One sign-in that succeeds, one with a wrong password, one as somebody who is not there."""
    for who, secret, allowed in ((user, password, True), (user, "wrong", False), ("nobody-at-all", "x", False)):
        with ftplib.FTP_TLS(context=trusting(ca_file), encoding="utf-8") as ftp:
            ftp.connect("localhost", port, timeout=30)
            try:
                ftp.login(who, secret)
            except ftplib.error_perm:
                assert not allowed
            else:
                assert allowed


def at_apache(server: Apache, ca_file: Path) -> None:
    """Windows' mapped drive, a Linux mount with an old password, somebody without an account, and curl."""
    right, wrong = f"{server.user}:{server.password}", f"{server.user}:wrong"
    for arguments in (
        ("-u", right, "-X", "PROPFIND", "-A", "Microsoft-WebDAV-MiniRedir/10.0.19045"),
        ("-u", wrong, "-A", "davfs2/1.6.1 neon/0.32"),
        ("-A", 'x"y\x1b[31m'),
        ("-u", right, "-X", "OPTIONS"),
    ):
        command = ["curl", "-s", "-o", "/dev/null", "--cacert", str(ca_file), *arguments]
        subprocess.run([*command, f"https://localhost:{server.port}/"], check=True, timeout=60)


def at_postfix(server: Postfix) -> None:
    """A scanner of the own network that signs in and sends, fails to, and sends without signing in; a stranger who may not."""
    scanner = {"NAME": "BRN30055C112233.lan", "ADDR": "192.168.1.40"}
    with _client(server.submission_port, scanner) as smtp:
        smtp.login("scanner@norrskenbygg.example", server.password)
        smtp.sendmail("scanner@norrskenbygg.example", ["anna@example.com"], b"Subject: scan\r\n\r\nscan\r\n")
    with _client(server.submission_port, scanner) as smtp:
        smtp.docmd("AUTH", "PLAIN " + base64.b64encode(b"\0scanner@norrskenbygg.example\0wrong").decode())
    for client in (scanner, {"NAME": "[UNAVAILABLE]", "ADDR": "203.0.113.9"}):
        with _client(server.smtp_port, client) as smtp:
            smtp.mail("scanner@norrskenbygg.example")
            assert smtp.rcpt("anna@example.com")[0] == 554


def _client(port: int, told: dict[str, str]) -> smtplib.SMTP:
    """A client that Postfix takes for another (XCLIENT), since all of a test's clients are on loopback."""
    smtp = smtplib.SMTP("127.0.0.1", port, local_hostname="BRN30055C112233", timeout=30)
    smtp.ehlo()
    smtp.docmd("XCLIENT", " ".join(f"{key}={value}" for key, value in told.items()))
    smtp.ehlo()
    return smtp


def at_sshd(server: Sshd, folder: Path) -> None:
    """A key that is let in, one that is not, and a login that is not there."""
    stranger = make_key(folder / "stranger_key")
    for key, user in ((server.key_file, server.user), (stranger, server.user), (stranger, "nosuch")):
        options = ["-o", f"UserKnownHostsFile={server.known_hosts}", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"]
        command = ["ssh", "-q", "-p", str(server.port), "-i", str(key), *options, f"{user}@127.0.0.1", "true"]
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, timeout=60)
