"""Failures of evidence packs: what keeps one from being made. What is wrong with a pack is a verdict, not a failure."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson


class PdfLibrariesMissing(NeedsPerson):
    """The {item} was written as HTML only, since what draws a PDF is not installed: {detail}"""

    code = "evidence.pdf-libraries-missing"
    advice = (
        "Install Pango and a font (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation; "
        "macOS: brew install pango), then run the step again."
    )


class SigningKeyWrong(NeedsPerson):
    """The signing key {item} cannot be used: {detail}"""

    code = "evidence.signing-key-wrong"
    advice = "Use a key that `skyflytt evidence key` made, readable by its owner only (mode 0600)."


class SigningKeyThere(BadInput):
    """There is a key at {item} already: {detail}"""

    code = "evidence.signing-key-there"
    advice = "Packs that were signed with it are checked by its fingerprint: keep it, or name another file."


class PublicKeyWrong(BadInput):
    """The public key {item} cannot be read: {detail}"""

    code = "evidence.public-key-wrong"
    advice = "Give the file that the operator handed over (PEM, Ed25519), or its fingerprint."


class PackMissing(BadInput):
    """There is no pack to check at {item}: {detail}"""

    code = "evidence.pack-missing"
    advice = "Name the .zip file that was handed over."


class PackTooLarge(NeedsPerson):
    """The pack {item} cannot be written: {detail}"""

    code = "evidence.pack-too-large"
    advice = "A pack has 2 GB and 60,000 files at most: split the project, or hand over the folder itself."


class EvidenceNotWhole(NeedsPerson):
    """The evidence in {item} is not packed, since it is not whole: {detail}"""

    code = "evidence.not-whole"
    advice = "Have the evidence written anew (it follows from the ledger), then pack it."
