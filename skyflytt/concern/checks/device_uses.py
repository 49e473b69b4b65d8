"""Devices that talk to the systems being left."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "device.uses-what-is-left"
CATEGORY = Category.WARNING
TITLE = "A device uses what is being left"
MEANING = (
    "The device signs in to the old systems by itself. After the cutover it stops working or, worse, goes on with old data and wrong "
    "passwords until an alarm is raised."
)
ADVICE = "Plan who sets it up anew and when; printers and scanners are forgotten most often."


def check(facts: Facts) -> Iterator[Concern]:
    for device in facts.project.devices:
        if device.uses:
            owner = f"{device.owner} answers for it" if device.owner else "nobody is named who answers for it"
            found = f"The {device.kind} uses {', '.join(device.uses)} of the systems being left; {owner}."
            yield Concern(ID, CATEGORY, f"device {device.name}", found)
