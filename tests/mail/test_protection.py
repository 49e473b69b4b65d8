"""Which messages need a key."""

from __future__ import annotations

import pytest

from skyflytt.mail.protection import Protection, protection_of

ENVELOPED = b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data;\r\n name=smime.p7m\r\n\r\nMIAG"
RIGHTS = (
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
    b'Content-Type: application/x-microsoft-rpmsg-message; name="message.rpmsg"\r\n\r\ndummy\r\n--x--\r\n'
)


@pytest.mark.parametrize(
    ("raw", "protection"),
    [
        (ENVELOPED, Protection.SMIME),
        (ENVELOPED.replace(b"pkcs7", b"x-pkcs7"), Protection.SMIME),
        (b"Content-Type: application/pkcs7-mime;\n smime-type=signed-data\n\nMIAG", None),
        (b"Content-Type: multipart/signed; protocol=application/pkcs7-signature\n\n", None),
        (b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"\n\n', Protection.PGP),
        (b"Subject: x\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n", Protection.PGP),
        (b"Subject: x\n\n> -----BEGIN PGP MESSAGE-----\n", None),
        (RIGHTS, Protection.RIGHTS),
        (b"Content-Class: rpmsg.message\n\ntext", Protection.RIGHTS),
        (b"Subject: en rapport\n\nom pkcs7-mime", None),
        (b"", None),
    ],
)
def test_by_what_the_message_says(raw: bytes, protection: Protection | None) -> None:
    assert protection_of(raw) == protection
