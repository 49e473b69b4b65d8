"""Whoever guesses is slowed and locked out; the customer at another address is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from skyflytt.drop.failed_logins import LONGEST_LOCK, LONGEST_WAIT_S, MOST_KEPT, FailedLogins, network_of

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
LOCK = timedelta(minutes=15)
GUESSER, CUSTOMER = "192.0.2.66", "198.51.100.7"


@pytest.fixture
def failures() -> FailedLogins:
    return FailedLogins(allowed=10, lock=LOCK, delay_s=2)


def guess(
    failures: FailedLogins, times: int, remote: str = GUESSER, account: str = "norrsken", at: datetime = NOON
) -> None:
    for _ in range(times):
        failures.failed(account, remote, at, exists=True)


def test_each_attempt_waits_twice_as_long(failures: FailedLogins) -> None:
    waits = []
    for _ in range(7):
        waits.append(failures.wait_s("norrsken", GUESSER, NOON))
        guess(failures, 1)
    assert waits == [0, 2, 4, 8, 16, LONGEST_WAIT_S, LONGEST_WAIT_S]


def test_the_guesser_is_locked_out_and_the_customer_is_not(failures: FailedLogins) -> None:
    guess(failures, 10)
    assert failures.locked_until("norrsken", GUESSER, NOON) == NOON + LOCK
    assert failures.locked_until("norrsken", CUSTOMER, NOON) is None
    assert failures.locked_until("norrsken", GUESSER, NOON + LOCK) is None


def test_each_lock_is_longer_up_to_a_day(failures: FailedLogins) -> None:
    at, lasted = NOON, []
    for _ in range(9):
        guess(failures, 10, at=at)
        end = failures.locked_until("norrsken", GUESSER, at)
        assert end is not None
        lasted.append(end - at)
        at = end
    assert lasted[:3] == [LOCK, 2 * LOCK, 4 * LOCK]
    assert lasted[-1] == LONGEST_LOCK


def test_a_colleague_behind_the_same_address_can_still_sign_in_to_another_account(failures: FailedLogins) -> None:
    guess(failures, 10)
    assert failures.locked_until("fjellvind", GUESSER, NOON) is None


def test_an_address_that_goes_from_account_to_account_is_locked_out_of_all(failures: FailedLogins) -> None:
    for number in range(30):
        failures.failed(f"name-{number}", GUESSER, NOON, exists=False)
    assert failures.locked_until("norrsken", GUESSER, NOON) is not None


def test_the_right_secret_forgives_only_its_own_account(failures: FailedLogins) -> None:
    """Else a customer could guess at others, and sign in to its own account in between."""
    for _ in range(4):
        guess(failures, 9, account="fjellvind")
        failures.succeeded("norrsken", GUESSER)
    assert failures.locked_until("fjellvind", GUESSER, NOON) is not None


def test_guesses_from_many_addresses_slow_but_never_shut_out_the_customer(failures: FailedLogins) -> None:
    failures.succeeded("norrsken", CUSTOMER)
    for number in range(250):
        guess(failures, 4, remote=f"203.0.113.{number}")
    assert failures.wait_s("norrsken", "192.0.2.200", NOON) == LONGEST_WAIT_S
    assert failures.locked_until("norrsken", "192.0.2.200", NOON) is None
    assert failures.wait_s("norrsken", CUSTOMER, NOON) == 0


def test_a_day_of_quiet_forgives(failures: FailedLogins) -> None:
    guess(failures, 9)
    guess(failures, 1, at=NOON + timedelta(days=1, seconds=1))
    assert failures.locked_until("norrsken", GUESSER, NOON + timedelta(days=1, seconds=1)) is None


def test_memory_is_bounded_and_locks_are_kept(failures: FailedLogins) -> None:
    guess(failures, 10)
    for number in range(MOST_KEPT):
        failures.failed("x", f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", NOON, exists=False)
    assert len(failures._pairs) <= MOST_KEPT
    assert failures.locked_until("norrsken", GUESSER, NOON) is not None


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_an_address_of_ipv6_stands_for_its_network(remote: str, network: str) -> None:
    assert network_of(remote) == network
