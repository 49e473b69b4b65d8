"""An application's card, and which of its points are still open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, field_validator

from skyflytt.errors.application import ActivationKeyGiven

KEY_LIKE = re.compile(r"\b(?:[A-Z0-9]{4,8}-){2,}[A-Z0-9]{4,8}\b|\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{16,}\b")
"""Groups of capitals and digits, as makers print their keys."""


class Point(StrEnum):
    """What a card has to answer."""

    VERSION = "version"
    LICENCE = "licence"
    ACTIVATION_KEY = "activation-key"
    BACKUP = "backup"
    RESTORE = "restore"
    DOCUMENTATION = "documentation"
    ARCHIVE = "archive"


MISSING: dict[Point, str] = {
    Point.VERSION: "its version is not known",
    Point.LICENCE: "nobody is known to hold the licence",
    Point.ACTIVATION_KEY: "where the activation key is kept is not known",
    Point.BACKUP: "there is no backup with a digest",
    Point.RESTORE: "no restore of the backup has been tried",
    Point.DOCUMENTATION: "no documentation was handed over",
    Point.ARCHIVE: "where the accounts are kept for the years that the law asks for is not known",
}


class BackupFile(BaseModel):
    """`path` as in the drop's manifest, or as it was named by whoever noted it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    path: str
    size_bytes: int
    sha256: str


class RestoreTest(BaseModel):
    """Somebody restored the backup at the new home, or tried to."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    by: str
    at: AwareDatetime
    result: Literal["worked", "failed"]
    remark: str = ""


class Card(BaseModel):
    """One application. Texts are None until they are known; no field ever holds an activation key itself.

    `not_needed` maps a point to the reason and the name of the person who said so. `notes` is free: whatever the program needs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    product: str
    accounts: bool = False
    version: str | None = None
    licence_holder: str | None = None
    activation_key_at: str | None = None
    backups: tuple[BackupFile, ...] = ()
    restore: RestoreTest | None = None
    documentation: str | None = None
    archive_at: str | None = None
    not_needed: dict[Point, str] = {}
    notes: dict[str, str] = {}

    @field_validator("activation_key_at", "documentation", "licence_holder", "archive_at")
    @classmethod
    def _holds_no_key(cls, text: str | None) -> str | None:
        if text and KEY_LIKE.search(text):
            raise ActivationKeyGiven("this text", "it looks like a key itself")
        return text

    @field_validator("notes")
    @classmethod
    def _notes_hold_no_key(cls, notes: dict[str, str]) -> dict[str, str]:
        if any(KEY_LIKE.search(text) for text in notes.values()):
            raise ActivationKeyGiven("a note", "it looks like a key itself")
        return notes


def open_points(card: Card) -> Iterator[tuple[Point, str]]:
    """The points that are neither answered nor said not to be needed, each with a sentence's part."""
    answered = {
        Point.VERSION: card.version,
        Point.LICENCE: card.licence_holder,
        Point.ACTIVATION_KEY: card.activation_key_at,
        Point.BACKUP: card.backups,
        Point.RESTORE: card.restore and card.restore.result == "worked",
        Point.DOCUMENTATION: card.documentation,
        Point.ARCHIVE: card.archive_at or not card.accounts,
    }
    for point, answer in answered.items():
        if not answer and point not in card.not_needed:
            failed = point is Point.RESTORE and card.restore is not None
            yield (
                point,
                f"the restore that {card.restore.by} tried failed" if failed and card.restore else MISSING[point],
            )
