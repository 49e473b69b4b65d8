"""A customer's move as an engineer makes it: in Prefect's own UI, by its forms, without a line of code or a log."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from deployments.stack.customer import sandbox_root
from flows.start_step import FLOWS
from tests.deployments.up import PROJECT, Up
from tests.ui import artifact_page, browser
from tests.ui.engineer import Engineer, has_words, in_plain_words
from tests.ui.form import Answer
from tests.ui.sign_in import try_to_sign_in

pytestmark = [pytest.mark.prefect, pytest.mark.real, pytest.mark.long, pytest.mark.timeout(900)]

BEFORE: dict[str, dict[str, Answer]] = {
    "discovery": {},
    "export": {},
    "delta": {"Mailboxes": ["anna", "bengt", "cecilia", "info"], "Shares": ["homes", "company"]},
    "drop": {"What to do": "open"},
    "domain": {"What to do": "plan"},
    "mail-flow": {},
    "rehearsal": {"Mailboxes": ["anna"]},
}
AFTER: dict[str, dict[str, Answer]] = {
    "late-mail": {},
    "callers": {"Days without a call": 3},
    "licences": {"What to do": "measure"},
    "decommission": {},
}
HELD = ("callers", "decommission")
NAME = "Your full name"
WRONG = "midsommar-1988-fel"


def test_a_wrong_password_is_told(signed_in: str, running: Up, chromium: browser.Browser) -> None:
    context = chromium.context.browser
    assert context is not None
    page = context.new_page()
    page.route("**/*", lambda route: route.continue_() if signed_in in route.request.url else route.abort())
    try_to_sign_in(page, signed_in, f"skyflytt:{WRONG}")
    expect(page.get_by_text("Invalid credentials")).to_be_visible()
    page.context.close()


def test_advance_says_what_is_due(engineer: Engineer) -> None:
    run = engineer.start("advance", {})
    assert run.stopped() == "Completed"
    assert f"{PROJECT}-playbook" in run.artifacts()
    artifact_page.open_artifact(run, f"{PROJECT}-playbook")
    assert any(row["id"] == "help-ordered" for row in artifact_page.rows(engineer.page))


def test_a_manual_step_is_settled_in_the_form_of_its_paused_run(engineer: Engineer) -> None:
    run = engineer.start("step", {"Step": "help-ordered"})
    assert run.stopped() == "Paused"
    form = run.resume()
    form.fill({NAME: "Anna Åström", "Answer": "not-needed"})
    engineer.pictures.keep(engineer.page, "step form of the paused run")
    run.answer(form)
    assert run.ended() == "Completed"
    assert run.message() == "Anna Åström did help-ordered."


def test_a_connection_is_checked(engineer: Engineer) -> None:
    run = engineer.start("check-connection", {"Server": "new-files"})
    assert run.stopped() == "Completed"
    assert run.message()


@pytest.mark.parametrize("flow", BEFORE)
def test_each_phase_before_the_cutover(engineer: Engineer, flow: str) -> None:
    run = engineer.start(flow, BEFORE[flow])
    assert run.stopped() == "Completed", run.message()
    assert f"{run.name} · ".startswith(f"{PROJECT} · {flow} · ")
    assert run.message()
    engineer.pictures.keep(engineer.page, f"{flow} said")
    assert f"{PROJECT}-{flow}-summary" in run.artifacts()


def test_a_failed_run_tells_the_item_the_reason_and_the_advice(engineer: Engineer, running: Up) -> None:
    """Somebody has typed a wrong password into a server's block; the page of the run is enough to know it."""
    secrets = json.loads((sandbox_root(running.home) / "secrets.json").read_text())
    engineer.correct_block(f"{PROJECT}-old-files", {"Secret": WRONG})
    try:
        run = engineer.start("delta", {"Mailboxes": ["anna"], "Shares": ["homes"]})
        assert run.stopped() == "Failed"
        said = run.message()
    finally:
        engineer.correct_block(f"{PROJECT}-old-files", {"Secret": secrets["servers.old-files"]})
    for words in ("homes", "[connection.password-refused]", "Check the login and the secret"):
        assert words in said
    assert WRONG not in said


def test_what_failed_is_a_table_of_the_run(engineer: Engineer) -> None:
    run = engineer.last_run("delta")
    assert run.stopped() == "Failed"
    engineer.pictures.keep(engineer.page, "failed run")
    artifact_page.open_artifact(run, f"{PROJECT}-delta-failures")
    (row,) = artifact_page.rows(engineer.page)
    assert "homes" in row["where"]
    assert row["item"].startswith("migration@")
    assert row["code"] == "connection.password-refused"
    assert "Check the login and the secret" in row["what to do"]


def test_only_what_failed_is_tried_again(engineer: Engineer) -> None:
    run = engineer.start("retry-failed", {})
    assert run.stopped() == "Completed", run.message()
    assert "homes" in run.message()


def test_a_mailbox_that_is_not_there_is_told_with_those_that_are(engineer: Engineer) -> None:
    """A project's own form offers its mailboxes; the general one takes any word."""
    opened = engineer.run_form("export", "any-project")
    has_words(opened.form)
    opened.form.fill({"Project": PROJECT, "Mailboxes": ["anni"]})
    engineer.pictures.keep(engineer.page, "export form of any project")
    run = opened.submit()
    assert run.stopped() == "Failed"
    for words in ("anni", "anna, bengt, cecilia, info"):
        assert words in run.message()


def test_a_decision_without_a_name_is_not_taken(engineer: Engineer) -> None:
    """The server refuses the form without a name, and the run waits on."""
    run = engineer.start(
        "approve", {"What is approved": "the receipt for the drop is waived", "Reason": "fetched by hand"}
    )
    assert run.stopped() == "Paused"
    run.press(run.resume())
    engineer.page.reload()
    assert run.stopped() == "Paused"
    form = run.resume()
    form.fill({NAME: "Anna Åström"})
    run.answer(form)
    assert run.ended() == "Completed", run.message()
    assert "Anna Åström" in run.message()


def test_the_cutover_is_approved_by_name_in_the_run_that_waits_for_it(engineer: Engineer) -> None:
    run = engineer.start("cutover", {"Without waiting for the old TTL": True})
    assert run.stopped() == "Paused", run.message()
    form = run.resume()
    in_plain_words(form)
    form.fill({NAME: "Bengt Öberg"})
    engineer.pictures.keep(engineer.page, "cutover, approval")
    run.answer(form)
    assert run.ended() == "Completed", run.message()
    assert "approved by Bengt Öberg" in run.message()


@pytest.mark.parametrize("flow", AFTER)
def test_each_phase_after_the_cutover(engineer: Engineer, flow: str) -> None:
    run = engineer.start(flow, AFTER[flow])
    assert run.stopped() == ("Held" if flow in HELD else "Completed"), run.message()
    assert run.message()
    engineer.pictures.keep(engineer.page, f"{flow} said")
    assert f"{PROJECT}-{flow}-summary" in run.artifacts()


def test_nothing_was_asked_outside_but_what_the_ui_always_asks(engineer: Engineer, chromium: browser.Browser) -> None:
    assert chromium.asked <= browser.ASKED_OUTSIDE


def test_every_phase_was_started() -> None:
    assert {*BEFORE, *AFTER, "cutover"} == set(FLOWS)
