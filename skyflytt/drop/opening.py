"""Open a drop: manifest, how-to pages, the customer's account, and its end as a deadline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from skyflytt.deadline.table import set_deadline_in
from skyflytt.deadline.terms import Deadline
from skyflytt.drop.how_to_fetch import LANGUAGES, Access, how_to_fetch
from skyflytt.drop.limit import planned_end, require_allowed_end
from skyflytt.drop.lists import put_lists
from skyflytt.drop.place import Place
from skyflytt.drop.rows import DropState, change_in
from skyflytt.drop.work import DropWork, put_pages
from skyflytt.errors.drop import DropClosed, DropContentsChanged, DropNotComplete
from skyflytt.evidence.manifest import drop_items
from skyflytt.ledger import items, journal
from skyflytt.ledger.passes import last_account
from skyflytt.ledger.schema import State
from skyflytt.notice.local_time import until_text
from skyflytt.project.servers import S3Server

DROP_ENDS = "drop-ends"


@dataclass(frozen=True, slots=True)
class Opened:
    """An open drop. `secret` is there once, for the caller to hand over; None when the drop was open already."""

    place: Place
    opened_at: datetime
    ends_at: datetime
    manifest_digest: str
    files: int
    secret: str | None = field(repr=False)


def open_drop(work: DropWork, until: datetime | None = None, *, beyond_by: str | None = None) -> Opened:
    """Open it from now for the days that the project says, or until `until` (aware). Called again, it opens nothing twice.

    The manifest and the pages are in the drop before the customer is let in. `beyond_by` decides that it stays open beyond the
    contract. Raises `DropNotComplete` unless the last filling left nothing out, `DropContentsChanged` when the drop holds
    something else than what was prepared, `DropEndInPast`, `DropBeyondContract`, `DropClosed`, and what
    `AccountKeeper.require_ready` raises.
    """
    row = work.row
    if row.state is DropState.CLOSED:
        raise DropClosed(work.label)
    files = sum(1 for _ in drop_items(work.ledger, work.workload))
    if row.state is DropState.OPEN and row.opened_at and row.ends_at and row.manifest_digest:
        return Opened(work.place, row.opened_at, row.ends_at, row.manifest_digest, files, None)
    _require_complete(work)
    now = work.ledger.clock.now()
    ends_at = planned_end(work, now) if until is None else until
    require_allowed_end(work, ends_at, beyond_by=beyond_by)
    work.keeper.require_ready(work.place, closes=ends_at)
    digest = put_lists(work)
    write_pages(work, ends_at, files)
    secret = work.keeper.grant(work.place, opens=now, closes=ends_at)
    _record(work, now, ends_at, digest, files)
    return Opened(work.place, now, ends_at, digest, files, secret)


def renew_secret(work: DropWork) -> Opened:
    """A new secret for an open drop whose first one was lost; the old one stops working."""
    opened = open_drop(work)
    if opened.secret is not None:
        return opened
    secret = work.keeper.grant(work.place, opens=opened.opened_at, closes=opened.ends_at)
    journal.append(
        work.ledger, work.project.project, actor=work.by, action="drop-secret-renewed", subject=work.name
    )  # fmt: skip
    return Opened(work.place, opened.opened_at, opened.ends_at, opened.manifest_digest, opened.files, secret)


def write_pages(work: DropWork, ends_at: datetime, files: int) -> None:
    """Put the how-to pages of every language into the drop, replacing older ones."""
    zone = work.project.zone
    values = {
        "customer": work.project.customer.name,
        "files": str(files),
        "zone": work.project.time_zone,
        **{f"ends_at.{language}": until_text(ends_at, zone, language) for language in LANGUAGES},
    }
    encrypted = work.project.drop(work.name).encryption != "none"
    access, more = _access(work)
    pages = how_to_fetch(work.place, {**values, **more}, access, encrypted=encrypted)
    put_pages(work.folder, ((name, text.encode()) for name, text in pages.items()))


def _access(work: DropWork) -> tuple[Access, dict[str, str]]:
    """How the customer comes in, and what its commands name beside the place."""
    server = work.project.server(work.project.drop(work.name).server)
    if not isinstance(server, S3Server):
        return "ftps", {}
    region = server.region or "us-east-1"
    prefix = "/".join(part for part in ((server.prefix or "").strip("/"), work.place.folder) if part)
    endpoint = server.endpoint_url or f"https://s3.{region}.amazonaws.com"
    more = {"bucket": server.bucket, "prefix": prefix, "endpoint": endpoint, "region": region}
    return "links" if server.hand_out == "links" else "keys", more


def drop_deadline(work: DropWork, ends_at: datetime) -> Deadline:
    """The drop's end, for the ledger's deadlines."""
    days = work.project.drop(work.name).days
    why = f"The drop {work.name} is open for {days} days, and for each extension; access ends at this instant."
    return Deadline(f"{DROP_ENDS}.{work.name}", ends_at, why)


def _require_complete(work: DropWork) -> None:
    account = last_account(work.ledger, work.workload)
    if account is None:
        raise DropNotComplete(work.label, "no filling has ended")
    if account.failed or account.skipped:
        codes = {item.code or "" for item in items.stream(work.ledger, work.workload, State.FAILED, State.SKIPPED)}
        sums = (
            f"{account.failed} failed and {account.skipped} left out of {account.source} ({', '.join(sorted(codes))})"
        )
        raise DropNotComplete(work.label, sums)
    for item in items.stream(work.ledger, work.workload, State.SEEN, State.STARTED):
        raise DropNotComplete(work.label, f"{item.key} is still open")
    for item in items.stream(work.ledger, work.workload, State.GONE):
        if item.target_ref is not None and not item.key.endswith("/"):
            raise DropContentsChanged(work.label, f"{item.key} is still there, and no longer among what was prepared")


def _record(work: DropWork, now: datetime, ends_at: datetime, digest: str, files: int) -> None:
    project = work.project.project
    with work.ledger.writing() as connection:
        values = {"state": DropState.OPEN, "opened_at": now, "ends_at": ends_at, "manifest_digest": digest}
        change_in(connection, project, work.name, values)
        set_deadline_in(connection, work.ledger, project, drop_deadline(work, ends_at), by=work.by)
        enforcement = work.keeper.enforcement
        data = {
            "ends_at": ends_at.isoformat(),
            "manifest": digest,
            "files": files,
            "ends_by_itself": enforcement.ends_by_itself,
        }
        journal.append_in(
            connection, work.ledger, project, actor=work.by, action="drop-opened", subject=work.name, data=data
        )
