"""What an engineer does in the UI: opens a form, fills it, starts the run, waits for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.ui import block_page, deployment_page
from tests.ui.form import Answer, Form
from tests.ui.pictures import Pictures
from tests.ui.run_page import RunPage

DRY_RUN = "Dry run"


@dataclass(frozen=True)
class Engineer:
    """Signed in at the UI of `address`, with a page open."""

    page: Page
    address: str
    project: str
    pictures: Pictures

    def run_form(self, flow: str, project: str | None = None) -> deployment_page.RunForm:
        return deployment_page.run_form(self.page, self.address, flow, project or self.project)

    def start(self, flow: str, answers: Mapping[str, Answer], *, really: bool = True) -> RunPage:
        """Start the flow from its form, by default with what writes really writing; its page."""
        opened = self.run_form(flow)
        in_plain_words(opened.form)
        opened.form.fill(answers)
        if really and opened.form.has(DRY_RUN):
            assert opened.form.is_on(DRY_RUN), "what writes only shows what it would do, until one says otherwise"
            opened.form.fill({DRY_RUN: False})
        self.pictures.keep(self.page, f"{flow} form filled")
        return opened.submit()

    def last_run(self, flow: str) -> RunPage:
        """The newest run of the flow, by the list of its deployment's runs."""
        deployment_page.open_deployment(self.page, self.address, flow, self.project)
        self.page.get_by_role("tabpanel", name="Runs").locator("a[href*='/runs/flow-run/']").first.click()
        return RunPage.shown(self.page)

    def correct_block(self, name: str, answers: Mapping[str, Answer]) -> None:
        form: Form = block_page.edit_block(self.page, self.address, name)
        form.fill(answers)
        self.pictures.keep(self.page, f"{name} block")
        block_page.save(self.page)


def in_plain_words(form: Form) -> None:
    """Every field has words above it, and what may be left empty is no tab called None."""
    has_words(form)
    expect(form.place.get_by_text('Property is type "None"')).to_have_count(0)


def has_words(form: Form) -> None:
    """Every field has a title that is no identifier, and a line that says what it is for."""
    for title in form.titles():
        assert re.fullmatch(r"[A-Z][A-Za-z' ]+", title), title
        assert form.help(title), title
