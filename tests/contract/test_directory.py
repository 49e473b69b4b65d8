"""What every `Directory` must do, over every adapter. What it can do decides what is expected, not what it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from skyflytt.directory.count import count
from skyflytt.directory.port import Account, Directory
from skyflytt.directory.settle import settled
from skyflytt.errors.directory import AccountNotFound, LicenceNotFound, LicenceRefused
from tests.contract.directory_places import PLACES, Place
from tests.contract.directory_places_f import PLACES as MORE_PLACES
from tests.directory.company import NOW


@pytest.fixture(scope="session", params=(*PLACES, *MORE_PLACES), ids=lambda place: place.__name__)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with request.param(tmp_path_factory.mktemp(request.param.__name__)) as opened:
        yield opened


@pytest.fixture
def directory(place: Place) -> Iterator[Directory]:
    with place.opened() as opened:
        yield opened


def account(directory: Directory, address: str) -> Account:
    return next(one for one in directory.accounts() if one.address == address)


def holds(directory: Directory, place: Place, address: str, *, expected: bool) -> bool:
    """Seen at last, in the time that the directory says it needs."""
    return settled(
        lambda: any((place.held in one.licences) is expected for one in directory.accounts() if one.address == address),
        directory.capabilities.settles_within_s,
        place.wait,
    )


def test_it_says_whose_it_is(directory: Directory) -> None:
    found = directory.organisation()
    assert found.key
    assert found.name
    assert (found.customers is not None) is directory.capabilities.customers


def test_every_account_is_listed_once_with_what_it_holds(place: Place, directory: Directory) -> None:
    found = list(directory.accounts())
    assert len({one.key for one in found}) == len(found)
    assert {one.address for one in found if place.held in one.licences} == place.holders
    assert all(one.address == one.address.casefold() for one in found)
    assert [one.address for one in found if one.administrator] == [place.administrator]
    assert all(list(one.licences) == sorted(set(one.licences)) for one in found)
    assert all(one.last_active is None or one.last_active.tzinfo for one in found)


def test_the_licences_count_who_holds_them(place: Place, directory: Directory) -> None:
    if not directory.capabilities.licences:
        assert list(directory.licences()) == []
        return
    found = count(directory)
    (licence,) = [one for one in found.licences if one.key == place.held]
    assert {one.address for one in found.holders[place.held]} == place.holders
    assert licence.used == len(place.holders) + licence.used_elsewhere
    assert not found.twice
    assert not found.unlisted


def test_a_licence_is_taken_back_and_given_again(place: Place, directory: Directory) -> None:
    if not directory.capabilities.reclaims:
        with pytest.raises(LicenceRefused):
            directory.reclaim("any", place.administrator)
        return
    address = min(place.holders - {place.administrator})
    who = account(directory, address)
    directory.reclaim(place.held, who.key)
    assert holds(directory, place, address, expected=False)
    directory.reclaim(place.held, who.key)
    directory.assign(place.held, who.key)
    assert holds(directory, place, address, expected=True)
    directory.assign(place.held, who.key)
    others = {one.address for one in directory.accounts() if place.held in one.licences}
    assert others == place.holders


def test_a_unit_that_is_not_there_is_not_given(place: Place, directory: Directory) -> None:
    if not directory.capabilities.reclaims:
        with pytest.raises(LicenceRefused):
            directory.assign("any", place.administrator)
        return
    licences = [one for one in count(directory).licences if one.total and one.metered and one.key != place.held]
    taken = max(licences, key=lambda one: (one.used or 0) - (one.total or 0))
    nobody = next(one for one in directory.accounts() if taken.key not in one.licences)
    with pytest.raises(LicenceRefused):
        directory.assign(taken.key, nobody.key)


@pytest.mark.parametrize("change", ["assign", "reclaim"])
def test_what_is_not_there_is_said(place: Place, directory: Directory, change: str) -> None:
    who = account(directory, place.administrator)
    if not directory.capabilities.reclaims:
        with pytest.raises(LicenceRefused):
            getattr(directory, change)("no-such-licence", who.key)
        return
    with pytest.raises(LicenceNotFound):
        getattr(directory, change)("no-such-licence", who.key)
    with pytest.raises(AccountNotFound):
        getattr(directory, change)(place.held, "no-such-account")


def test_an_account_is_deleted_for_good(place: Place, directory: Directory) -> None:
    key = min(one.key for one in directory.accounts() if one.address != place.administrator)
    directory.delete_account(key)
    within = directory.capabilities.settles_within_s
    assert settled(lambda: all(one.key != key for one in directory.accounts()), within, place.wait)
    directory.delete_account(key)


def test_activity_is_told_from_an_instant_on(directory: Directory) -> None:
    if directory.capabilities.activity:
        since = NOW - timedelta(days=1)
        assert all(one.at >= since for one in directory.activity(since))
