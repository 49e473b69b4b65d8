"""Two different approvers."""

from __future__ import annotations

from typing import Any

from skyflytt.concern.facts import Facts
from tests.concern.given import facts, found, project


def approvers(*names: str) -> Facts:
    contacts: list[dict[str, Any]] = [
        {"name": name, "email": f"p{number}@norrskenbygg.example", "role": "approver"}
        for number, name in enumerate(names)
    ]
    return facts(of=project(customer={"name": "Norrsken Bygg AB", "language": "sv", "contacts": contacts}))


def test_one_is_too_few() -> None:
    (concern,) = found("people_approvers", approvers("Anna Åström"))
    assert concern.found == "The project file names 1 approver; 2 different people are needed."
    assert concern.examples == ("Anna Åström",)


def test_the_same_person_twice_is_one() -> None:
    assert found("people_approvers", approvers("Anna Åström", "anna  åström"))


def test_two_are_enough() -> None:
    assert not found("people_approvers", approvers("Anna Åström", "Bengt Öberg"))
