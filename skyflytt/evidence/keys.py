"""The operator's signing key (Ed25519). The private half is a file of mode 0600 and goes nowhere; packs carry the public half."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from skyflytt.errors.evidence import PublicKeyWrong, SigningKeyThere, SigningKeyWrong

KEY_VARIABLE = "SKYFLYTT_SIGNING_KEY"
GROUP = 4
PEM_BEGINS, PEM_ENDS, LONGEST_PEM = b"-----BEGIN PUBLIC KEY-----", b"-----END PUBLIC KEY-----", 1000


def make_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and keep it at `path`, readable by its owner only. Raises `SigningKeyThere`."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except FileExistsError as there:
        raise SigningKeyThere(str(path), "it is never replaced") from there
    return key


def load_key(path: Path) -> Ed25519PrivateKey:
    """The key that `make_key` made. Raises `SigningKeyWrong`, also when others may read it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise SigningKeyWrong(str(path), f"others than its owner may use it (mode {mode:04o})")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeyWrong(str(path), " ".join(str(error).split())) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyWrong(str(path), "it is no Ed25519 key")
    return key


def key_of_operator(workspace: Path) -> Ed25519PrivateKey:
    """The key that `SKYFLYTT_SIGNING_KEY` names, else the workspace's own, which is made when there is none."""
    named = os.environ.get(KEY_VARIABLE)
    path = Path(named) if named else workspace / "keys" / "evidence-key.pem"
    return load_key(path) if named or path.exists() else make_key(path)


def public_pem(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    """The public half as PEM (RFC 8410)."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def read_public(pem: bytes, name: str) -> Ed25519PublicKey:
    """The public key in a PEM text that is nothing else. Raises `PublicKeyWrong`."""
    if len(pem) > LONGEST_PEM or not pem.strip().startswith(PEM_BEGINS) or not pem.strip().endswith(PEM_ENDS):
        # A pack has the forger's own key somewhere in it, and the library would find it there.
        raise PublicKeyWrong(name, "it is not one public key in PEM, and nothing else")
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PublicKeyWrong(name, " ".join(str(error).split())) from error
    if not isinstance(key, Ed25519PublicKey):
        raise PublicKeyWrong(name, "it is no Ed25519 key")
    return key


def fingerprint(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """SHA-256 of the 32 bytes of the public key, as hex in groups of four, to be read out over the telephone."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    digits = hashlib.sha256(raw).hexdigest()
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two fingerprints are the same, however they are grouped."""
    return _digits(one) == _digits(other)


def _digits(text: str) -> str:
    return "".join(text.split()).replace(":", "").casefold()
