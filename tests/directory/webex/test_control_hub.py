"""Control Hub as its documentation has it: pages, throttling, errors in success, trials, customers, activity, deletion."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import httpx
import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.countdown import Activity
from skyflytt.directory.count import count
from skyflytt.directory.webex import activity, control_hub
from skyflytt.errors.base import Failure
from skyflytt.errors.directory import (
    ActivityNotTold,
    DirectoryAnswerWrong,
    DirectoryBusy,
    DirectoryRefused,
    DirectoryUnreachable,
    LicenceRefused,
    OrganisationKept,
    OrganisationNotFound,
)
from skyflytt.sandbox.servers.webex_faults import Fault
from skyflytt.sandbox.servers.webex_organisation import Held, License, Organisation, Person, SignIn
from tests.directory.company import ANNA, BO, CALLING, HYBRID, IT, MEETINGS, NOW, TRIALS, company
from tests.directory.webex.running import RunningWebex

HOME = company().organisations[0].id
PARTNER = Organisation(name="Partner AB", people=[Person(email="p@partner.example", administrator=True)])


def test_everybody_comes_over_several_pages(webex: RunningWebex, clock: MovableClock) -> None:
    held = company()
    held.organisations[0].people += [Person(email=f"person{n}@norrskenbygg.example") for n in range(247)]
    webex.hold(held)
    found = list(webex.open(HOME, clock).accounts())
    assert len(found) == len({one.address for one in found}) == 250
    assert webex.asked()["GET people"] == 3


def test_a_page_that_leads_to_itself_ends(webex: RunningWebex, clock: MovableClock) -> None:
    circle = httpx.Response(200, json={"items": []}, headers={"Link": f'<{webex.url}/people?cursor=1>; rel="next"'})
    with (
        mock.patch("skyflytt.directory.http.Requests.ask", return_value=circle),
        pytest.raises(DirectoryAnswerWrong, match="read already"),
    ):
        list(webex.open(HOME, clock).accounts())


def test_the_next_page_is_never_asked_for_at_another_host(webex: RunningWebex, clock: MovableClock) -> None:
    directory = webex.open(HOME, clock)
    with pytest.raises(DirectoryAnswerWrong, match="another host"):
        directory._requests.ask("GET", "https://elsewhere.example/v1/people?cursor=1")


def test_a_request_to_wait_is_obeyed(webex: RunningWebex, clock: MovableClock) -> None:
    webex.trouble(
        Fault(kind="busy", path="people", times=2, retry_after_s=7), Fault(kind="unavailable", path="licenses")
    )
    assert len(list(webex.open(HOME, clock).accounts())) == 3
    assert webex.waited == [7.0, 7.0, 2.0]


def test_a_request_to_wait_that_goes_on_says_for_how_long(webex: RunningWebex, clock: MovableClock) -> None:
    webex.trouble(Fault(kind="busy", path="licenses", times=100, retry_after_s=9))
    with pytest.raises(DirectoryBusy) as failed:
        list(webex.open(HOME, clock).licences())
    assert failed.value.retry_after_s == 9
    assert webex.waited == [9.0] * 5


def test_who_is_asked_to_come_back_tomorrow_does_not_wait(webex: RunningWebex, clock: MovableClock) -> None:
    webex.trouble(Fault(kind="busy", path="licenses", retry_after_s=86_400))
    with pytest.raises(DirectoryBusy):
        list(webex.open(HOME, clock).licences())
    assert webex.waited == []


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("error-in-success", DirectoryAnswerWrong),
        ("cut-off", DirectoryAnswerWrong),
        ("refused", DirectoryRefused),
    ],
)
def test_trouble_is_a_failure_and_never_an_empty_list(
    webex: RunningWebex, clock: MovableClock, kind: str, failure: type[Failure]
) -> None:
    webex.trouble(Fault.model_validate({"kind": kind, "path": "licenses", "times": 9}))
    with pytest.raises(failure):
        count(webex.open(HOME, clock))


def test_a_wrong_token_is_told_and_not_shown(webex: RunningWebex, clock: MovableClock) -> None:
    with pytest.raises(DirectoryRefused) as failed:
        webex.open(HOME, clock, token="hemlig-7719").organisation()
    assert "hemlig-7719" not in str(failed.value)
    assert "trackingId SANDBOX_" in str(failed.value)


def test_nobody_answers(webex: RunningWebex, clock: MovableClock) -> None:
    directory = webex.open(HOME, clock)
    directory._requests._url = directory._requests._url.copy_with(port=1)
    with pytest.raises(DirectoryUnreachable):
        directory.organisation()


def test_a_licence_that_is_reported_twice_is_counted_once_and_told(webex: RunningWebex, clock: MovableClock) -> None:
    webex.trouble(Fault(kind="twice", path="licenses"))
    found = count(webex.open(HOME, clock, trials=TRIALS))
    assert sorted(one.key for one in found.licences) == sorted((MEETINGS.id, CALLING.id, HYBRID.id))
    assert set(found.twice) == {MEETINGS.id, CALLING.id, HYBRID.id}
    assert found.units_left == 3 + 2 + 2


def test_a_person_on_two_pages_is_one(webex: RunningWebex, clock: MovableClock) -> None:
    webex.trouble(Fault(kind="twice", path="people"))
    assert [one.address for one in webex.open(HOME, clock).accounts()] == [IT, ANNA, BO]


def test_trials_rooms_and_uncounted_licences(webex: RunningWebex, clock: MovableClock) -> None:
    found = {one.key: one for one in webex.open(HOME, clock, trials=TRIALS).licences()}
    assert (found[CALLING.id].trial, found[MEETINGS.id].trial) == (True, None)
    assert (found[CALLING.id].used, found[CALLING.id].used_elsewhere) == (2, 1)
    assert (found[HYBRID.id].metered, found[HYBRID.id].used) == (False, 0)
    assert found[MEETINGS.id].name == "Meeting - Webex Meeting Center (norrsken.webex.com)"


def test_people_from_outside_hold_licences_too(webex: RunningWebex, clock: MovableClock) -> None:
    held = company()
    guest = Person(email="guest@konsult.example", licenses=[CALLING.id], home="Konsult AB")
    held.organisations[0].people.append(guest)
    webex.hold(held)
    directory = webex.open(HOME, clock)
    assert [one.licences for one in directory.accounts() if one.address == guest.email] == [(CALLING.id,)]
    directory.reclaim(CALLING.id, guest.id)
    assert [one.address for one in count(directory).holders[CALLING.id]] == [IT]


def test_a_change_that_is_refused_in_a_success(webex: RunningWebex, clock: MovableClock) -> None:
    """Status 206: what was not done is only seen in the list that comes back."""
    directory = webex.open(HOME, clock)
    answered = httpx.Response(206, json={"licenses": [MEETINGS.id]}, request=httpx.Request("PATCH", webex.url))
    with mock.patch.object(directory._requests, "ask", return_value=answered):
        with pytest.raises(LicenceRefused, match="still held"):
            directory.reclaim(MEETINGS.id, "1")
        with pytest.raises(LicenceRefused, match="not given"):
            directory.assign(CALLING.id, "1")


def test_customers_are_told_to_the_organisation_itself(webex: RunningWebex, clock: MovableClock) -> None:
    customer = Organisation(name="Kund AB")
    held = company()
    held.organisations[0].manages = [customer.name]
    held.organisations.append(customer)
    webex.hold(held)
    assert webex.open(HOME, clock).organisation().customers == (customer.id,)
    partner = PARTNER.model_copy(deep=True, update={"manages": ["Norrsken Bygg", customer.name]})
    webex.hold(Held(token_of="p@partner.example", organisations=[partner, *held.organisations]))
    assert webex.open(HOME, clock).organisation().customers is None


def test_activity_is_what_people_and_their_own_administrators_did(webex: RunningWebex, clock: MovableClock) -> None:
    held = company()
    held.organisations.append(PARTNER)
    webex.hold(held)
    before, after = NOW - timedelta(days=2), NOW - timedelta(hours=1)
    webex.sign_in(
        SignIn(email=IT, at=after, hub=True),
        SignIn(email="p@partner.example", at=after, hub=True),
        SignIn(email=BO, at=after),
        SignIn(email=BO, at=before),
    )
    found = list(webex.open(HOME, clock).activity(NOW - timedelta(days=1)))
    assert sorted((one.what, one.account) for one in found) == [
        (Activity.APP_SIGN_IN, BO),
        (Activity.CONTROL_HUB_SIGN_IN, IT),
        (Activity.MESSAGE, ANNA),
    ]


def test_activity_comes_over_several_pages(
    webex: RunningWebex, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "ADMINISTRATORS_A_PAGE", 2)
    monkeypatch.setattr(activity, "SIGN_INS_A_PAGE", 2)
    at = [NOW - timedelta(minutes=n) for n in range(5)]
    webex.sign_in(*(SignIn(email=IT, at=one, hub=hub) for one in at for hub in (True, False)))
    found = [one for one in webex.open(HOME, clock).activity(NOW - timedelta(days=1)) if one.account == IT]
    assert sorted(one.at for one in found) == sorted([*at, *at])
    assert webex.asked()["GET adminAudit/events"] == 3


def test_without_the_pro_pack_the_last_activity_has_to_do(webex: RunningWebex, clock: MovableClock) -> None:
    held = company()
    held.organisations[0].pro_pack = False
    held.organisations[0].sign_ins = [SignIn(email=BO, at=NOW)]
    webex.hold(held)
    assert [one.account for one in webex.open(HOME, clock).activity(NOW - timedelta(days=1))] == [ANNA]


def test_without_the_right_to_see_activity_nobody_counts_as_idle(webex: RunningWebex, clock: MovableClock) -> None:
    webex.trouble(Fault(kind="refused", path="adminAudit"))
    with pytest.raises(ActivityNotTold):
        list(webex.open(HOME, clock).activity(NOW))


def test_an_organisation_in_use_is_kept_and_says_why(webex: RunningWebex, clock: MovableClock) -> None:
    with pytest.raises(OrganisationKept, match=r"active subscriptions or licenses\. .*more than 1 user"):
        webex.open(HOME, clock).delete_organisation()
    assert len(webex.held().organisations) == 1


def test_an_empty_organisation_is_deleted_and_seen_to_be_gone(webex: RunningWebex, clock: MovableClock) -> None:
    empty = Organisation(name="Norrsken Bygg", people=[Person(email=IT, administrator=True)])
    webex.hold(Held(token_of="p@partner.example", organisations=[PARTNER, empty], stale_reads=1))
    directory = webex.open(HOME, clock)
    directory.delete_organisation()
    directory.organisation()
    with pytest.raises(OrganisationNotFound):
        directory.organisation()
    directory.delete_organisation()


def test_more_holders_than_a_page_takes(
    webex: RunningWebex, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_hub, "HOLDERS_A_PAGE", 2)
    held = company()
    big = License(name="Messaging", total=9)
    guests = [Person(email=f"g{n}@konsult.example", licenses=[big.id], home="Konsult AB") for n in range(5)]
    held.organisations[0].licenses.append(big)
    held.organisations[0].people += guests
    webex.hold(held)
    assert len(count(webex.open(HOME, clock)).holders[big.id]) == 5


def test_it_says_that_it_is_a_simulator(webex: RunningWebex, clock: MovableClock) -> None:
    answer = webex.open(HOME, clock)._requests.ask("GET", "organizations")
    assert answer.headers["X-Simulator"] == "Skyflytt sandbox; not Webex"
