"""Facts to ask the checks with: the example project, changed where a test says so."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from skyflytt.application.card import Card
from skyflytt.concern.concern import Concern
from skyflytt.concern.directory_facts import DirectoryFacts
from skyflytt.concern.domain_facts import DomainFacts
from skyflytt.concern.facts import Facts
from skyflytt.concern.mailbox_facts import FolderFacts, MailboxFacts, TargetFacts
from skyflytt.concern.server_facts import ServerFacts
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.concern.surroundings import UNSEEN, Surroundings
from skyflytt.dns.old_provider import old_provider
from skyflytt.dns.pointing import pointing
from skyflytt.dns.records import full_name, record_set
from skyflytt.dns.zone import Zone
from skyflytt.mail.port import FolderRole
from skyflytt.project.model import Project

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"
DOMAIN, OLD = "norrskenbygg.example", "gamla.example"
AT = datetime(2026, 8, 10, 7, 0, tzinfo=UTC)
READY = TargetFacts(True, max_message_bytes=50_000_000)


def project(**changes: Any) -> Project:
    """The example's project with whole sections replaced."""
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return Project.model_validate({**data, **changes})


def contract(**changes: Any) -> dict[str, Any]:
    """The example's `contract` section with keys replaced."""
    data: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["contract"]
    return {**data, **changes}


def facts(
    *mailboxes_and_shares: MailboxFacts | ShareFacts,
    of: Project | None = None,
    at: datetime = AT,
    around: Surroundings = UNSEEN,
) -> Facts:
    mailboxes = tuple(one for one in mailboxes_and_shares if isinstance(one, MailboxFacts))
    shares = tuple(one for one in mailboxes_and_shares if isinstance(one, ShareFacts))
    return Facts(of or project(), at, mailboxes, shares, around)


def around(*seen: DomainFacts | ServerFacts | DirectoryFacts | Card) -> Surroundings:
    return Surroundings(
        domains=tuple(one for one in seen if isinstance(one, DomainFacts)),
        servers=tuple(one for one in seen if isinstance(one, ServerFacts)),
        directories=tuple(one for one in seen if isinstance(one, DirectoryFacts)),
        cards=tuple(one for one in seen if isinstance(one, Card)),
    )


def domain(*records: tuple[str, str, int, str], signed: bool = False, **changes: Any) -> DomainFacts:
    """The example's domain with these records (label, type, TTL, value); what is of `OLD` points to the old provider."""
    origin = f"{DOMAIN}."
    values: dict[tuple[str, str, int], list[str]] = {}
    for label, kind, ttl, value in records:
        values.setdefault((full_name(label, origin), kind, ttl), []).append(value)
    sets = [record_set(name, kind, ttl, some) for (name, kind, ttl), some in values.items()]
    zone = Zone(origin, tuple(sorted(sets)), 1, signed)
    points = tuple(pointing(zone, old_provider(zone, [OLD])))
    return DomainFacts(**{"domain": DOMAIN, "zone": zone, "pointing": points, **changes})


def mailbox(**changes: Any) -> MailboxFacts:
    given: dict[str, Any] = {
        "mailbox": "anna",
        "folders": (FolderFacts(("INBOX",), FolderRole.INBOX, 10, 10_000),),
        "target": READY,
    }
    return MailboxFacts(**{**given, **changes})


def found(module: str, given: Facts) -> list[Concern]:
    """What the check in this module finds; each concern carries the check's own id."""
    check = import_module(f"skyflytt.concern.checks.{module}")
    concerns = list(check.check(given))
    assert {concern.id for concern in concerns} <= {check.ID}
    assert {concern.category for concern in concerns} <= {check.CATEGORY}
    assert all(len(concern.examples) <= 5 for concern in concerns)
    return concerns
