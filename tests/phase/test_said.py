"""What a run says of itself: exact where it is short, bounded where much went wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skyflytt.errors.connection import PasswordRefused
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import Workload
from skyflytt.phase import said
from skyflytt.phase.failed import in_words
from skyflytt.phase.said import Reason

AT = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)


def account(name: str, moved: int, skipped: int, failed: int) -> Account:
    source = moved + skipped + failed
    workload = Workload(1, "norrsken", "mailbox", name)
    return Account(workload, 1, Mode.MIRROR, source, moved, moved, skipped, failed, 0, AT)


def test_sums_and_why() -> None:
    accounts = [account("anna", 400, 3, 1), account("bengt", 12, 0, 0)]
    assert said.sums(accounts) == "412 moved (412 now), 3 skipped, 1 failed"
    why = [Reason("mail.mailbox-full", "anna")]
    assert said.sums(accounts, why) == "412 moved (412 now), 3 skipped, 1 failed: mailbox full at anna"
    assert said.sums([], why) == ""


def test_several_reasons_are_the_first_few_and_a_number() -> None:
    reasons = [Reason("mail.message-refused", f"m{number}", number) for number in range(1, 7)]
    words = "6 × message refused at m6, 5 × message refused at m5, 4 × message refused at m4 and 6 more"
    assert said.because(reasons) == words
    assert said.because([Reason("", "anna")]) == "unknown at anna"


def test_one_failure_is_told_in_full_with_what_was_done_besides() -> None:
    failure = PasswordRefused("bengt", "AUTHENTICATIONFAILED")
    words = said.failed({"archive_mailbox bengt": failure}, "5 moved (5 now), 0 skipped, 0 failed")
    assert words == f"archive mailbox bengt: {said.told(failure)} Besides: 5 moved (5 now), 0 skipped, 0 failed"
    assert failure.advice in words
    assert said.failed({"delta": ValueError("odd")}, "1 moved") == "delta: ValueError: odd. Besides: 1 moved"


def test_many_long_failures_stay_short() -> None:
    failures = {f"move_mailbox m{number}": PasswordRefused(f"m{number}", "no " * 5_000) for number in range(50)}
    words = said.failed(failures, "x" * 10_000)
    assert words.count("…") == 4
    assert "; and 47 more. Besides: " in words
    assert len(words) < 2 * said.MOST_CHARACTERS + 50


@pytest.mark.parametrize(
    ("names", "words"), [(["a"], "a"), (["a", "b", "c"], "a, b, c"), (list("abcdefgh"), "a, b, c and 5 more"), ([], "")]
)
def test_names_are_the_first_few(names: list[str], words: str) -> None:
    assert said.listed(names) == words


def test_a_defect_has_advice_of_its_own() -> None:
    assert said.advice(ValueError("x")) == said.DEFECT
    assert said.advice(PasswordRefused("a")) == PasswordRefused.advice


def test_what_failed_is_said_once_for_each_code() -> None:
    row = {
        "where": "mailbox anna",
        "item": "INBOX/7",
        "code": "mail.too-big",
        "what it means": "It has\n60 MB.",
        "what to do": "Ask.",
    }
    other = {**row, "item": "", "code": "Oops", "what to do": "Look."}
    assert in_words([row, other, {**row, "item": "INBOX/8"}]).splitlines() == [
        "- `mail.too-big`, mailbox anna, INBOX/7 and 1 more: It has 60 MB. **What to do:** Ask.",
        "- `Oops`, mailbox anna: It has 60 MB. **What to do:** Look.",
    ]
