"""One `make up` for all that an engineer does in the browser, and the browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from deployments.stack import server, settings
from tests.deployments import up as stack
from tests.ui import browser
from tests.ui.engineer import Engineer
from tests.ui.pictures import Pictures
from tests.ui.sign_in import sign_in


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stack.Up]:
    with stack.brought_up(tmp_path_factory.mktemp("ui") / "prefect") as up:
        yield up


@pytest.fixture(scope="module")
def chromium(require_debian: Callable[..., str]) -> Iterator[browser.Browser]:
    """Open until the end of the module, so that what it asked for outside is known of all of it."""
    with browser.opened(require_debian("chromium", binary="chromium")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    return Pictures.beside(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def signed_in(running: stack.Up, chromium: browser.Browser) -> str:
    """The UI's address, in a browser that it knows."""
    found = server.running(running.home)
    assert found is not None
    page = chromium.context.new_page()
    sign_in(page, found.ui_url, settings.auth_string(running.home))
    page.close()
    return found.ui_url


@pytest.fixture
def engineer(
    request: pytest.FixtureRequest, signed_in: str, chromium: browser.Browser, pictures: Pictures
) -> Iterator[Engineer]:
    """Somebody who is signed in and has a page open; what it shows at the end is kept."""
    page: Page = chromium.context.new_page()
    yield Engineer(page, signed_in, stack.PROJECT, pictures)
    pictures.keep(page, re.sub(r"^test_", "", request.node.name))
    page.close()
