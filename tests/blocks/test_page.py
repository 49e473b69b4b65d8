"""Every kind of block explains itself, asks nobody outside for a picture, and says which rights are enough."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prefect.blocks.core import Block
from pydantic import BaseModel

from blocks.page import kinds, page, plain, rights
from blocks.project import BLOCK_OF_KIND
from tests.deployments.test_prefect_yaml import SECRETIVE

DOCS = Path(__file__).parents[2] / "docs" / "reference"
OF_EVERY = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.get_block_type_slug())


def test_the_page_is_as_the_classes_are() -> None:
    assert (DOCS / "blocks.md").read_text("utf-8") == page(kinds())


def test_every_kind_of_server_that_has_a_block_is_on_the_page() -> None:
    assert set(BLOCK_OF_KIND.values()) <= set(kinds())
    assert all(f"`{kind}`" in page(kinds()) for kind in BLOCK_OF_KIND)
    assert len(plain(kinds()).splitlines()) == 2 * len(kinds())


@OF_EVERY
def test_the_browser_asks_nobody_outside(kind: type[Block]) -> None:
    assert kind._logo_url is None
    assert kind._documentation_url is None


@OF_EVERY
def test_it_explains_itself(kind: type[Block]) -> None:
    assert str(kind._block_type_name).startswith("Skyflytt ")
    assert str(kind._description).endswith(".")
    fields = dict(kind.model_fields)
    for field in kind.model_fields.values():
        inner = [one for one in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(one, type)]
        fields |= {
            f"{one.__name__}.{name}": of
            for one in inner
            if issubclass(one, BaseModel)
            for name, of in one.model_fields.items()
        }
    assert [name for name, field in fields.items() if not field.description] == []


@OF_EVERY
def test_a_field_that_is_called_as_a_secret_is_one(kind: type[Block]) -> None:
    # Dropbox calls an app's public id its key.
    addresses_and_names = re.compile(r"_(id|name|url|file|scope)$|^app_key$")
    for name, field in kind.model_fields.items():
        if SECRETIVE.search(name) and not addresses_and_names.search(name):
            assert "Secret" in str(field.annotation), name


@OF_EVERY
def test_the_rights_that_are_enough_are_there_and_their_pages_too(kind: type[Block]) -> None:
    said = rights(kind)
    assert said
    assert all(one.endswith(".") for one in said)
    for target in re.findall(r"\]\(([^)]+)\)", " ".join(said)):
        assert (DOCS / target).is_file(), target
