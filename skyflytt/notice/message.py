"""A notice: what it says, to whom, in which language. The texts are templates beside this file; a missing value is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from skyflytt.project.fields import Language


class NoticeKind(StrEnum):
    """The notices that there are; each is `templates/<kind>.<language>.txt.j2`, whose first line is the subject."""

    KICK_OFF = "kick-off"
    WEEKLY_REPORT = "weekly-report"
    CUTOVER_TOMORROW = "cutover-tomorrow"
    CUTOVER_DONE = "cutover-done"
    DROP_OPENED = "drop-opened"
    DROP_ENDING = "drop-ending"
    DROP_CLOSED = "drop-closed"
    DELETION_WARNING = "deletion-warning"
    DELETION_DONE = "deletion-done"
    FEEDBACK_REQUEST = "feedback-request"
    STILL_CALLING = "still-calling"


VALUES: Mapping[NoticeKind, tuple[str, ...]] = {
    NoticeKind.DROP_OPENED: (
        "customer",
        "person",
        "place",
        "host",
        "port",
        "login",
        "ends_at",
        "zone",
        "files",
    ),
    NoticeKind.DROP_ENDING: ("customer", "person", "ends_at", "zone", "files", "left"),
    NoticeKind.DROP_CLOSED: ("customer", "person", "host", "closed_at", "zone", "receipt"),
    NoticeKind.CUTOVER_DONE: (
        "customer",
        "person",
        "done_at",
        "zone",
        "mailboxes",
        "shares",
        "old_provider",
        "service_ends",
    ),
    NoticeKind.KICK_OFF: ("customer", "person", "old_provider", "service_ends", "retrieval_ends", "erasure", "zone"),
    NoticeKind.WEEKLY_REPORT: (
        "customer",
        "person",
        "at",
        "zone",
        "moved",
        "source",
        "percent",
        "skipped",
        "failed",
        "next_step",
        "next_at",
        "old_provider",
        "service_ends",
    ),
    NoticeKind.CUTOVER_TOMORROW: ("customer", "person", "at", "zone", "old_provider"),
    NoticeKind.DELETION_WARNING: ("customer", "person", "days", "ends_at", "zone", "old_provider"),
    NoticeKind.STILL_CALLING: ("customer", "person", "title", "page"),
    NoticeKind.FEEDBACK_REQUEST: ("customer", "person", "done_at", "old_provider"),
    NoticeKind.DELETION_DONE: ("customer", "person", "done_at", "zone", "old_provider", "objects", "plan_hash"),
}
"""The names that each text uses; instants come as text (`until_text`, `at_text`), `receipt` is whether there is one, `place` is ftps or s3,
`days` a number; `next_step` may be empty."""

TEXTS = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=False,  # plain text
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A rendered notice: one line, and a body that ends in a line break."""

    subject: str
    body: str


def render(kind: NoticeKind, language: Language, values: Mapping[str, object]) -> Text:
    """The notice in this language. Raises jinja2's `UndefinedError` when a value is missing."""
    text = TEXTS.get_template(f"{kind}.{language}.txt.j2").render(**values)
    subject, _, body = text.partition("\n")
    return Text(" ".join(subject.split()), body.lstrip("\n"))
