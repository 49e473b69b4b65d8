"""What each kind of server can do, as a page; docs/reference/capabilities.md is this module's answer.

Its cells are the data by which passes decide: each adapter's own, once as the server gives that can least, and once that can most.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from skyflytt.directory.exchange.organisation import CAPABILITIES as EXCHANGE_ACCOUNTS
from skyflytt.directory.microsoft365.tenant import CAPABILITIES as MICROSOFT365
from skyflytt.directory.ssh import accounts as ssh_accounts
from skyflytt.directory.webex.control_hub import CAPABILITIES as WEBEX
from skyflytt.dns.hosts.cloudflare import CAPABILITIES as CLOUDFLARE
from skyflytt.dns.hosts.loopia import CAPABILITIES as LOOPIA
from skyflytt.dns.hosts.rfc2136 import CAPABILITIES as RFC2136
from skyflytt.dns.hosts.route53 import CAPABILITIES as ROUTE53
from skyflytt.files import local
from skyflytt.files.dropbox.store import DropboxStore
from skyflytt.files.ftps import store as ftps
from skyflytt.files.s3.store import S3Store
from skyflytt.files.sftp import store as sftp
from skyflytt.files.sharepoint.store import CAPABILITIES as SHAREPOINT
from skyflytt.files.smb import store as smb
from skyflytt.files.webdav import store as webdav
from skyflytt.mail.ews import mailbox as ews
from skyflytt.mail.graph.mailbox import WRITES as GRAPH
from skyflytt.mail.imap import mailbox as imap
from skyflytt.mail.maildir.mailbox import MaildirMailbox
from skyflytt.mail.pst.mailbox import PstMailbox

HEAD = """# What each kind of server can do

A pass does what a server can, and goes another way where it cannot: a digest is asked for, or the copy is read back; changes are asked for, or
everything is listed. These tables are the data by which it decides. **if** stands where the answer depends on the server, which is asked at
sign-in; the sentence below each table says on what.

This page is made by `skyflytt capabilities --markdown` from the adapters themselves.
"""
IF = "**if**"


@dataclass(frozen=True)
class Table:
    """`columns`: a capability's name, what stands above it, and how a value is told. `kinds`: variants of each, from least to most."""

    title: str
    about: str
    columns: Sequence[tuple[str, str, Callable[[Any], str]]]
    kinds: dict[str, Sequence[object]]


def yes(value: object) -> str:
    return "yes" if value else "–"


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"


def step(seconds: float) -> str:
    """How exactly times are kept."""
    if math.isinf(seconds):
        return "none kept"
    return f"{seconds * 1e6:g} µs" if seconds < 1e-3 else f"{seconds:g} s"


def word(value: str) -> str:
    return f"`{value}`" if value else "–"


MAIL = Table(
    "Mailboxes",
    "`imap`: by the extensions QRESYNC, UIDPLUS and MOVE, and by `\\*` among the flags that may be kept. `ews`: public folders have no "
    "change tokens, and not every Exchange has UploadItems. `pst` is read only.",
    [
        ("change_tokens", "asked for changes", yes),
        ("append_returns_ref", "tells where a message went", yes),
        ("moves", "moves", yes),
        ("keywords", "keeps keywords", yes),
        ("keeps_bytes", "keeps every byte", yes),
        ("editions", "items can be edited", yes),
        ("takes_streams", "takes items as streams", yes),
    ],
    {
        "imap": [
            imap.capabilities(qresync=False, uidplus=False, move=False),
            replace(imap.capabilities(qresync=True, uidplus=True, move=True), keywords=True),
        ],
        "ews": [ews.writing(public=True, uploads=False), ews.writing(public=False, uploads=True)],
        "graph": [GRAPH],
        "maildir": [MaildirMailbox.capabilities],
        "pst": [PstMailbox.capabilities],
    },
)
FILES = Table(
    "File stores",
    "`sftp`: by posix-rename@openssh.com, and by whether a command may be run for digests. `ftps`: by HASH or XSHA256, and by MFMT or MDTM. "
    "`smb`: by the file system behind the share. `webdav`: by what its answer to OPTIONS tells, and by whether times can be set. "
    "`s3`: by whether the bucket refuses content whose digest is another.",
    [
        ("atomic_rename", "replaces in one step", yes),
        ("resumable_writes", "goes on with a part", yes),
        ("digest", "computes digests", yes),
        ("own_digest", "a digest of its own", word),
        ("checks_writes", "checks what it takes", yes),
        ("mtime_step_seconds", "times to", step),
        ("symlinks", "links", yes),
        ("change_token", "change token", word),
        ("change_feed", "asked for changes", yes),
        ("rights", "rights", lambda value: value or "–"),
        ("max_name_bytes", "bytes of a name", number),
        ("max_path_bytes", "bytes of a path", number),
        ("max_connections", "connections", number),
    ],
    {
        "sftp": [sftp.capabilities(replaces=False, digest=False), sftp.capabilities(replaces=True, digest=True)],
        "ftps": [ftps.capabilities(digest=False, times=False), ftps.capabilities(digest=True, times=True)],
        "s3": [S3Store.capabilities, replace(S3Store.capabilities, checks_writes=True)],
        "smb": [
            *(smb.capabilities(symlinks=False, step_s=seconds) for seconds in smb.STEPS.values()),
            smb.capabilities(symlinks=True, step_s=smb.STEP),
        ],
        "webdav": [
            webdav.capabilities(partial_put=False, digest=False, times=False),
            webdav.capabilities(partial_put=True, digest=True, times=True),
        ],
        "local": [local.capabilities()],
        "sharepoint": [SHAREPOINT],
        "dropbox": [DropboxStore.capabilities],
    },
)
ZONES = Table(
    "Hosts of zones",
    "`by-hand` writes nothing: a person does, and it is asked for afterwards. [Hosts of zones](zone-hosts.md) says more of each.",
    [
        ("atomic", "all or nothing", yes),
        ("guarded", "refuses when the zone has changed", yes),
        ("min_ttl_s", "shortest TTL in seconds", number),
        ("calls_per_minute", "calls in a minute", number),
        ("tells_serial", "tells the serial", yes),
    ],
    {"rfc2136": [RFC2136], "route53": [ROUTE53], "cloudflare": [CLOUDFLARE], "loopia": [LOOPIA]},
)
DIRECTORIES = Table(
    "Directories being left",
    "`ssh-accounts`: by which commands the project file has.",
    [
        ("licences", "tells licences", yes),
        ("reclaims", "takes them back", yes),
        ("activity", "tells who was there", yes),
        ("activity_days", "for days", number),
        ("customers", "tells whom it manages", yes),
        ("deletes_accounts", "deletes accounts", yes),
        ("recovery_days", "and brings them back for days", number),
    ],
    {
        "microsoft365": [MICROSOFT365],
        "webex": [WEBEX],
        "exchange-powershell": [EXCHANGE_ACCOUNTS],
        "ssh-accounts": [
            ssh_accounts.capabilities(seen=False, delete=False),
            ssh_accounts.capabilities(seen=True, delete=True),
        ],
    },
)
TABLES = (MAIL, FILES, ZONES, DIRECTORIES)


def markdown() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for table in TABLES for line in _section(table))]).rstrip("\n") + "\n"


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.title}\n"
    yield f"| | {' | '.join(above for _, above, _ in table.columns)} |"
    yield f"|---|{'---|' * len(table.columns)}"
    for kind, variants in table.kinds.items():
        cells = [cell(variants, name, told) for name, _, told in table.columns]
        yield f"| `{kind}` | {' | '.join(cells)} |"
    yield f"\n{table.about}\n"


def cell(variants: Sequence[object], name: str, told: Callable[[Any], str]) -> str:
    """What all variants have; else that it depends, and for what is more than yes or no, the values."""
    values = list(dict.fromkeys(told(getattr(one, name)) for one in variants))
    if len(values) == 1:
        return values[0]
    return IF if set(values) == {"yes", "–"} else " or ".join(values)
