"""Permissions of old folders as grants at new ones: what is said of each row, what cannot be said, and nothing without being told to."""

from __future__ import annotations

from typing import Any

import pytest

from skyflytt.errors.files import PathMissing
from skyflytt.files.sharepoint import SharepointStore
from skyflytt.files.sharepoint.access import Wish, wishes
from skyflytt.files.sharepoint.grants import Grant, Left, carried_out, planned
from skyflytt.sandbox.servers.graph.drive_state import Drive
from tests.graph.simulator import DOMAIN

ANNA, BENGT = f"Anna.Astrom@{DOMAIN}", f"bengt@{DOMAIN}"
SID = "S-1-5-21-1-2-3-1001"


def row(path: str = "mapp", **more: str) -> dict[str, str]:
    return {
        "path": path,
        "of": "folder",
        "owner": "",
        "group": "",
        "mode": "",
        "acl": "",
        "files": "",
        "problem": "",
        **more,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (row(owner="anna", group="bygg", mode="rwxr-x---"), [Wish("anna", "write"), Wish("bygg", "read")]),
        (row(owner="anna", group="bygg", mode="rwx---r-x"), [Wish("anna", "write"), Wish("other", "read")]),
        (
            row(owner="anna", group="bygg", mode="rwxrwx---", acl="user::rwx,user:bengt:rwx,group::r-x,mask::r-x,other::---,default:user::rwx"),
            [Wish("anna", "write"), Wish("bengt", "read"), Wish("bygg", "read")],
        ),
        (
            row(acl=f"D:PAI(A;OICI;0x1f01ff;;;S-1-5-18)(A;OICI;0x1301bf;;;{SID})(A;OICIIO;0x1200a9;;;S-1-1-0)(D;;0x2;;;S-1-5-7)"),
            [Wish(SID, "write"), Wish("S-1-5-7", "write", refuses=True)],
        ),
        (row(acl="D:(A;OICI;0x1200a9;;;S-1-5-32-545)(A;OICI;0x20000;;;S-1-5-11)"), [Wish("S-1-5-32-545", "read")]),
        (row(acl="D:NO_ACCESS_CONTROL"), [Wish("S-1-1-0", "write")]),
    ],
)  # fmt: skip
def test_rows_of_the_report_are_read(given: dict[str, str], expected: list[Wish]) -> None:
    assert sorted(wishes(given), key=str) == sorted(expected, key=str)


ROWS = [
    row(".", owner="root", group="alla", mode="rwxr-x---"),
    row("Avtal", owner="anna", group="bygg", mode="rwxrwx---"),
    row("Avtal", of="files", files="3"),
    row("Avtal/Hemligt", owner="anna", group="chefer", mode="rwx------"),
    row("Öppet", owner="anna", group="bygg", mode="rwxr-xr-x"),
    row("Stängt", problem="The store refused it"),
]
PEOPLE = {"root": "", "alla": "", "anna": ANNA, "bygg": BENGT}


def test_the_plan_says_what_is_given_and_what_is_left() -> None:
    plan = planned(ROWS, PEOPLE)
    assert plan.grants == (
        Grant("Avtal", ANNA, "write"),
        Grant("Avtal", BENGT, "write"),
        Grant("Öppet", ANNA, "write"),
        Grant("Öppet", BENGT, "read"),
    )
    assert [(one.path, one.who) for one in plan.left] == [
        ("Avtal", ""), ("Avtal/Hemligt", BENGT), ("Öppet", "other"), ("Stängt", ""),
    ]  # fmt: skip
    assert "folder above gives write" in plan.left[1].why


def test_who_is_not_named_is_asked_for() -> None:
    plan = planned([row("mapp", acl=f"D:(A;;0x1301bf;;;{SID})(D;;0x1;;;S-1-5-7)")], {})
    assert plan.grants == ()
    assert plan.left == (
        Left("mapp", SID, "nobody says who that is in Microsoft 365"),
        Left("mapp", "S-1-5-7", "it is shut out by name; SharePoint has no such thing"),
    )


def states(outcomes: Any) -> list[tuple[str, str, str]]:
    return [(one.grant.path, one.grant.address, one.state) for one in outcomes]


def test_nothing_is_given_before_it_is_wanted_and_nothing_twice(store: SharepointStore, drive: Drive) -> None:
    for folder in ("Avtal/Hemligt", "Öppet"):
        store.make_folder(folder)
    plan = planned(ROWS, PEOPLE)
    assert {state for *_, state in states(carried_out(plan, store))} == {"would be given"}
    assert not any(one.grants for one in drive.items.values())
    assert {state for *_, state in states(carried_out(plan, store, dry=False))} == {"given"}
    assert {state for *_, state in states(carried_out(plan, store, dry=False))} == {"there"}
    folder = drive.at(drive.root, "Avtal")
    assert folder is not None
    assert [one["roles"] for one in folder.grants] == [["write"], ["write"]]


def test_what_is_given_further_up_is_there(store: SharepointStore) -> None:
    store.make_folder("Avtal/2024")
    above = planned([row("Avtal", owner="anna", mode="rwx------")], PEOPLE)
    assert states(carried_out(above, store, dry=False)) == [("Avtal", ANNA, "given")]
    below = planned([row("Avtal/2024", owner="anna", mode="r-x------")], PEOPLE)
    assert states(carried_out(below, store, dry=False)) == [("Avtal/2024", ANNA, "there")]


def test_a_person_that_nobody_knows_is_told_inside_an_answer_of_success(store: SharepointStore) -> None:
    store.make_folder("mapp")
    plan = planned([row(owner="x", mode="rwx------")], {"x": "okänd@norrsken.example"})
    (outcome,) = carried_out(plan, store, dry=False)
    assert (outcome.state, "could not be resolved" in outcome.detail) == ("refused", True)


def test_a_folder_that_is_not_there(store: SharepointStore) -> None:
    plan = planned([row("borta", owner="anna", mode="rwx------")], PEOPLE)
    with pytest.raises(PathMissing):
        list(carried_out(plan, store, dry=False))
