"""The drop server's certificate, and how it speaks TLS: 1.2 with forward secrecy and AEAD ciphers alone, or 1.3."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL

from skyflytt.drop.accounts import DropAccount
from skyflytt.errors.drop import DropServerSettingWrong

CIPHERS_OF_1_2 = b"ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=2"
PARTIAL_WRITE = 1
"""SSL_MODE_ENABLE_PARTIAL_WRITE of OpenSSL's ssl.h, which pyOpenSSL sets and does not name."""
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A certificate with what leads up to its authority, and its key."""

    chain: tuple[x509.Certificate, ...]
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @property
    def ends(self) -> datetime:
        return self.chain[0].not_valid_after_utc

    @property
    def begins(self) -> datetime:
        return self.chain[0].not_valid_before_utc

    def context(self) -> SSL.Context:
        """A new one for each client: the session tickets of one are worth nothing to another."""
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_cipher_list(CIPHERS_OF_1_2)
        context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION)
        # Else each call writes a single record of 16 KiB, and the loop costs more than the encryption.
        context.clear_mode(PARTIAL_WRITE)
        # OpenSSL resumes only within a named context.
        context.set_session_id(os.urandom(16))
        context.use_certificate(self.chain[0])
        for above in self.chain[1:]:
            context.add_extra_chain_cert(above)
        context.use_privatekey(self.key)
        context.check_privatekey()
        return context

    def concerns(self, now: datetime, accounts: Iterable[DropAccount]) -> list[str]:
        """What customers will run into with this certificate, in sentences."""
        if now >= self.ends:
            return [f"The certificate ended at {self.ends.isoformat()}; customers' programs refuse this server."]
        if now < self.begins:
            return [
                f"The certificate begins at {self.begins.isoformat()} only; until then customers' programs refuse it."
            ]
        said = [
            f"The certificate ends at {self.ends.isoformat()}, before the account {account.name} does ({account.closes.isoformat()})."
            for account in accounts
            if account.closes is not None and not account.closed and now < account.closes and self.ends < account.closes
        ]
        if not said and self.ends - now < SOON:
            said.append(f"The certificate ends soon, at {self.ends.isoformat()}.")
        return said


def read_certificate(certificate: Path, key: Path | None = None) -> ServerCertificate:
    """From PEM files; raises `DropServerSettingWrong`, which names the file."""
    try:
        chain = tuple(x509.load_pem_x509_certificates(certificate.read_bytes()))
    except (OSError, ValueError) as error:
        raise DropServerSettingWrong(
            str(certificate), f"no PEM certificate can be read from it ({_words(error)})"
        ) from error
    where = key or certificate
    try:
        private = load_pem_private_key(where.read_bytes(), None)
    except TypeError as error:
        raise DropServerSettingWrong(str(where), "its key is encrypted; the server has nobody to ask") from error
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise DropServerSettingWrong(str(where), f"no PEM key can be read from it ({_words(error)})") from error
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise DropServerSettingWrong(str(where), "its key is neither RSA nor EC")
    read = ServerCertificate(chain, private)
    try:
        read.context()
    except SSL.Error as error:
        raise DropServerSettingWrong(
            str(certificate), f"certificate and key do not belong together, or are too weak ({_words(error)})"
        ) from error
    return read


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, SSL.Error) and error.args and error.args[0]:
        return str(error.args[0][-1][-1])
    return str(error).partition("\n")[0] or type(error).__name__
