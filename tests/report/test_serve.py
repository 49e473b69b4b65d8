"""The server of the pages: what it shows, and everything that it does not."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import httpx
import pytest

from skyflytt.report.serve import HEADERS, ServeSettings, app

SECRET = "nobody reads this"


def shelve(folder: Path, name: str, **changes: object) -> Path:
    """A workspace with a page, as `write_report` leaves it."""
    report = folder / "report"
    report.mkdir(parents=True)
    said = {"project": name, "customer": f"{name} AB", "level": "fine", "headline": "Nothing is wrong", "next": ""}
    (report / "summary.json").write_text(json.dumps({**said, "far": "7 %", "at": "now", **changes}))
    (report / "index.html").write_text(f"<h1>page of {name}</h1>")
    (folder / "ledger.sqlite").write_text(SECRET)
    return folder


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    shelve(tmp_path / "all" / "one", "acme")
    shelve(tmp_path / "all" / "two", "norrsken", level="wrong", customer="Norrsken <b>Bygg</b>")
    (tmp_path / "secret.html").write_text(SECRET)
    return tmp_path / "all"


class Browser:
    """Asks the application itself."""

    def __init__(self, settings: ServeSettings) -> None:
        self._transport = httpx.ASGITransport(app(settings))

    def request(self, method: str, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://localhost") as calls:
                return await calls.request(method, path, headers=headers)

        return asyncio.run(asked())

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.request("GET", path, headers)


def client(*folders: Path, host: str = "127.0.0.1", names: tuple[str, ...] = ()) -> Browser:
    return Browser(ServeSettings(folders, host, names=names))


def test_the_index_lists_the_projects_worst_first(projects: Path) -> None:
    answer = client(projects).get("/")
    assert answer.status_code == 200
    assert answer.text.index('href="/norrsken/"') < answer.text.index('href="/acme/"')
    assert "Norrsken &lt;b&gt;Bygg&lt;/b&gt;" in answer.text


def test_a_workspace_or_a_folder_of_them(projects: Path) -> None:
    assert client(projects / "one").get("/acme/").text == "<h1>page of acme</h1>"
    assert client(projects / "one").get("/norrsken/").status_code == 404
    assert client(projects, projects / "one").get("/acme/").status_code == 200


def test_a_project_that_comes_later_is_there_at_once(projects: Path) -> None:
    pages = client(projects)
    assert pages.get("/later/").status_code == 404
    shelve(projects / "three", "later")
    assert pages.get("/later/").status_code == 200
    shutil.rmtree(projects / "three")
    assert pages.get("/later/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/acme/", "/acme", "/nowhere/", "/acme/index.html"])
def test_every_answer_has_the_headers(projects: Path, path: str) -> None:
    for answer in (client(projects).get(path), client(projects).request("POST", path)):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_it_is_only_read(projects: Path, method: str) -> None:
    for path in ("/", "/acme/"):
        answer = client(projects).request(method, path)
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert client(projects).request("HEAD", "/acme/").text == ""


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/acme/ledger.sqlite",
            "/acme/../ledger.sqlite",
            "/..%2f/",
            "/%2e%2e/",
            "/..%2f..%2fsecret.html",
        ),
        *(
            "/one/",
            "/report/",
            "/summary.json",
            "/.counted.json",
            "/acme%2f..%2ftwo/",
            "/acme%00/",
            "/%5c..%5c/",
            "/~/",
        ),
    ],
)
def test_nothing_but_pages_is_reached(projects: Path, path: str) -> None:
    answer = client(projects).get(path)
    assert answer.status_code == 404
    assert SECRET not in answer.text


def test_links_lead_nowhere(projects: Path) -> None:
    page = projects / "one" / "report" / "index.html"
    page.unlink()
    page.symlink_to(projects.parent / "secret.html")
    assert client(projects).get("/acme/").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"project": "../two"},
        {"project": "a/b"},
        {"project": ""},
        {"project": 7},
        {"level": "splendid"},
        {"customer": None},
        {"at": []},
    ],
)
def test_a_summary_that_is_none_is_passed_over(tmp_path: Path, changes: dict[str, object]) -> None:
    shelve(tmp_path / "one", "acme", **changes)
    assert "No project has a report page yet" in client(tmp_path).get("/").text


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00", '"x"'])
def test_neither_is_what_cannot_be_read(tmp_path: Path, text: str) -> None:
    (shelve(tmp_path / "one", "acme") / "report" / "summary.json").write_text(text)
    assert "No project has a report page yet" in client(tmp_path).get("/").text


def test_it_answers_to_its_own_names_alone(projects: Path) -> None:
    def status(pages: Browser, host: str) -> int:
        return pages.get("/", headers={"host": host}).status_code

    here = client(projects)
    assert [status(here, one) for one in ("localhost:4250", "127.0.0.1", "[::1]:4250")] == [200, 200, 200]
    assert [status(here, one) for one in ("evil.example", "localhost.evil.example", "")] == [400, 400, 400]
    named = client(projects, host="0.0.0.0", names=("reports.example",))
    assert [status(named, one) for one in ("reports.example", "evil.example")] == [200, 400]
    assert status(client(projects, host="0.0.0.0"), "anything.example") == 200
