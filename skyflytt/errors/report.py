"""Failures of the report pages."""

from __future__ import annotations

from skyflytt.errors.base import BadInput


class CannotServe(BadInput):
    """The report pages cannot be served at {item}: {detail}"""

    code = "report.cannot-serve"
    advice = "Choose another --host or --port; `--port 0` takes a free one."


class NoSuchFolder(BadInput):
    """There is no folder {item}: {detail}"""

    code = "report.no-such-folder"
    advice = "Name a project's workspace, as it was registered, or a folder that holds workspaces."
