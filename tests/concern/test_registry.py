"""The checks are found by their files, and each is whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skyflytt.concern import checks
from skyflytt.concern.concern import Category
from skyflytt.concern.mailbox_facts import TargetFacts
from skyflytt.concern.registry import all_checks, all_concerns, check, in_order
from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, mailbox

FILES = {path.stem for folder in checks.__path__ for path in Path(folder).glob("[a-z]*.py")}


def test_every_file_is_a_check_with_a_test_beside_it() -> None:
    assert len(all_checks()) == len(FILES) >= 90
    tests = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "checks").glob("test_*.py")}
    assert tests == FILES


def test_ids_are_sorted_and_whole() -> None:
    assert [one.id for one in all_checks()] == sorted({one.id for one in all_checks()})
    for one in all_checks():
        assert isinstance(one.category, Category)
        assert all((one.title, one.meaning.endswith("."), one.advice.endswith("."))), one.id


def test_two_of_one_id_are_refused() -> None:
    first = all_checks()[0]
    with pytest.raises(ValueError, match=f"two checks are called {first.id}"):
        in_order([first, all_checks()[1], replace(first, title="Another")])


def test_a_check_by_its_id() -> None:
    assert check("mail.duplicates").title == "Duplicate messages in the source"
    with pytest.raises(LookupError, match=r"no check mail\.nothing"):
        check("mail.nothing")


def test_concerns_come_heaviest_first() -> None:
    given = facts(
        mailbox(target=TargetFacts(False, "mail.mailbox-missing", "It is not there")),
        ShareFacts("company", links=Sample(1, ("l",)), not_nfc=Sample(1, ("n",))),
        ShareFacts("homes", links=Sample(1, ("l",))),
    )
    found = all_concerns(given)
    assert [one.category for one in found] == sorted((one.category for one in found), key=list(Category).index)
    assert {one.category for one in found} == set(Category)
    links = [one.subject for one in found if one.id == "files.links-left-behind"]
    assert links == ["share company", "share homes"]
