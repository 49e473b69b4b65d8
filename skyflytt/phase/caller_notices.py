"""The owners of devices that still call are told what to do, as pages to hand out or by mail to their new mailbox."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

from skyflytt.callers.instructions import Page, page
from skyflytt.callers.owners import Owner
from skyflytt.callers.standing import Caller, calling
from skyflytt.notice.failures import RecipientRefused
from skyflytt.notice.message import NoticeKind
from skyflytt.notice.send import Attached, Notice
from skyflytt.phase.callers import since
from skyflytt.phase.migration import Migration
from skyflytt.phase.tell import deliver_to
from skyflytt.project.fields import Language, slug_of

AGAIN = timedelta(days=7)
"""Who was told is reminded so often, while the device still calls."""
NOBODY = "unknown"


def by_owner(callers: Iterable[Caller]) -> dict[Owner, list[Caller]]:
    """The devices that still call, by whose they are; those of nobody known together, under an owner without `by`."""
    found: defaultdict[Owner, list[Caller]] = defaultdict(list)
    for one in calling(callers):
        owner = one.owner
        found[Owner(owner.name, owner.email, "known", owner.language) if owner.known else Owner(NOBODY)].append(one)
    return dict(found)


def pages(
    migration: Migration, callers: Iterable[Caller], language: Language | None = None
) -> Mapping[Owner, tuple[Language, Page]]:
    """A page for each owner in the owner's language (else the customer's), and one for the devices of nobody known."""
    customer = migration.project.customer
    found = {}
    for owner, theirs in by_owner(callers).items():
        spoken = language or owner.language or customer.language
        found[owner] = spoken, page(migration.project, owner.name if owner.known else customer.name, theirs, spoken)
    return found


def write_pages(
    migration: Migration, callers: Iterable[Caller], folder: Path, language: Language | None = None
) -> list[Path]:
    """The pages as files, `anna-astrom.sv.html` and `.txt`; those that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for owner, (spoken, made) in pages(migration, callers, language).items():
        name = _free_name(folder, owner, spoken, written)
        for ending, content in (("html", made.html), ("txt", made.text)):
            path = folder / f"{name}.{spoken}.{ending}"
            path.write_text(content, encoding="utf-8")
            written.append(path)
    return written


def tell_owners(migration: Migration, callers: Iterable[Caller]) -> int:
    """Send each owner who has an address the page; once in a week while devices still call. How many were sent now.

    What is nobody's goes to the customer's administrators, else to its owner; before the cutover nobody is told anything. Raises
    `RecipientRefused` at the end.
    """
    began = since(migration)
    if began is None:
        return 0
    week = (migration.clock.now() - began) // AGAIN
    sent, refused = 0, None
    for owner, (spoken, made) in pages(migration, callers).items():
        for person, email, language in _recipients(migration, owner, spoken):
            shown = made if language == spoken else pages(migration, callers, language)[owner][1]
            attached = Attached(f"{_slug(owner)}.{language}.html", "text/html", shown.html.encode())
            values = {
                "customer": migration.project.customer.name,
                "zone": migration.project.time_zone,
                "title": shown.title,
                "page": shown.body,
            }
            about = f"{owner.name} week {week}"
            notice = Notice(NoticeKind.STILL_CALLING, about, person, email, language, values, "owner", (attached,))
            try:
                sent += deliver_to(migration, notice)
            except RecipientRefused as failure:
                refused = refused or failure
    if refused is not None:
        raise refused
    return sent


def _recipients(migration: Migration, owner: Owner, spoken: Language) -> list[tuple[str, str, Language]]:
    if owner.known and owner.email:
        return [(owner.name, owner.email, spoken)]
    customer = migration.project.customer
    people = customer.contacts_as("administrator") or customer.contacts_as("owner")
    return [(one.name, one.email, customer.language_of(one)) for one in people]


def _free_name(folder: Path, owner: Owner, spoken: Language, written: list[Path]) -> str:
    name, number = _slug(owner), 1
    while folder / f"{name}.{spoken}.html" in written:
        number += 1
        name = f"{_slug(owner)}-{number}"
    return name


def _slug(owner: Owner) -> str:
    return re.sub(r"-{2,}", "-", slug_of(owner.name))
