"""What every keeper of a drop's accounts does, over real servers: lets in, ends, extends, closes, proves, and says what it found unfit."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from skyflytt.deadline.clock import SystemClock
from skyflytt.drop.keeper import AccountKeeper
from skyflytt.errors.base import Failure
from skyflytt.errors.drop import CertificateEndsFirst, DropStillOpen, ProofUnclear, ServerClockOff
from tests.contract.drop_places import PLACES, DropPlace, ShiftedClock

pytestmark = [pytest.mark.real, pytest.mark.heavy]
CONTENTS = {"mailboxes/åsa.txt": b"brev", "MANIFEST.csv": b"path\n"}
DAYS = timedelta(days=30)


@pytest.fixture(scope="module", params=PLACES)
def at(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]
) -> Iterator[DropPlace]:
    with request.param(tmp_path_factory.mktemp("drop"), require_debian) as place:
        yield place


@pytest.fixture
def keeper(at: DropPlace) -> Iterator[AccountKeeper]:
    with at.keeper(SystemClock()) as opened:
        yield opened


def grant(at: DropPlace, keeper: AccountKeeper, last: timedelta = DAYS) -> str:
    for path, content in CONTENTS.items():
        at.put(path, content)
    return keeper.grant(at.place, opens=at.now(), closes=at.now() + last)


def test_the_place_says_what_it_enforces_and_that_it_is_ready(at: DropPlace, keeper: AccountKeeper) -> None:
    keeper.require_ready(at.place, closes=at.now() + timedelta(minutes=5), room=1000)
    assert keeper.enforcement.words
    assert keeper.enforcement.ends_sessions is not None


def test_a_certificate_that_ends_before_the_drop_is_found_in_time(at: DropPlace, keeper: AccountKeeper) -> None:
    with pytest.raises(CertificateEndsFirst):
        keeper.require_ready(at.place, closes=at.now().replace(year=9000))


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_clock_that_is_off_is_found_in_time(at: DropPlace, minutes: int) -> None:
    with at.keeper(ShiftedClock(timedelta(minutes=minutes))) as keeper, pytest.raises(ServerClockOff):
        keeper.require_ready(at.place, closes=at.now() + timedelta(minutes=5))


def test_the_secret_lets_in_to_the_whole_drop_for_a_month(at: DropPlace, keeper: AccountKeeper) -> None:
    assert at.fetch(grant(at, keeper)) == CONTENTS
    if (log := keeper.fetched(at.place)) is not None:
        last = {entry.path: entry for entry in log}
        assert {path: last[path].bytes for path in CONTENTS} == {path: len(body) for path, body in CONTENTS.items()}
        assert all(last[path].whole and abs(last[path].at - at.now()) < timedelta(minutes=1) for path in CONTENTS)
    else:
        assert not at.logs


def test_a_new_secret_replaces_the_old_one(at: DropPlace, keeper: AccountKeeper) -> None:
    old, new = grant(at, keeper), grant(at, keeper)
    assert at.fetch(new) == CONTENTS
    if at.old_secrets_end:
        assert old != new
        with pytest.raises(Failure):
            at.fetch(old)


def test_the_end_comes_by_itself_and_can_be_moved(at: DropPlace, keeper: AccountKeeper) -> None:
    secret = grant(at, keeper, timedelta(seconds=4))
    assert at.fetch(secret) == CONTENTS
    secret = keeper.extend(at.place, closes=at.now() + timedelta(minutes=1)) or secret
    time.sleep(4.5)
    assert at.fetch(secret) == CONTENTS
    secret = keeper.extend(at.place, closes=at.now() + timedelta(seconds=2)) or secret
    assert at.fetch(secret) == CONTENTS
    if at.ends_by_itself:
        assert is_refused_soon(at, secret)


def is_refused_soon(at: DropPlace, secret: str, seconds: float = 20) -> bool:
    """Within the seconds that a machine with much else to do may take."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            at.fetch(secret)
        except Failure:
            return True
        time.sleep(0.5)
    return False


def test_what_is_open_is_never_proved_closed(at: DropPlace, keeper: AccountKeeper) -> None:
    secret = grant(at, keeper)
    with pytest.raises(DropStillOpen):
        keeper.prove_closed(at.place, secret)


def test_closing_is_at_once_for_good_and_proved(at: DropPlace, keeper: AccountKeeper) -> None:
    secret = grant(at, keeper)
    assert at.fetch(secret) == CONTENTS
    keeper.close(at.place)
    keeper.close(at.place)
    with pytest.raises(Failure):
        at.fetch(secret)
    proof = keeper.prove_closed(at.place, secret)
    assert json.loads(proof)["answer"]
    assert secret not in proof
    assert json.loads(keeper.prove_closed(at.place, None))["answer"]
    if at.place.kind == "ftps":
        with pytest.raises(ProofUnclear):
            keeper.prove_closed(at.place, "gissat")


def test_what_was_never_opened_is_closed_without_a_word(at: DropPlace, keeper: AccountKeeper, tmp_path: Path) -> None:
    keeper.close(type(at.place)(at.place.kind, at.place.host, at.place.port, "norrsken/other", "norrsken-other"))
