"""Somebody has to collect a drop."""

from __future__ import annotations

from tests.concern.given import facts, found, project


def customer(*roles: str) -> dict[str, object]:
    contacts = [{"name": "Anna", "email": f"anna@{role}.example", "role": role} for role in roles]
    return {"name": "Norrsken Bygg AB", "language": "sv", "contacts": contacts}


def test_nobody_is_told() -> None:
    first, second = found("drop_receiver", facts(of=project(customer=customer("approver", "team"))))
    assert (first.subject, second.subject) == ("drop handover", "drop handover-s3")
    assert first.found == "It is open for 3 days, and no contact is its owner's or an administrator."


def test_an_administrator_is_enough() -> None:
    assert not found("drop_receiver", facts(of=project(customer=customer("administrator"))))
