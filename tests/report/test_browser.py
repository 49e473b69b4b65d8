"""The page in a real browser, light and dark, on a phone and on a desk; its pictures are kept where SKYFLYTT_SCREENSHOTS says."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from skyflytt.phase.migration import Migration
from skyflytt.report.write import write_report
from tests.cli.report.test_report import serving
from tests.report import moves

LATER = {"name": "Fjordvik Eiendom AS", "language": "nb", "contacts": []}
SCREENSHOTS = "SKYFLYTT_SCREENSHOTS"
SIZES = {"phone": (390, 844), "desk": (1400, 900)}
SCHEMES = ("light", "dark")
LEAST_CONTRAST = 4.5
IN_FIRST_SCREEN = {
    "phone": (".verdict", ".brief"),
    "desk": (".verdict", ".first article:nth-child(2)", ".first article:nth-child(3)", "nav"),
}
# Each text with the colour behind it, by WCAG's relative luminance; what is not shown is passed over.
CONTRASTS = """() => {
  const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const numbers = c => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = e => { for (; e; e = e.parentElement) { const c = numbers(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const found = {};
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('svg,.unseen,.skip') || !e.checkVisibility()) continue;
    const colour = getComputedStyle(e).color, [a, b] = [light(numbers(colour)), light(behind(e))].sort((x, y) => y - x);
    found[`${e.className || e.tagName} ${colour} on ${behind(e)}`] = (a + 0.05) / (b + 0.05);
  }
  return found;
}"""
# Whatever reaches beyond the window's right edge, but for what is hidden from sight.
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('.unseen,.skip,.head')
  && e.getBoundingClientRect().right > innerWidth + 1).map(e => `${e.tagName}.${e.className}`)"""


@dataclass
class Seen:
    """A page that is watched: what its console said, what it asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser(require_debian: Callable[..., str]) -> Iterator[Browser]:
    program = require_debian("chromium", binary="chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    folder = Path(os.environ.get(SCREENSHOTS) or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def see(browser: Browser, url: str, *, size: str, scheme: str) -> Seen:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    seen = Seen(context.new_page())
    seen.page.on("console", lambda message: seen.said.append(message.text))
    seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
    seen.page.on("request", lambda request: seen.asked.append(request.url))
    seen.page.goto(url)
    return seen


def assert_sound(seen: Seen, url: str) -> None:
    """Nothing was said or asked for, nothing is too wide, every text can be read; also with all details open."""
    for _ in range(2):
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert seen.page.evaluate(TOO_WIDE) == []
        contrasts = seen.page.evaluate(CONTRASTS)
        assert len(contrasts) > 5
        assert {what: ratio for what, ratio in contrasts.items() if ratio < LEAST_CONTRAST} == {}
        seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert seen.said == []
    assert [one for one in seen.asked if not one.startswith("data:")] == [url]


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_page_is_sound_on_a_phone_and_its_colours_can_be_chosen(browser: Browser, middle: Migration) -> None:
    url = write_report(middle).as_uri()
    seen = see(browser, url, size="phone", scheme="light")
    light = background(seen.page)
    seen.page.click("label[for=theme-dark]")
    assert background(seen.page) != light
    seen.page.click("label[for=theme-light]")
    assert background(seen.page) == light
    assert_sound(seen, url)
    seen.page.context.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three months of a move behind the real server; the address of the index."""
    folder = tmp_path_factory.mktemp("served")
    with moves.migration(folder / "norrsken") as opened:
        moves.in_the_middle(opened, much=10)
        write_report(opened)
    with moves.migration(folder / "later", project="later", customer=LATER) as opened:
        write_report(opened)
    with serving(str(folder)) as (_, url):
        yield f"{url}/"


@pytest.mark.long
@pytest.mark.parametrize("look", list(product(("projects", "norrsken", "later"), SIZES, SCHEMES)), ids="-".join)
def test_it_is_looked_at(browser: Browser, served: str, screenshots: Path, look: tuple[str, str, str]) -> None:
    name, size, scheme = look
    url = served if name == "projects" else f"{served}{name}/"
    seen = see(browser, url, size=size, scheme=scheme)
    first, whole = (screenshots / f"report-{name}-{size}-{scheme}-{part}.png" for part in ("first", "whole"))
    seen.page.screenshot(path=first)
    seen.page.screenshot(path=whole, full_page=True)
    assert struct.unpack(">II", first.read_bytes()[16:24]) == SIZES[size]
    assert struct.unpack(">I", whole.read_bytes()[16:20]) == (SIZES[size][0],)
    if name == "norrsken":
        boxes = [seen.page.locator(part).bounding_box() for part in IN_FIRST_SCREEN[size]]
        assert all(box is not None and box["y"] + box["height"] <= SIZES[size][1] for box in boxes), boxes
    assert_sound(seen, url)
    seen.page.context.close()


@pytest.mark.long
def test_the_way_from_the_index_to_what_failed(browser: Browser, served: str) -> None:
    seen = see(browser, served, size="desk", scheme="light")
    seen.page.click("text=Norrsken Bygg AB >> nth=0")
    seen.page.click("text=11 items failed, for 2 reasons.")
    seen.page.click("#failures summary >> nth=0")
    told = seen.page.inner_text("#failures article >> nth=0")
    assert "mail.message-too-large" in told
    assert "AAJpaQAA000000" in told
    assert "Have the target's limit raised" in told
    assert seen.said == []
    seen.page.context.close()


@pytest.mark.long
def test_in_print_everything_is_there(browser: Browser, served: str, screenshots: Path) -> None:
    seen = see(browser, f"{served}norrsken/", size="desk", scheme="dark")
    seen.page.emulate_media(media="print")
    assert background(seen.page) in ("rgb(244, 246, 248)", "rgb(255, 255, 255)")
    assert not seen.page.is_visible("nav")
    assert seen.page.locator("#failures details >> nth=0").locator(".row >> nth=2").is_visible()
    printed = seen.page.pdf(path=screenshots / "report-norrsken.pdf", format="A4")
    assert printed.startswith(b"%PDF")
    seen.page.context.close()
