"""What a phase's last run left to be done, from the journal of a real ledger; and of one that was cut off, what is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from skyflytt.ledger import journal, passes, projects
from skyflytt.phase.last_run import BEGUN, ENDED, TRIED, last_runs, note_begun, what_again
from skyflytt.phase.migration import Migration
from tests.phase.discovered import migration

NUMBERS = count(1)


@pytest.fixture(scope="module")
def one_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migration]:
    with migration(tmp_path_factory.mktemp("runs")) as opened:
        yield opened


@pytest.fixture
def opened(one_ledger: Migration) -> Migration:
    """A project of its own in the one ledger."""
    name = f"project-{next(NUMBERS)}"
    projects.ensure_project(one_ledger.ledger, name)
    return replace(one_ledger, project=one_ledger.project.model_copy(update={"project": name}))


def begin(opened: Migration, phase: str, run: str = "one", **options: Any) -> None:
    note_begun(opened, phase, run, options, by="skyflytt")


def end(
    opened: Migration, phase: str, run: str = "one", *, steps: tuple[str, ...] = (), of: tuple[str, ...] = ()
) -> None:
    data = {"run": run, "failed_steps": steps, "failed_items": of}
    action = ENDED.format(phase=phase)
    journal.append(opened.ledger, opened.name, actor="skyflytt", action=action, subject=opened.name, data=data)


def ends_pass(opened: Migration, kind: str, name: str) -> None:
    with passes.running_pass(opened.ledger, opened.workload(kind, name)) as running:
        passes.end(opened.ledger, running, 0)


def again(opened: Migration, phase: str) -> tuple[list[dict[str, Any]], str] | None:
    found = what_again(last_runs(opened)[phase], opened.project)
    return ([dict(one) for one in found.options], found.why) if found else None


def test_a_run_in_which_nothing_failed_leaves_nothing(opened: Migration) -> None:
    begin(opened, "delta")
    end(opened, "delta")
    assert again(opened, "delta") is None
    assert last_runs(opened)["delta"].well


def test_only_what_failed_with_the_same_options(opened: Migration) -> None:
    begin(opened, "delta", step="first-delta")
    end(opened, "delta", steps=("move_mailbox info",), of=("share company",))
    assert again(opened, "delta") == (
        [{"step": "first-delta", "mailboxes": ["info"], "shares": ["company"]}],
        "failed: move mailbox info, share company",
    )


def test_a_share_that_is_called_like_a_mailbox_is_not_taken_for_it(opened: Migration) -> None:
    begin(opened, "delta")
    end(opened, "delta", steps=("move_share company", "move_share info"))
    found = again(opened, "delta")
    assert found is not None
    assert found[0] == [{"mailboxes": [], "shares": ["company"]}]


def test_what_is_in_the_project_no_more_is_not_run_as_everything(opened: Migration) -> None:
    begin(opened, "delta")
    end(opened, "delta", steps=("move_mailbox gone",))
    begin(opened, "export")
    end(opened, "export", steps=("export_mailbox gone",))
    assert again(opened, "delta") is None
    assert again(opened, "export") is None


@pytest.mark.parametrize(
    ("phase", "options", "steps", "runs"),
    [
        ("export", {}, ("archive_mailbox info",), [{"mailboxes": ["info"]}]),
        ("domain", {"act": "switch"}, ("switch a.example", "switch b.example"),
         [{"act": "switch", "only": "a.example"}, {"act": "switch", "only": "b.example"}]),
        ("domain", {"act": "lower the TTLs", "only": "a.example"}, ("lower the TTLs a.example",),
         [{"act": "lower the TTLs", "only": "a.example"}]),
        ("mail-flow", {}, ("mail flow a.example",), [{"only": "a.example"}]),
        ("cutover", {"approved_by": "Bengt Öberg"}, ("move_mailbox info",), [{"approved_by": "Bengt Öberg"}]),
        ("delta", {"mailboxes": ["info"]}, ("delta",), [{"mailboxes": ["info"]}]),
    ],
)  # fmt: skip
def test_each_phase_is_narrowed_as_it_can_be(
    opened: Migration, phase: str, options: dict[str, Any], steps: tuple[str, ...], runs: list[dict[str, Any]]
) -> None:
    begin(opened, phase, **options)
    end(opened, phase, steps=steps)
    found = again(opened, phase)
    assert found is not None
    assert found[0] == runs


def test_the_last_run_counts_and_a_dry_run_is_none(opened: Migration) -> None:
    begin(opened, "delta", "one")
    end(opened, "delta", "one", steps=("move_mailbox info",))
    tried = TRIED.format(phase="delta")
    journal.append(opened.ledger, opened.name, actor="skyflytt", action=tried, subject=opened.name, data={"run": "dry"})
    assert last_runs(opened)["delta"].run == "one"
    begin(opened, "delta", "two")
    end(opened, "delta", "two")
    assert again(opened, "delta") is None


def test_of_a_run_that_was_cut_off_what_had_ended_is_known(opened: Migration) -> None:
    ends_pass(opened, "share", "homes")  # of a run before
    begin(opened, "delta", step="first-delta")
    ends_pass(opened, "share", "company")
    assert again(opened, "delta") == (
        [{"step": "first-delta", "mailboxes": ["info"], "shares": ["homes"]}],
        "cut off before its end; what had ended well: share company",
    )
    assert not last_runs(opened)["delta"].ended


def test_a_choice_stays_a_choice_when_it_was_cut_off(opened: Migration) -> None:
    begin(opened, "delta", shares=["company", "homes"])
    ends_pass(opened, "share", "company")
    found = again(opened, "delta")
    assert found is not None
    assert found[0] == [{"mailboxes": [], "shares": ["homes"]}]
    ends_pass(opened, "share", "homes")
    found = again(opened, "delta")
    assert found is not None
    assert found[0] == [{"shares": ["company", "homes"]}], "only the end of the run itself is missing"


def test_runs_of_an_earlier_version_without_a_beginning_are_not_known(opened: Migration) -> None:
    end(opened, "delta", steps=("move_mailbox info",))
    begun = BEGUN.format(phase="drop")
    journal.append(opened.ledger, opened.name, actor="skyflytt", action=begun, subject="handover")
    assert last_runs(opened) == {}
