"""The evidence pack: everything of an evidence folder in one signed zip, the same bytes for the same evidence and key.

`pack.json` names every file with its size and SHA-256; `pack.sig` is the detached Ed25519 signature over it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyflytt.errors.evidence import EvidenceNotWhole, PackTooLarge
from skyflytt.evidence.check import check_evidence
from skyflytt.evidence.container import DEFLATED_FROM, LARGEST_FILE, MOST_FILES, zip_info
from skyflytt.evidence.keys import fingerprint, public_pem
from skyflytt.evidence.lists import WrittenFile
from skyflytt.evidence.write import INDEX
from skyflytt.version import VERSION

LISTING, SIGNATURE, PUBLIC_KEY, HOW_TO = "pack.json", "pack.sig", "public-key.pem", "HOW-TO-VERIFY.txt"
FORMAT = "skyflytt evidence pack"
FORMAT_VERSION = 1
SIGNED_PREFIX = b"skyflytt evidence pack 1\n"
"""In front of what is signed, so that the signature can be taken for one of nothing else."""
HOW_TO_TEXT = """This is an evidence pack of skyflytt. To check it, without a network:

    pip install skyflytt
    skyflytt verify THIS-FILE.zip --fingerprint "..."

The fingerprint of the signing key has to come to you by another way than the pack: from the contract, or by telephone.
Without skyflytt: pack.json names every file with its SHA-256; pack.sig is the Ed25519 signature (64 bytes) over the
25 bytes "skyflytt evidence pack 1" and a line feed, followed by pack.json; public-key.pem is the signer's key.
"""


@dataclass(frozen=True, slots=True)
class Pack:
    """A written pack; `fingerprint` is that of the key which signed it."""

    path: Path
    files: int
    sha256: str
    fingerprint: str


def write_pack(folder: Path, path: Path, key: Ed25519PrivateKey) -> Pack:
    """Pack and sign a folder that `write_evidence` wrote. Raises `EvidenceNotWhole`, `PackTooLarge`."""
    problems = check_evidence(folder).problems
    if problems:
        raise EvidenceNotWhole(str(folder), "; ".join(problems))
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    inside = {PUBLIC_KEY: public_pem(key), HOW_TO: HOW_TO_TEXT.encode(), INDEX: (folder / INDEX).read_bytes()}
    files = [WrittenFile(**one) for one in index["files"]]
    _require_room(path, files)
    listing = _listing(index, files, inside, key)
    signed = {LISTING: listing, SIGNATURE: key.sign(SIGNED_PREFIX + listing)}
    beside = path.with_name(f".{path.name}.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(beside, "w") as archive:
        for name, content in {**signed, **inside}.items():
            archive.writestr(zip_info(name, len(content)), content)
        for one in sorted(files, key=lambda file: file.name):
            _copy(archive, folder / one.name, one)
    if beside.stat().st_size > LARGEST_FILE:
        beside.unlink()
        raise PackTooLarge(str(path), "its files are too much for one zip")
    beside.replace(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Pack(path, len(files) + len(inside) + len(signed), digest, fingerprint(key))


def _listing(
    index: dict[str, Any], files: list[WrittenFile], inside: dict[str, bytes], key: Ed25519PrivateKey
) -> bytes:
    own = [WrittenFile(name, len(text), hashlib.sha256(text).hexdigest()) for name, text in inside.items()]
    listing = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "project": index["project"],
        "written_at": index["written_at"],
        "clock": index["clock"],
        "tool_version": VERSION,
        "key_sha256": fingerprint(key).replace(" ", ""),
        "files": [asdict(one) for one in sorted([*own, *files], key=lambda file: file.name)],
    }
    return (json.dumps(listing, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _copy(archive: zipfile.ZipFile, source: Path, one: WrittenFile) -> None:
    info = zip_info(one.name, one.size_bytes, deflated=one.size_bytes >= DEFLATED_FROM)
    with source.open("rb") as read, archive.open(info, "w") as write:
        while chunk := read.read(1 << 20):
            write.write(chunk)


def _require_room(path: Path, files: list[WrittenFile]) -> None:
    if len(files) + 5 > MOST_FILES:
        raise PackTooLarge(str(path), f"it would hold {len(files)} files")
    for one in files:
        if one.size_bytes > LARGEST_FILE:
            raise PackTooLarge(str(path), f"{one.name} has {one.size_bytes} bytes")
