"""The certificate that an application signs in with: one PEM file with its private key."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from skyflytt.errors.graph import CertificateUnusable


def credential(path: Path, passphrase: str) -> dict[str, str]:
    """As msal takes it. `passphrase` opens an encrypted key and is not used for another. Raises `CertificateUnusable`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CertificateUnusable(str(path), error.strerror or str(error)) from error
    try:
        certificate = x509.load_pem_x509_certificate(raw)
        key = load_pem_private_key(raw, passphrase.encode() if b"ENCRYPTED PRIVATE KEY" in raw else None)
    except (ValueError, TypeError):
        # The library's words may repeat what it read.
        raise CertificateUnusable(str(path), "it has no certificate, or no key that the secret opens") from None
    if not isinstance(key, RSAPrivateKey):
        raise CertificateUnusable(str(path), "its key is not an RSA key, and Microsoft Entra takes no other")
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spki) != certificate.public_key().public_bytes(*spki):
        raise CertificateUnusable(str(path), "the key is not that of the certificate")
    return {
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "public_certificate": certificate.public_bytes(Encoding.PEM).decode(),
    }
