"""The page of one run: what state it is in, what it says about that, what it left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.ui.form import Form

MOST_MS = 300_000
ENDED = re.compile(r"^(Completed|Held|Failed|Crashed|Cancelled)$")
STOPPED = re.compile(rf"{ENDED.pattern}|^(Paused|Suspended)$")


@dataclass(frozen=True)
class RunPage:
    """A run whose page is open."""

    page: Page

    @classmethod
    def shown(cls, page: Page) -> RunPage:
        expect(page).to_have_url(re.compile("/runs/flow-run/"))
        expect(page.get_by_role("tab", name="Details")).to_be_visible()
        return cls(page)

    @property
    def name(self) -> str:
        return (
            self.page.get_by_role("navigation", name="breadcrumb")
            .get_by_role("listitem")
            .last.inner_text()
            .splitlines()[0]
        )

    def stopped(self) -> str:
        """Wait until the page says, by itself, that it ended or waits for somebody; which of it."""
        expect(self._state()).to_have_text(STOPPED, timeout=MOST_MS)
        return self._state().inner_text().strip()

    def ended(self) -> str:
        """The same of a run that somebody has answered: for a moment, the page may still say that it is paused."""
        expect(self._state()).to_have_text(ENDED, timeout=MOST_MS)
        return self._state().inner_text().strip()

    def message(self) -> str:
        """What it says about its state, under Details."""
        self.open_tab("Details")
        term = self.page.get_by_role("term").filter(has_text=re.compile("^State Message$"))
        return term.locator("xpath=following-sibling::dd[1]").inner_text()

    def open_tab(self, name: str) -> Locator:
        tab = self.page.get_by_role("tab", name=name, exact=True)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        return self.page.get_by_role("tabpanel", name=name, exact=True)

    def artifacts(self) -> set[str]:
        """Keys of what the run left."""
        cards = self.open_tab("Artifacts").get_by_role("heading", level=3)
        expect(cards.first).to_be_visible()
        return set(cards.all_inner_texts())

    def resume(self) -> Form:
        """The form that a paused run asks to be filled, from the menu of the run."""
        self.page.get_by_role("main").get_by_role("button", name="Open menu").first.click()
        self.page.get_by_role("menuitem", name="Resume").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        return Form(dialog)

    def answer(self, form: Form) -> None:
        """Press the form's button; the run goes on."""
        self.press(form)
        expect(form.place).to_be_hidden()

    def press(self, form: Form) -> None:
        """Press the form's button, whatever comes of it."""
        with self.page.expect_response(re.compile("/resume$")):
            form.place.get_by_role("button", name="Resume").click()

    def _state(self) -> Locator:
        """The badge under the run's name."""
        return self.page.get_by_role("main").locator("[data-slot=badge][class*='bg-state-']").first
