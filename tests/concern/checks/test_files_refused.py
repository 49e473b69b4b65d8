"""Names that are to be kept, against the target's rules."""

from __future__ import annotations

from typing import Any

import yaml

from skyflytt.project.model import Project
from tests.concern.checks.test_files_renamed import SHARE
from tests.concern.given import EXAMPLE, facts, found, project


def keeping() -> Project:
    shares: list[dict[str, Any]] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["shares"]
    return project(shares=[{**share, "names": "keep"} for share in shares])


def test_what_would_be_refused_is_counted() -> None:
    (concern,) = found("files_refused", facts(SHARE, of=keeping()))
    assert concern.found.startswith("3 names against the rules of SharePoint and OneDrive: 2 that are longer than 400")
    assert not found("files_renamed", facts(SHARE, of=keeping()))


def test_nothing_where_they_get_others() -> None:
    assert not found("files_refused", facts(SHARE))
