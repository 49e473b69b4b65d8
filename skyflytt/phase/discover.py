"""Put the facts together: concerns, an estimate, and both written into the workspace."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from skyflytt.concern.concern import Concern
from skyflytt.concern.estimate import Estimate, estimate
from skyflytt.concern.facts import Facts
from skyflytt.concern.mailbox_facts import MailboxFacts
from skyflytt.concern.rates import rates_of
from skyflytt.concern.registry import all_concerns
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.concern.surroundings import UNSEEN, Surroundings
from skyflytt.errors.files import WorkspaceFull
from skyflytt.evidence.lists import HashedFile, write_list
from skyflytt.phase.migration import Migration
from skyflytt.version import VERSION

FILE = "discovery.json"
CONCERNS = "concerns"
COLUMNS = ("category", "id", "subject", "found", "examples")


@dataclass(frozen=True, slots=True)
class Discovery:
    """What discovery came to; `folder` holds it as discovery.json, concerns.csv and concerns.jsonl."""

    facts: Facts
    concerns: tuple[Concern, ...]
    estimate: Estimate
    folder: Path


def discover(
    migration: Migration,
    mailbox_facts: Iterable[MailboxFacts],
    share_facts: Iterable[ShareFacts],
    around: Surroundings = UNSEEN,
) -> Discovery:
    """Ask every check, estimate the time and write it all down; an earlier discovery is replaced, each file in one step.

    Raises `WorkspaceFull`.
    """
    facts = Facts(migration.project, migration.clock.now(), tuple(mailbox_facts), tuple(share_facts), around)
    concerns = all_concerns(facts)
    discovery = Discovery(facts, concerns, estimate(facts, rates_of(facts)), migration.folder("discovery"))
    try:
        _write(discovery, migration.clock.name)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise WorkspaceFull(str(discovery.folder), error.strerror or "") from error
    return discovery


def _write(discovery: Discovery, clock: str) -> None:
    write_list(discovery.folder, CONCERNS, COLUMNS, (_row(concern) for concern in discovery.concerns))
    file = HashedFile(discovery.folder / FILE)
    file.write(json.dumps(as_json(discovery, clock), ensure_ascii=False, indent=2) + "\n")
    file.finish()


def as_json(discovery: Discovery, clock: str) -> dict[str, Any]:
    """The discovery as JSON has it; of the project only its name, since its file is kept elsewhere."""
    facts = discovery.facts
    return {
        "project": facts.project.project,
        "at": facts.at.isoformat(),
        "clock": clock,
        "tool_version": VERSION,
        "mailboxes": _plain(tuple[MailboxFacts, ...], facts.mailboxes),
        "shares": _plain(tuple[ShareFacts, ...], facts.shares),
        "around": _plain(Surroundings, facts.around),
        "concerns": _plain(tuple[Concern, ...], discovery.concerns),
        "estimate": _plain(Estimate, discovery.estimate),
    }


def _plain(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).dump_python(value, mode="json")


def _row(concern: Concern) -> tuple[str, ...]:
    # In quotation marks a name can never be taken for a formula by the spreadsheet that opens the list.
    examples = "; ".join(f"“{example}”" for example in concern.examples)
    return (concern.category.value, concern.id, concern.subject, concern.found, examples)
