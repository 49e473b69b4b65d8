"""The page that asks who one is."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def try_to_sign_in(page: Page, address: str, words: str) -> None:
    """Type `user:password` and press the button, without looking what came of it."""
    page.goto(address)
    page.get_by_placeholder("admin:pass").fill(words)
    page.get_by_role("button", name="Login").click()


def sign_in(page: Page, address: str, words: str) -> None:
    """Signed in: the menu of everything is there."""
    try_to_sign_in(page, address, words)
    expect(page.get_by_role("link", name="Deployments")).to_be_visible()
