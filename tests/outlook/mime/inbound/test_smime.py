from __future__ import annotations

import pytest

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime import from_mime
from skyflytt.outlook.mime.inbound.smime import CONTENT_TYPE
from tests.outlook.mime.inbound.written import PNG, file, mail, multipart, text

SIGNED = '; protocol="application/pkcs7-signature"; micalg=sha-256'
SIGNATURE = file(b"0\x80cms", "application/pkcs7-signature; name=smime.p7s")


@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/octet-stream"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_encrypted(kind: str, line_end: bytes) -> None:
    raw = mail(file(PNG, f"{kind}; smime-type=enveloped-data; name=smime.p7m")).replace(b"\r\n", line_end)
    message = from_mime(raw)
    (one,) = message.attachments
    assert message.properties[tags.MESSAGE_CLASS] == "IPM.Note.SMIME"
    assert message.properties[CONTENT_TYPE] == f"{kind}; smime-type=enveloped-data; name=smime.p7m"
    assert one.properties[tags.ATTACH_DATA] == PNG
    assert one.properties[tags.ATTACH_MIME_TAG] == kind
    assert one.properties[tags.ATTACH_LONG_FILENAME] == "smime.p7m"


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_clear_signed_is_kept_byte_for_byte(line_end: bytes) -> None:
    inner = multipart("alternative", text("Hej"), text("<p>Hej</p>", "html"), boundary="i")
    raw = mail(multipart("signed", inner, SIGNATURE, parameters=SIGNED)).replace(b"\r\n", line_end)
    message = from_mime(raw)
    (one,) = message.attachments
    assert message.properties[tags.MESSAGE_CLASS] == "IPM.Note.SMIME.MultipartSigned"
    assert one.properties[tags.ATTACH_MIME_TAG] == "multipart/signed"
    assert one.properties[tags.ATTACH_DATA] == raw[raw.index(b"Content-Type: multipart/signed") :]
    assert message.properties[tags.BODY] == "Hej"
    assert message.properties[tags.HTML] == b"<p>Hej</p>"
    assert ORIGINAL_MIME not in message.properties


def test_pgp_signed_stays_readable_and_keeps_its_bytes() -> None:
    signature = "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----"
    raw = mail(multipart("signed", text("Hej"), signature, parameters='; protocol="application/pgp-signature"'))
    message = from_mime(raw)
    assert message.properties[tags.MESSAGE_CLASS] == "IPM.Note"
    assert message.properties[tags.BODY] == "Hej"
    assert message.attachments[0].properties[tags.ATTACH_LONG_FILENAME] == "signature.asc"
    assert message.properties[ORIGINAL_MIME] == raw


def test_pgp_encrypted() -> None:
    parts = (
        "Content-Type: application/pgp-encrypted\n\nVersion: 1",
        "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----",
    )
    message = from_mime(mail(multipart("encrypted", *parts, parameters='; protocol="application/pgp-encrypted"')))
    data = [one.properties[tags.ATTACH_DATA] for one in message.attachments]
    assert data == [b"Version: 1", b"-----BEGIN PGP MESSAGE-----"]
    assert message.properties[tags.MESSAGE_CLASS] == "IPM.Note"


def test_signed_inside_another_message_keeps_the_original() -> None:
    raw = mail(
        multipart(
            "mixed", multipart("signed", text("Hej"), SIGNATURE, boundary="s", parameters=SIGNED), text("-- \nlista")
        )
    )
    message = from_mime(raw)
    assert message.properties[tags.MESSAGE_CLASS] == "IPM.Note"
    assert message.properties[tags.BODY] == "Hej\r\n-- \r\nlista"
    assert message.properties[ORIGINAL_MIME] == raw
