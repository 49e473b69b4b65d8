"""Check a pack offline: first that it is what was signed, then what it tells. Nothing that was not looked at is ever PASS."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from skyflytt.decommission.absence import Verdict, worst
from skyflytt.errors.evidence import PackMissing, PublicKeyWrong
from skyflytt.evidence.checks import CHECKS
from skyflytt.evidence.checks.part import Part
from skyflytt.evidence.container import ContainerWrong, content, members
from skyflytt.evidence.keys import fingerprint, read_public, same_fingerprint
from skyflytt.evidence.pack import FORMAT, FORMAT_VERSION, LISTING, PUBLIC_KEY, SIGNATURE, SIGNED_PREFIX

NOT_LOOKED_AT = "not looked at, since the pack is not what was signed"


@dataclass(frozen=True, slots=True)
class Verification:
    """`of_pack` says whether it is what was signed and by whom, `of_exit` what it tells of the exit.

    `fingerprint` is that of the key in the pack ("" where there is none).
    """

    of_pack: tuple[Part, ...]
    of_exit: tuple[Part, ...]
    project: str
    fingerprint: str

    @property
    def pack(self) -> Verdict:
        return worst(part.verdict for part in self.of_pack)

    @property
    def exit(self) -> Verdict:
        return worst(part.verdict for part in self.of_exit)

    @property
    def verdict(self) -> Verdict:
        return worst((self.pack, self.exit))


def verify_pack(path: Path, trusted: str | None = None) -> Verification:
    """Check a pack; `trusted` is the signer's fingerprint as it came by another way. Raises `PackMissing`."""
    if not path.is_file():
        raise PackMissing(str(path), "no such file")
    with tempfile.TemporaryDirectory(prefix="skyflytt-") as made:
        folder = Path(made)
        parts, listing, key = _pack_parts(path, folder, trusted)
        whole = all(part.verdict is not Verdict.FAILED for part in parts)
        exit_parts = tuple(_look(name, folder, listing, whole=whole) for name in CHECKS)
    project = str(listing.get("project", ""))
    return Verification(tuple(parts), exit_parts, project, fingerprint(key) if key else "")


def _pack_parts(
    path: Path, folder: Path, trusted: str | None
) -> tuple[list[Part], Mapping[str, Any], Ed25519PublicKey | None]:
    try:
        digests = _unpack(path, folder)
    except ContainerWrong as wrong:
        return [Part("container", Verdict.FAILED, str(wrong))], {}, None
    except OSError as error:
        return [Part("container", Verdict.UNKNOWN, f"it could not be read ({error.strerror})")], {}, None
    parts = [Part("container", Verdict.PASS, f"{len(digests)} files, and nothing beside them")]
    listing, files = _read_listing(folder)
    parts.append(files or _files(listing, digests))
    signature, key = _signature(folder, listing)
    parts.append(signature)
    parts.append(_signer(key, trusted))
    return parts, listing, key


def _unpack(path: Path, folder: Path) -> dict[str, tuple[int, str]]:
    digests = {}
    with path.open("rb") as file:
        for member in members(path):
            target, sha256 = folder / member.name, hashlib.sha256()
            if not target.resolve().is_relative_to(folder.resolve()):
                raise ContainerWrong(f"{member.name} leads out of the pack")
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as out:
                for chunk in content(file, member):
                    sha256.update(chunk)
                    out.write(chunk)
            digests[member.name] = member.size, sha256.hexdigest()
    return digests


def _read_listing(folder: Path) -> tuple[Mapping[str, Any], Part | None]:
    try:
        listing = json.loads((folder / LISTING).read_bytes())
        if (listing["format"], listing["format_version"]) != (FORMAT, FORMAT_VERSION):
            return {}, Part("files", Verdict.UNKNOWN, "it is a pack of another kind or a later version")
        for one in listing["files"]:
            str(one["name"]), int(one["size_bytes"]), str(one["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        return {}, Part("files", Verdict.FAILED, f"{LISTING} is missing or cannot be read ({error})")
    return listing, None


def _files(listing: Mapping[str, Any], digests: Mapping[str, tuple[int, str]]) -> Part:
    named = {one["name"]: (one["size_bytes"], one["sha256"]) for one in listing["files"]}
    there = {name: told for name, told in digests.items() if name not in (LISTING, SIGNATURE)}
    missing, added = sorted(named.keys() - there), sorted(there.keys() - named)
    altered = sorted(name for name in named.keys() & there if named[name] != there[name])
    words = [f"{name} is missing" for name in missing]
    words += [f"{name} is not in the listing" for name in added]
    words += [f"{name} was altered" for name in altered]
    if len(named) != len(listing["files"]):
        words.append("the listing names a file twice")
    return Part("files", Verdict.FAILED if words else Verdict.PASS, "; ".join(words) or f"{len(named)} digests agree")


def _signature(folder: Path, listing: Mapping[str, Any]) -> tuple[Part, Ed25519PublicKey | None]:
    try:
        key = read_public((folder / PUBLIC_KEY).read_bytes(), PUBLIC_KEY)
        signature = (folder / SIGNATURE).read_bytes()
    except (OSError, PublicKeyWrong) as error:
        return Part("signature", Verdict.FAILED, f"the signature or its key is missing ({error})"), None
    try:
        key.verify(signature, SIGNED_PREFIX + (folder / LISTING).read_bytes())
    except (InvalidSignature, OSError):
        return Part("signature", Verdict.FAILED, "the signature does not match: the listing was altered"), key
    if not same_fingerprint(str(listing.get("key_sha256", "")), fingerprint(key)):
        return Part("signature", Verdict.FAILED, "the listing was signed with another key than it says"), key
    return Part("signature", Verdict.PASS, "the listing is what the key in the pack signed"), key


def _signer(key: Ed25519PublicKey | None, trusted: str | None) -> Part:
    if key is None:
        return Part("signer", Verdict.UNKNOWN, "there is no key to compare")
    if trusted is None:
        words = "compare the key's fingerprint with the one that you got by another way, and give it with --fingerprint or --key"
        return Part("signer", Verdict.UNKNOWN, words)
    if same_fingerprint(fingerprint(key), trusted):
        return Part("signer", Verdict.PASS, "the key is the one that you trust")
    return Part("signer", Verdict.FAILED, "the key is another one than you trust")


def _look(name: str, folder: Path, listing: Mapping[str, Any], *, whole: bool) -> Part:
    if not whole or not listing:
        return Part(name, Verdict.UNKNOWN, NOT_LOOKED_AT)
    try:
        return CHECKS[name](folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Part(name, Verdict.FAILED, f"it cannot be read ({type(error).__name__}: {error})")
