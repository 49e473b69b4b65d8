"""Forms that Prefect's UI makes of a schema: of a run's parameters, of a paused run's questions, of a block's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

# Only the label knows the field's name, and its fieldset is no neighbour of it.
FIELD_OF_LABEL = "xpath=ancestor::div[fieldset][1]"
CHOICE = re.compile("^Select ")
NOT_EMPTY = re.compile(r"^(?!None$)")
Answer = str | float | bool | Sequence[str]


@dataclass(frozen=True)
class Form:
    """The form in this part of a page; fields are named by their titles."""

    place: Locator

    def titles(self) -> list[str]:
        """Of all fields, from top to bottom, without the remark that one may be left empty."""
        fields = self.place.locator("div:has(> fieldset):has(> div label)")
        expect(fields.first).to_be_visible()
        said = [field.locator("label").first.inner_text() for field in fields.all()]
        return [words.removesuffix(" (Optional)") for words in said]

    def has(self, title: str) -> bool:
        return title in self.titles()

    def field(self, title: str) -> Locator:
        """Title, help and input of one field, with what is said to be wrong with it."""
        exactly = re.compile(rf"^{re.escape(title)}( \(Optional\))?$")
        field = self.place.locator("label").filter(has_text=exactly).locator(FIELD_OF_LABEL)
        expect(field).to_be_visible()
        return field

    def help(self, title: str) -> str:
        """The line under the title; nothing where there is none."""
        lines = self.field(title).locator("label + p")
        return lines.first.inner_text() if lines.count() else ""

    def fill(self, answers: Mapping[str, Answer]) -> None:
        """Each field as a person would: switches, drop-downs, lists, words and numbers."""
        for title, answer in answers.items():
            if isinstance(answer, bool):
                self._input(title).get_by_role("switch").set_checked(answer)
            elif isinstance(answer, str | float | int):
                self._say(title, str(answer))
            else:
                self._name_each(title, answer)

    def is_on(self, title: str) -> bool:
        return self._input(title).get_by_role("switch").is_checked()

    def _say(self, title: str, words: str) -> None:
        field = self._input(title)
        choice = field.get_by_label(CHOICE)
        if not choice.count():
            field.locator("textarea, input, .cm-content").first.fill(words)
            return
        self._choose(choice, words)
        expect(choice).to_contain_text(words)

    def _name_each(self, title: str, words: Sequence[str]) -> None:
        """From a drop-down where the field knows what there is, else one line for each."""
        field = self._input(title)
        add = field.get_by_role("button", name="Add item")
        for number, one in enumerate(words):
            if add.count():
                add.click()
                field.get_by_role("textbox").nth(number).fill(one)
            else:
                self._choose(field.get_by_label(CHOICE), one)
                expect(field.get_by_label(f"Remove {one} tag")).to_be_visible()

    def _choose(self, choice: Locator, words: str) -> None:
        """Until the list is away again: what is pressed while it goes away is not heard."""
        page = self.place.page
        choice.click()
        page.get_by_role("option", name=words, exact=True).click()
        listed = page.get_by_role("listbox")
        if choice.get_attribute("aria-expanded") == "true":
            page.keyboard.press("Escape")
        expect(listed).to_have_count(0)

    def _input(self, title: str) -> Locator:
        """The field's input; of one that is empty or something, the something."""
        field = self.field(title).locator("fieldset").first
        something = field.get_by_role("tab").filter(has_text=NOT_EMPTY)
        if something.count() and something.first.get_attribute("aria-selected") != "true":
            something.first.click()
            expect(something.first).to_have_attribute("aria-selected", "true")
        return field
