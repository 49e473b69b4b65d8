"""Applications whose backup was never restored."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.application.card import Point, open_points
from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "application.restore-not-tried"
CATEGORY = Category.WARNING
TITLE = "Nobody has tried to restore the backup"
MEANING = (
    "A backup that was never restored is a hope. Whether the application can be set up from it shows only when "
    "somebody does so, and the old system is gone by then."
)
ADVICE = "Have the backup restored once at the new home while the old one runs, and note it with `skyflytt card set`."


def check(facts: Facts) -> Iterator[Concern]:
    for card in facts.around.cards:
        missing = dict(open_points(card)).get(Point.RESTORE)
        if missing:
            yield Concern(ID, CATEGORY, f"application {card.name}", f"{card.product}: {missing}.")
