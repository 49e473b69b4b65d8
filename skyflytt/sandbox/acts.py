"""The named acts of the company's life: when they happen, and which of its messages and files they touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

SUMMER_TIME = timezone(timedelta(hours=2))


@dataclass(frozen=True)
class Act:
    """`inbox` and `files` are where the act's share of the INBOX and of the ordinary files begins; shares do not overlap."""

    name: str
    begins: datetime
    new_mail: int
    inbox: int
    files: int
    new_files: int
    changed_files: int
    moved_files: int
    deleted_files: int

    def minute(self, number: int) -> datetime:
        return self.begins + timedelta(minutes=7 * number)


AUTUMN = Act("autumn", datetime(2026, 9, 1, 8, 4, tzinfo=SUMMER_TIME), 6, 10, 100, 12, 15, 6, 5)
LAST_WEEK = Act("last-week", datetime(2026, 9, 22, 9, 30, tzinfo=SUMMER_TIME), 3, 16, 300, 6, 8, 3, 3)
EVENING_BEFORE = Act("evening-before", datetime(2026, 9, 29, 18, 15, tzinfo=SUMMER_TIME), 2, 22, 500, 3, 4, 1, 1)
ACTS = {act.name: act for act in (AUTUMN, LAST_WEEK, EVENING_BEFORE)}
