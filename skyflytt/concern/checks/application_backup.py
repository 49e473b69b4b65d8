"""Applications whose backup is not there, or is old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import days
from skyflytt.project.applications import Application

ID = "application.backup-missing-or-old"
CATEGORY = Category.CRITICAL
TITLE = "An application's backup is missing or old"
MEANING = "The customer takes an application's data along as its backup. One that is missing, or older than a week, does not hold its data."
ADVICE = "Have a backup made in the application and put into the folder of the project file, and have it restored once at the new home."

OLDEST = timedelta(days=7)


def check(facts: Facts) -> Iterator[Concern]:
    for application in facts.project.applications:
        found = _found(facts, application)
        if found:
            newest = facts.backup(application.name)
            examples = some([newest.newest_file] if newest and newest.newest_file else [])
            yield Concern(ID, CATEGORY, f"application {application.name}", found, examples)


def _found(facts: Facts, application: Application) -> str:
    if application.backup is None:
        return f"The project file names no backup of {application.product}."
    place = f"{application.backup.path} of the share {application.backup.share}"
    seen = facts.backup(application.name)
    if seen is None:
        return f"Whether there is a backup of {application.product} is not known: its share {application.backup.share} was not counted."
    if not seen.files or seen.newest is None:
        return f"There is no file in {place}, where the backup of {application.product} should be."
    return _age(application, seen.newest, facts.at, place)


def _age(application: Application, newest: datetime, now: datetime, place: str) -> str:
    if now - newest <= OLDEST:
        return ""
    return f"The newest file of {application.product} in {place} is of {newest:%Y-%m-%d}, more than {days(now - newest)} old."
