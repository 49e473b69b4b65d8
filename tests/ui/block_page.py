"""The settings of an outside system, as its block's form shows them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.ui.form import Form


def edit_block(page: Page, address: str, name: str) -> Form:
    """The form of the block of this name, by the list of blocks."""
    page.goto(address)
    page.get_by_role("link", name="Blocks").click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text=name)).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Open menu").click()
    page.get_by_role("menuitem", name="Edit").click()
    expect(page.get_by_label("Block Name")).to_have_value(name)
    return Form(page.locator("form"))


def save(page: Page) -> None:
    """Saved: the UI says so."""
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Block updated successfully")).to_be_visible()
