"""Applications that nobody has described."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.application.card import Point, open_points
from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "application.without-documentation"
CATEGORY = Category.ADVISORY
TITLE = "An application without documentation"
MEANING = (
    "Nothing is noted of how the application is installed, connected and run. Whoever sets it up at the new home "
    "begins by guessing, and asks the provider being left."
)
ADVICE = (
    "Ask its maker or the old provider for it while they still answer, and note where it is kept with `skyflytt "
    "card set`."
)


def check(facts: Facts) -> Iterator[Concern]:
    for card in facts.around.cards:
        missing = dict(open_points(card)).get(Point.DOCUMENTATION)
        if missing:
            yield Concern(ID, CATEGORY, f"application {card.name}", f"{card.product}: {missing}.")
