"""What became of work elsewhere comes back as it was: results, failures with their code and words, defects; and is forgotten when read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skyflytt.errors.catalogue import failures
from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.outcomes import (
    Awaited,
    Outcome,
    _as_read,
    _as_text,
    forget_older,
    forget_outcomes,
    keep_outcome,
    outcomes,
)
from skyflytt.ledger.projects import ensure_project
from skyflytt.project.problems import Problem, ProjectFileInvalid
from skyflytt.project.secrets import SecretMissing

RUN = Awaited("norrsken", "6d0e9c0e-0000-4000-8000-000000000001", "move mailbox")


@pytest.fixture(autouse=True)
def project(ledger: Ledger) -> None:
    ensure_project(ledger, "norrsken")


def test_a_result_comes_back_and_a_later_one_takes_its_place(ledger: Ledger) -> None:
    keep_outcome(ledger, RUN, "anna", '{"moved": 1}', None)
    keep_outcome(ledger, RUN, "anna", '{"moved": 2}', None)
    keep_outcome(ledger, RUN, "bengt", None, None)
    assert outcomes(ledger, RUN) == {"anna": Outcome('{"moved": 2}'), "bengt": Outcome("null")}


def test_a_failure_comes_back_with_its_code_sentence_and_back_off(ledger: Ledger) -> None:
    failed = PassRunning("mailbox anna", "its lock is held", retry_after_s=7.0)
    keep_outcome(ledger, RUN, "anna", None, failed)
    found = outcomes(ledger, RUN)["anna"].failure
    assert isinstance(found, PassRunning)
    assert (found.code, found.sentence, found.retry_after_s) == (failed.code, failed.sentence, 7.0)


def test_every_failure_comes_back() -> None:
    wrong = Problem("project.yaml", 3, 5, "shares", "it is empty", "a share")
    made_otherwise = [ProjectFileInvalid([wrong]), SecretMissing("servers.old", "servers.new")]
    others = [one for one in failures() if one not in map(type, made_otherwise)]
    for failed in (*made_otherwise, *(one("anna", "so it was", retry_after_s=2.0) for one in others)):
        found = _as_read(_as_text(failed))
        assert (type(found), str(found), found.advice) == (type(failed), str(failed), failed.advice)
        assert found.retry_after_s == failed.retry_after_s


def test_a_defect_keeps_its_type_and_words(ledger: Ledger) -> None:
    keep_outcome(ledger, RUN, "anna", None, ZeroDivisionError("division by zero"))
    found = outcomes(ledger, RUN)["anna"].failure
    assert found is not None
    assert (found.code, found.detail) == ("spread.defect", "ZeroDivisionError: division by zero")


def test_runs_tasks_and_turns_are_apart_and_what_is_read_is_forgotten(ledger: Ledger) -> None:
    others = [
        Awaited(RUN.project, "6d0e9c0e-0000-4000-8000-000000000002", RUN.task),
        Awaited(RUN.project, RUN.run, "check mailbox"),
        Awaited(RUN.project, RUN.run, RUN.task, 2),
    ]
    for one in (RUN, *others):
        keep_outcome(ledger, one, "anna", None, None)
    forget_outcomes(ledger, RUN)
    assert [len(outcomes(ledger, one)) for one in (RUN, *others)] == [0, 1, 1, 1]
    forget_older(ledger, RUN.project, ledger.clock.now() - timedelta(days=1))
    assert len(outcomes(ledger, others[0])) == 1
    forget_older(ledger, RUN.project, ledger.clock.now() + timedelta(days=1))
    assert [len(outcomes(ledger, one)) for one in others] == [0, 0, 0]
