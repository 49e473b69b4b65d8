"""What an FTP server offers (FEAT, RFC 2389), and so how it is spoken to."""

from __future__ import annotations

import contextlib
import ftplib
from dataclasses import dataclass
from typing import Literal

from skyflytt.files.ftps.client import FtpsClient, words

Times = Literal["mfmt", "mdtm", "none"]


@dataclass(frozen=True, slots=True)
class Offered:
    """`digest` is the command for SHA-256, "" without one; `times` how a time of modification is set."""

    machine_readable: bool
    unix: bool
    digest: str
    times: Times


def offered(client: FtpsClient, times: Literal["auto", "mfmt", "mdtm", "none"]) -> Offered:
    """Asks, and switches names to UTF-8 and digests to SHA-256; `times` is the setting. Raises ftplib's errors."""
    features = words(client.sendcmd("FEAT")).upper()
    lines = {line.strip().split(" ")[0]: line for line in features.splitlines()}
    with contextlib.suppress(ftplib.error_perm):
        client.sendcmd("OPTS UTF8 ON")
    unix = "UNIX" in _system(client)
    # vsftpd sets times by MDTM, and does not say so.
    found: Times = "mfmt" if "MFMT" in lines else "mdtm" if unix and "MDTM" in lines else "none"
    return Offered("MLST" in lines, unix, _digest(client, lines), found if times == "auto" else times)


def _system(client: FtpsClient) -> str:
    try:
        return words(client.sendcmd("SYST")).upper()
    except ftplib.error_perm:
        return ""


def _digest(client: FtpsClient, lines: dict[str, str]) -> str:
    if "SHA-256" in lines.get("HASH", ""):
        # Refused where SHA-256 is the only algorithm, which is the one that is wanted.
        with contextlib.suppress(ftplib.error_perm):
            client.sendcmd("OPTS HASH SHA-256")
        return "HASH"
    return "XSHA256" if "XSHA256" in lines else ""
