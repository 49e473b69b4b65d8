"""Where a project's report is, in its workspace."""

from __future__ import annotations

FOLDER = "report"
PAGE = "index.html"
SUMMARY = "summary.json"
"""What an index of projects says of the page."""
