"""Failures of reading the logs of the servers that were left."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson


class LogFormUnknown(BadInput):
    """The log {item} is in no form that can be read: {detail}"""

    code = "callers.form-unknown"
    advice = "`skyflytt callers scan --help` names the forms. Name the right one with --kind, or export the log again."


class LogDamaged(BadInput):
    """The log {item} breaks off: {detail}"""

    code = "callers.log-damaged"
    advice = "Fetch it once more; a compressed log that was cut off tells nothing of what came after."


class LogLacksField(BadInput):
    """The log {item} does not tell who signed in: {detail}"""

    code = "callers.field-missing"
    advice = "Have the server log that field from now on; what was logged without it cannot be told apart."


class LogMissing(NeedsPerson):
    """There is no log at {item}: {detail}"""

    code = "callers.log-missing"
    advice = "Correct the path under `logs` in the project file, or have the old server's operator hand the log over."
