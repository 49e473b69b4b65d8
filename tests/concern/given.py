"""Facts to ask the checks with: the example project, changed where a test says so."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from skyflytt.concern.concern import Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.mailbox_facts import FolderFacts, MailboxFacts, TargetFacts
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.mail.port import FolderRole
from skyflytt.project.model import Project

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"
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


def facts(*mailboxes_and_shares: MailboxFacts | ShareFacts, of: Project | None = None, at: datetime = AT) -> Facts:
    mailboxes = tuple(one for one in mailboxes_and_shares if isinstance(one, MailboxFacts))
    shares = tuple(one for one in mailboxes_and_shares if isinstance(one, ShareFacts))
    return Facts(of or project(), at, mailboxes, shares)


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
