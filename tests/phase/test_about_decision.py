"""What stands above a form: the numbers a decision is made from, and exactly what is approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from skyflytt.decommission.holds import Hold, HoldAnswer
from skyflytt.decommission.plan import make_plan
from skyflytt.ledger import items, passes
from skyflytt.ledger.items import Seen
from skyflytt.phase.about_decision import MEANS, about_decision
from skyflytt.phase.about_step import about_step
from skyflytt.phase.course import course_of
from skyflytt.phase.decide import About, Decision, decide
from skyflytt.phase.discover import discover
from skyflytt.phase.migration import Migration
from tests.phase.discovered import migration


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migration]:
    """Three items of which one was skipped, and a mailbox that no pass has looked at."""
    root: Path = tmp_path_factory.mktemp("about")
    with migration(root) as opened:
        opened.workload("mailbox", "info")
        share = opened.workload("share", "company")
        items.record_new(opened.ledger, share, [Seen(name, "1", 1_000_000) for name in ("a", "b", "c")])
        with passes.running_pass(opened.ledger, share) as running:
            items.skip(opened.ledger, running, [(name, "files.excluded", "left out") for name in ("a", "b", "c")])
            passes.end(opened.ledger, running, 3)
        yield opened


def test_every_decision_says_what_it_means(opened: Migration) -> None:
    for what in Decision:
        words = about_decision(opened, what, About(hold=Hold.BOOKKEEPING, domain="nobody.example"))
        assert words.startswith(f"### norrsken: {what}\n\n{MEANS[what]}")


def test_the_cutover_shows_accounts_concerns_and_deadlines(opened: Migration) -> None:
    words = about_decision(opened, Decision.CUTOVER, About())
    assert "| share company | 3 | 0 | 3 | 0 | 2026-08-08 11:00 |" in words
    assert "| mailbox info | no pass yet | | | | |" in words
    assert "| **together** | 3 | 0 | 3 | 0 | |" in words
    assert "Concerns: no discovery has looked for any." in words
    assert "| notice-ends | 2026-10-31 24:00 CET |" in words
    discover(opened, (), ())
    assert "Concerns of the discovery of 2026-08-08: " in about_decision(opened, Decision.CUTOVER, About())


def test_the_deletion_shows_its_plan_and_who_approved_it(opened: Migration) -> None:
    plan = make_plan(opened.ledger, opened.name)
    words = about_decision(opened, Decision.DELETION, About())
    assert f"Plan `{plan.hash}`: 3 objects, 3.0 MB (" in words
    assert "Given already by" not in words
    decide(opened, Decision.DELETION, "Anna Åström")
    assert "Given already by: Anna Åström." in about_decision(opened, Decision.DELETION, About())


def test_a_question_shows_the_law_and_the_answer_before(opened: Migration) -> None:
    about = About(hold=Hold.BOOKKEEPING, answer=HoldAnswer.SETTLED, reason="at the new home", ages_out=date(2027, 1, 1))
    assert "(7 years, " in about_decision(opened, Decision.HOLD, about)
    decide(opened, Decision.HOLD, "Bengt Öberg", about)
    assert "Answered before by Bengt Öberg: settled, at the new home." in about_decision(opened, Decision.HOLD, about)


def test_a_step_says_what_it_has_to_leave_and_shows_numbers_where_it_is_a_decision(opened: Migration) -> None:
    course = course_of(opened, by="test")
    every = {step.id: about_step(opened, course, step.id) for step in course.playbook.steps}
    language = opened.project.customer.language
    for step in course.playbook.steps:
        assert every[step.id].startswith(f"### norrsken: {step.title.said(language)}\n\n")
        assert all(name in every[step.id] for name in (*step.evidence, *step.choose, step.owner))
    assert {name for name, words in every.items() if "| **together** |" in words} >= {"cutover-approval"}
