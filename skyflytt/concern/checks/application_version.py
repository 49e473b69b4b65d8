"""Applications whose version nobody has noted."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.application.card import Point, open_points
from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "application.version-unknown"
CATEGORY = Category.WARNING
TITLE = "The version of an application is not known"
MEANING = "Many programs restore a backup only in the version that made it. Nobody has noted which one that is."
ADVICE = "Look it up in the program (Help, About) and write it as `version` into the project file, in quotes."


def check(facts: Facts) -> Iterator[Concern]:
    for card in facts.around.cards:
        missing = dict(open_points(card)).get(Point.VERSION)
        if missing:
            yield Concern(ID, CATEGORY, f"application {card.name}", f"{card.product}: {missing}.")
