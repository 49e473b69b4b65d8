"""The page that tells the customer how to fetch: complete in every language, free of secrets and of anything from elsewhere."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, get_args

import pytest
import yaml

from skyflytt.drop.how_to_fetch import CHECKS, COMMANDS, LANGUAGES, PAGES, TEMPLATES, WAYS, Access, how_to_fetch
from skyflytt.drop.place import Place

VALUES = {
    "customer": "Norrsken <Bygg> & Söner AB",
    "files": "2130",
    "zone": "Europe/Stockholm",
    "bucket": "handover",
    "prefix": "norrsken/handover",
    "endpoint": "https://s3.example.com",
    "region": "eu-north-1",
    **{f"ends_at.{language}": f"the end in {language}" for language in LANGUAGES},
}
FTPS = Place("ftps", "drop.example.com", 2121, "norrsken/handover", "norrsken-handover")
S3 = Place("s3", "s3.example.com", 443, "norrsken/handover", "norrsken-handover")
ACCESSES: tuple[Access, ...] = get_args(Access)
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


def pages(access: Access) -> dict[str, str]:
    return how_to_fetch(FTPS if access == "ftps" else S3, VALUES, access, encrypted=True)


@pytest.mark.parametrize("access", ACCESSES)
def test_every_page_is_there_and_says_all_that_is_needed(access: Access) -> None:
    made = pages(access)
    assert set(made) == set(PAGES)
    for name, text in made.items():
        language = name.split(".")[1]
        for part in (f"the end in {language}", "2130", "Europe/Stockholm", "manifest.csv", "sha256sum -c SHA256SUMS"):
            assert part in text, name
        if access == "ftps":
            for part in (
                "drop.example.com",
                "2121",
                "norrsken-handover",
                "FileZilla",
                "WinSCP",
                "rclone copy",
                "lftp -u",
            ):
                assert part in text, name
        if access == "keys":
            for part in ("aws s3 sync s3://handover/norrsken/handover", "rclone copy", "https://s3.example.com"):
                assert part in text, name


@pytest.mark.parametrize("access", ACCESSES)
def test_the_html_stands_alone_and_can_be_read_aloud(access: Access) -> None:
    for name, text in pages(access).items():
        if not name.endswith(".html"):
            continue
        page = Page(text)
        assert page.open == []
        assert [one["lang"] for one in page.named("html")] == [name.split(".")[1]]
        assert len(list(page.named("h1"))) == 1
        assert len(list(page.named("main"))) == 1
        ids = [one["id"] for _, one in page.tags if "id" in one]
        assert len(ids) == len(set(ids))
        assert {one["aria-labelledby"] for one in page.named("section")} <= set(ids)
        assert not [one for _, one in page.tags if {"src", "href"} & set(one)], "nothing is loaded from elsewhere"
        assert not list(page.named("script"))
        assert "url(" not in text
        assert "Norrsken &lt;Bygg&gt; &amp; Söner AB" in text


def test_the_languages_have_the_same_texts_with_the_same_values() -> None:
    texts: dict[str, Any] = yaml.safe_load((TEMPLATES / "how-to-fetch.yaml").read_text("utf-8"))
    shapes = {language: dict(_shape(texts[language])) for language in LANGUAGES}
    assert set(texts) == set(LANGUAGES)
    for language in LANGUAGES:
        assert shapes[language] == shapes["en"], language
        named = {section for ways in WAYS.values() for section in ways} | set(CHECKS) | {"encrypted"}
        assert named <= set(texts[language]["sections"])
    words = [text for language in LANGUAGES for text in _texts(texts[language]["sections"]) if len(text) > 60]
    assert len(words) == len(set(words)), "a text that was not translated"


def test_every_command_is_used() -> None:
    commands: dict[str, str] = yaml.safe_load((TEMPLATES / "commands.yaml").read_text("utf-8"))
    used = (
        {one for ways in WAYS.values() for one in ways}
        | {one for ones in COMMANDS.values() for one in ones}
        | set(CHECKS)
    )
    assert set(commands) <= used


def _shape(node: Any, path: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Each text's place and the values that it names."""
    if isinstance(node, str):
        yield path, frozenset(name for _, name, _, _ in string.Formatter().parse(node) if name)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _shape(value, f"{path}.{key}")
    else:
        for number, value in enumerate(node):
            yield from _shape(value, f"{path}.{number}")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield re.sub(r"\s+", " ", node)
    else:
        for value in node.values() if isinstance(node, dict) else node:
            yield from _texts(value)
