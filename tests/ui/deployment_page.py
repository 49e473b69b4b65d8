"""A deployment, found in the list of all by its flow, and the form that starts a run of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.ui.form import Form
from tests.ui.run_page import RunPage

BUSY = 503
"""A server on SQLite while its database is locked; a person presses the button once more."""
MOST_TRIES = 5


@dataclass(frozen=True)
class RunForm:
    """The form of a run that has not been started."""

    page: Page
    form: Form

    def submit(self) -> RunPage:
        """Start it, and go to its page by the first link to it: a note that soon goes away, or the list of runs."""
        for _ in range(MOST_TRIES):
            with self.page.expect_response(re.compile("/create_flow_run$")) as made:
                self.press()
            if made.value.status != BUSY:
                break
        assert made.value.ok, f"{made.value.status}: {made.value.text()}"
        run = made.value.json()["id"]
        self.page.locator(f"a[href*='/runs/flow-run/{run}']").first.click()
        return RunPage.shown(self.page)

    def press(self) -> None:
        """Press the button, whatever comes of it."""
        self.page.get_by_role("button", name="Submit").click()


def open_deployment(page: Page, address: str, flow: str, project: str) -> None:
    """`flow/project`, found in the list of deployments."""
    page.goto(address)
    page.get_by_role("link", name="Deployments").click()
    page.get_by_placeholder("Search deployments").fill(flow)
    # The page goes to the address of what was searched for a moment later, and would leave what was opened before.
    expect(page).to_have_url(re.compile(rf"flowOrDeploymentName={flow}\b"))
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=project, exact=True))
    row = row.filter(has=page.get_by_role("link", name=flow, exact=True))
    row.get_by_role("link", name=project, exact=True).click()
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()


def run_form(page: Page, address: str, flow: str, project: str) -> RunForm:
    """The form of a run of `flow/project`."""
    open_deployment(page, address, flow, project)
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Custom run").click()
    expect(page).to_have_url(re.compile(r"/run\?"))
    expect(page.get_by_role("heading", name="Parameters")).to_be_visible()
    place = page.locator("form")
    expect(place.get_by_label("Select a block")).to_be_visible()
    return RunForm(page, Form(place))
