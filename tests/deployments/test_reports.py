"""The server of the report pages that `make up` starts: kept while it answers, started again at the same address, stopped for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deployments.stack.process import Process, recorded
from deployments.stack.reports import report_url, reports_status, start_reports, stop_reports
from tests.report.test_serve import shelve


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    shelve(tmp_path / "workspace", "acme")
    yield tmp_path / "prefect"
    stop_reports(tmp_path / "prefect")


def process(home: Path) -> Process:
    found = recorded(home / "reports.json")
    assert found is not None
    return found


def test_its_life(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report_url(home, "acme") is None
    start_reports(home)
    url, first = report_url(home, "acme"), process(home)
    assert url is not None
    assert url.removesuffix("acme/") in capsys.readouterr().out
    assert httpx.get(url, trust_env=False).text == "<h1>page of acme</h1>"
    start_reports(home)
    assert process(home) == first
    alive = first.found()
    assert alive is not None
    alive.kill()
    alive.wait(60)
    assert not reports_status(home)
    start_reports(home)
    assert report_url(home, "acme") == url
    assert process(home) != first
    stop_reports(home)
    assert report_url(home, "acme") is None
    assert not (home / "reports.json").exists()
    stop_reports(home)
    assert "Report pages: were not running" in capsys.readouterr().out
