"""The pages for the customer in a real browser: every language, every way of fetching, nothing cut off, nothing asked for elsewhere."""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skyflytt.application.card import BackupFile, Card, Point
from skyflytt.application.pages import HTML, card_pages
from skyflytt.drop.how_to_fetch import LANGUAGES
from tests.drop.test_pages import ACCESSES, pages

WIDTH, HEIGHT = 900, 3000
MEASURE = """<script>
document.title = JSON.stringify({
  lang: document.documentElement.lang,
  wider: document.documentElement.scrollWidth > window.innerWidth,
  high: document.documentElement.scrollHeight,
  loaded: performance.getEntriesByType("resource").length,
  empty: [...document.querySelectorAll("h1,h2,p,li,dd,pre")].filter(one => !one.innerText.trim()).length
});
</script></body>"""


@pytest.mark.heavy
def test_they_are_whole_in_a_browser(tmp_path: Path, require_debian: Callable[..., str]) -> None:
    program = require_debian("chromium", binary="chromium")
    for name, text in _all_pages().items():
        page = tmp_path / name
        page.write_text(text.replace("</body>", MEASURE), "utf-8")
        shown = _chromium(program, tmp_path, "--dump-dom", f"file://{page}").decode()
        measured = re.search(r"<title>(.*?)</title>", shown)
        assert measured is not None, name
        expected = '{{"lang":"{}","wider":false,"high":'.format(name.split(".")[1])
        assert measured[1].replace("&quot;", '"').startswith(expected), (name, measured[1])
        assert measured[1].replace("&quot;", '"').endswith('"loaded":0,"empty":0}'), (name, measured[1])


@pytest.mark.heavy
def test_they_can_be_photographed(tmp_path: Path, require_debian: Callable[..., str]) -> None:
    program = require_debian("chromium", binary="chromium")
    for language in LANGUAGES:
        page, picture = tmp_path / f"{language}.html", tmp_path / f"{language}.png"
        page.write_text(pages("ftps")[f"HOW-TO-FETCH.{language}.html"], "utf-8")
        _chromium(program, tmp_path, f"--screenshot={picture}", f"--window-size={WIDTH},{HEIGHT}", f"file://{page}")
        assert struct.unpack(">II", picture.read_bytes()[16:24]) == (WIDTH, HEIGHT)
        assert picture.stat().st_size > 100_000, "an empty page is a tenth of that"


def _all_pages() -> dict[str, str]:
    made = {
        f"{access}.{name.removeprefix('HOW-TO-FETCH.')}": text
        for access in ACCESSES
        for name, text in pages(access).items()
        if name.endswith(".html")
    }
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    backup = BackupFile(path=f"applications/visma/{'långt namn ' * 12}.zip", size_bytes=3, sha256="a" * 64)
    card = Card(
        name="visma", product="Visma <2000>", accounts=True, backups=(backup,), not_needed={Point.RESTORE: "nej (Anna)"}
    )
    for language in LANGUAGES:
        cards = card_pages(
            [card], customer="Norrsken Bygg AB", at=at, zone=ZoneInfo("Europe/Stockholm"), language=language
        )
        made[f"cards.{language}.html"] = cards[HTML].decode()
    return made


def _chromium(program: str, folder: Path, *arguments: str) -> bytes:
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
    command += [f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
