"""Debian's Chromium, driven as a person would, that reaches nothing but this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Route, expect, sync_playwright

WIDTH, HEIGHT = 1400, 1000
PATIENCE_MS = 60_000
"""Long, since nothing waits for it that does not happen: a loaded machine is not a failure."""
LOOPBACK = "127.0.0.1"
expect.set_options(timeout=PATIENCE_MS)
ASKED_OUTSIDE = frozenset({"sr-client-cfg.amplitude.com"})
"""Prefect's UI asks these even with analytics off. The answer is never needed."""


@dataclass(frozen=True)
class Browser:
    """A person's browser: pages of `context` share the sign-in; `asked` are the hosts outside that it was to ask."""

    context: BrowserContext
    asked: set[str] = field(default_factory=set)


@contextmanager
def opened(program: str, *, dark: bool = False) -> Iterator[Browser]:
    """A browser with nobody signed in. Whatever leaves the machine is stopped, and noted."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = chromium.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="UTC",
        )
        context.set_default_timeout(PATIENCE_MS)
        browser = Browser(context)
        context.route("**/*", lambda route: _only_here(route, browser))
        yield browser
        chromium.close()


def _only_here(route: Route, browser: Browser) -> None:
    host = urlsplit(route.request.url).hostname or ""
    if host == LOOPBACK:
        route.continue_()
        return
    browser.asked.add(host)
    route.abort()
