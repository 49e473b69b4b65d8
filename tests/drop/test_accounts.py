"""Accounts of the drop: files that hold no secret and say at every moment whether their owner may enter."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from skyflytt.drop.accounts import Accounts, DropAccount, Permission, SecretHash, new_secret

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path / "drop")


def create(accounts: Accounts, name: str = "norrsken", secret: str = "hemligt å") -> DropAccount:
    return accounts.create(
        name, secret, home="norrsken", permission=Permission.CUSTOMER, opens=NOON, closes=NOON + 3 * HOUR
    )


def test_an_account_is_read_as_it_was_written(accounts: Accounts) -> None:
    created = create(accounts)
    assert Accounts(accounts.folder).get("norrsken") == created
    assert accounts.names() == ["norrsken"]
    assert accounts.home_of(created).is_dir()


def test_no_file_holds_the_secret_and_all_are_private(accounts: Accounts) -> None:
    create(accounts, secret="mycket-hemligt")
    files = [path for path in accounts.folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert b"mycket-hemligt" not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_secret_matches_and_no_other(accounts: Accounts) -> None:
    account = create(accounts)
    assert account.secret.matches("hemligt å")
    assert not account.secret.matches("hemligt a")
    assert SecretHash.of("x").salt != SecretHash.of("x").salt


def test_new_secrets_differ() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(new_secret()) == 24


def test_open_from_its_beginning_up_to_its_end(accounts: Accounts) -> None:
    account = create(accounts)
    assert "opens at" in (account.refusal(NOON - timedelta(microseconds=1)) or "")
    assert account.refusal(NOON) is None
    assert account.refusal(NOON + 3 * HOUR - timedelta(microseconds=1)) is None
    assert "ended at" in (account.refusal(NOON + 3 * HOUR) or "")


def test_extended_ends_later(accounts: Accounts) -> None:
    create(accounts)
    assert accounts.extend("norrsken", NOON + 9 * HOUR).refusal(NOON + 8 * HOUR) is None


def test_closed_stays_closed_even_when_extended(accounts: Accounts) -> None:
    create(accounts)
    accounts.close("norrsken")
    assert accounts.extend("norrsken", NOON + 9 * HOUR).refusal(NOON) == "the drop has been closed"


def test_another_process_s_change_is_seen_at_once(accounts: Accounts) -> None:
    create(accounts)
    reader = Accounts(accounts.folder)
    assert reader.get("norrsken").refusal(NOON) is None
    accounts.close("norrsken")
    assert reader.get("norrsken").closed


def test_removed_is_gone(accounts: Accounts) -> None:
    create(accounts)
    accounts.remove("norrsken")
    with pytest.raises(KeyError):
        accounts.get("norrsken")


@pytest.mark.parametrize("name", ["", "../x", "a/b", "Stor", ".dold", "å", "x" * 65, "a\nb"])
def test_names_that_are_no_file_names_are_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(ValidationError):
        create(accounts, name)
    with pytest.raises(KeyError):
        accounts.get(name)


def test_a_home_outside_the_drop_is_refused(accounts: Accounts) -> None:
    with pytest.raises(ValidationError, match="must lie below"):
        accounts.create("x", "y", home="../..", permission=Permission.OPERATOR, opens=NOON)


def test_times_without_a_zone_are_refused(accounts: Accounts) -> None:
    with pytest.raises(ValidationError):
        accounts.create("x", "y", home="/", permission=Permission.OPERATOR, opens=datetime(2026, 10, 1))  # noqa: DTZ001
