"""Devices that talk to the systems being left."""

from __future__ import annotations

from tests.concern.given import facts, found, project


def test_each_device_that_uses_something() -> None:
    devices = [
        {"name": "Skrivaren", "kind": "printer", "owner": "Bengt Öberg", "uses": ["smtp"]},
        {"name": "Telefonen", "kind": "phone", "uses": ["imap", "smtp"]},
        {"name": "Klockan", "kind": "other"},
    ]
    first, second = found("device_uses", facts(of=project(devices=devices)))
    assert first.found == "The printer uses smtp of the systems being left; Bengt Öberg answers for it."
    assert (second.subject, second.found) == (
        "device Telefonen",
        "The phone uses imap, smtp of the systems being left; nobody is named who answers for it.",
    )
