"""Failures of application cards."""

from __future__ import annotations

from skyflytt.errors.base import BadInput


class CardUnknown(BadInput):
    """There is no application {item} in this project: {detail}"""

    code = "application.card-unknown"
    advice = "Name one of the applications of the project file, or add it there."


class CardChangeUnclear(BadInput):
    """The card of {item} cannot be changed so: {detail}"""

    code = "application.card-change-unclear"
    advice = "Give at least one thing that is known, each in the form that `skyflytt card set --help` shows."


class ActivationKeyGiven(BadInput):
    """An activation key must not stand on a card: {item}, {detail}"""

    code = "application.activation-key-given"
    advice = "Write where the key is kept and who can get at it, such as: in Anna's safe, or: in the maker's customer portal."
