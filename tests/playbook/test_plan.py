"""The plan: earliest dates of every step, as text and as a drawing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.business import business_hours_of
from skyflytt.deadline.terms import Deadline, contract_deadlines
from skyflytt.playbook.draw import as_svg, as_text
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.plan import Planned, plan_of
from skyflytt.playbook.steps import StepRow, StepState
from skyflytt.project.contract import Contract, NoticeInMonths
from skyflytt.project.playbooks import known_playbooks

ZONE = ZoneInfo("Europe/Stockholm")
OFFICES = business_hours_of(ZONE)
CONTRACT = Contract(
    provider="Gamla Molnet AB",
    notice_given=date(2026, 8, 8),
    notice=NoticeInMonths(rule="started-months", months=2),
    retrieval_days=3,
    erasure_days=7,
)
KNOWN = {one.name: one for one in contract_deadlines(CONTRACT, ZONE)}
NOW = datetime(2026, 8, 8, 9, tzinfo=ZONE)


def days(planned: list[Planned]) -> dict[str, str]:
    return {one.step.id: f"{one.begins.astimezone(ZONE):%Y-%m-%d}" for one in planned}


def test_the_dates_of_a_hosted_offices_exit() -> None:
    found = days(plan_of(load_playbook("hosted-office-exit"), KNOWN, OFFICES, NOW))
    assert {name: found[name] for name in ("discovery", "export", "cutover", "drop-open", "drop-close", "closed")} == {
        "discovery": "2026-08-08",
        "export": "2026-09-27",
        "cutover": "2026-10-25",
        "drop-open": "2026-11-01",
        "drop-close": "2026-11-04",
        "closed": "2026-11-11",
    }


@pytest.mark.parametrize("name", known_playbooks())
def test_every_step_of_every_playbook_has_a_date_after_what_it_needs(name: str) -> None:
    playbook = load_playbook(name)
    planned = {one.step.id: one for one in plan_of(playbook, KNOWN, OFFICES, NOW)}
    assert set(planned) == {step.id for step in playbook.steps}
    for one in planned.values():
        assert all(planned[need].ends <= one.begins or one.done for need in one.step.needs)
        assert one.begins <= one.ends


def test_a_choice_leaves_out_the_other_branch_and_a_said_time_counts() -> None:
    playbook = load_playbook("licence-transition")
    at = datetime(2026, 8, 11, 13, tzinfo=ZONE)
    known = {**KNOWN, "downtime": Deadline("downtime", at, "Agreed.")}
    planned = plan_of(playbook, known, OFFICES, NOW, answers={"route": "hosted-desktop"})
    assert not any(one.step.id.startswith("local") for one in planned)
    assert next(one for one in planned if one.step.id == "hosted-loaded").begins == at
    unknown = plan_of(load_playbook("organisation-deletion"), KNOWN, OFFICES, NOW)
    assert next(one for one in unknown if one.step.id == "warned").open_date == "warning-due is not known yet"


def test_what_is_done_stands_at_the_day_when_it_was_done() -> None:
    done = StepRow("discovery", 2, StepState.DONE, NOW, NOW + timedelta(days=3), "skyflytt", None)
    planned = plan_of(load_playbook("hosted-office-exit"), KNOWN, OFFICES, NOW, {"discovery": done})
    assert [one.done for one in planned if one.step.id == "discovery"] == [True]
    assert days(planned)["licences"] == "2026-08-11"


def test_the_text_has_every_step_and_deadline_in_the_order_of_their_dates() -> None:
    planned = plan_of(load_playbook("hosted-office-exit"), KNOWN, OFFICES, NOW)
    lines = as_text(planned, KNOWN, ZONE, "sv").splitlines()
    assert len(lines) == len(planned) + len(KNOWN)
    assert [line[:16] for line in lines if "──" in line] == [
        *("2026-08-08 00:00", "2026-10-31 24:00", "2026-11-03 24:00", "2026-11-10 24:00"),
    ]
    assert any("Gå över [cutover, team]  late from 2026-10-27" in line for line in lines)


def test_the_drawing_is_an_svg_with_a_bar_for_each_step_inside_its_frame() -> None:
    planned = plan_of(load_playbook("hosted-office-exit"), KNOWN, OFFICES, NOW)
    root = ElementTree.fromstring(as_svg(planned, KNOWN, ZONE, title="Norrsken & Co", language="sr"))
    bars = [one for one in root.iter("{http://www.w3.org/2000/svg}rect") if one.get("rx")]
    assert len(bars) == len(planned)
    assert all(400 <= float(bar.get("x", "")) <= 1180 for bar in bars)
    texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Norrsken & Co" in texts
    assert "Otkaz je dat" in texts
    assert "notice-ends 2026-10-31 24:00" in texts
