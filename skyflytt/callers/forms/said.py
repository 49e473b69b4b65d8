"""What a program says of a sign-in, without when: the same words stand in syslog and in the program's own log."""

from __future__ import annotations

from collections.abc import Callable

from skyflytt.callers.event import Event

Reader = Callable[[bytes, bytes], Event | None]
"""Reads a program's message; given the program's full name (`postfix/submission/smtpd`), too. The event's `at` is 0."""
