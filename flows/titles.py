"""The words above the fields of every flow's form: Prefect itself puts the parameter's bare name there."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Signature
from typing import Annotated

from pydantic import Field

TITLES: Mapping[str, str] = {
    "act": "What to do",
    "by": "Received from",
    "days": "Days longer",
    "hold": "Retention question",
    "margin_hours": "Hours of silence",
    "mail_minutes": "Minutes to wait for a letter",
    "most_minutes": "Minutes to wait for a letter",
    "only": "Only this one",
    "over_others": "Undo what others changed",
    "quiet_days": "Days without a call",
    "server_minutes": "Minutes to wait for name servers",
    "tell": "Mail the owners",
    "try_sign_in": "Try to sign in afterwards",
    "wait_hours": "Hours to wait for running passes",
    "what": "What is approved",
    "where": "Where it runs",
    "work": "Which task",
    "without_waiting": "Without waiting for the old TTL",
}
"""Of parameters whose own name would say too little above a field."""

TITLES_IN: Mapping[tuple[str, str], str] = {
    ("domain", "only"): "Only this domain",
    ("mail-flow", "only"): "Only this domain",
    ("drop", "only"): "Only this drop",
    ("licences", "only"): "Only this directory",
    ("callers", "hold"): "Hold while a device calls",
    ("cutover", "domains"): "Switch the domains too",
    ("step", "act"): "What became of it",
    ("retry-failed", "phase"): "Only this phase",
}
"""Of one flow alone."""

OF_STEPS = "For the step"
"""The playbook's step that a phase's run is for; in the flow `step` it is the step itself."""


def titled(flow: str, signature: Signature) -> Signature:
    """The flow's signature, each parameter with its title.

    Prefect makes each field's `title` anew, and keeps what else a parameter's own `Field` adds to the schema: that wins.
    """
    return signature.replace(
        parameters=[
            one.replace(annotation=Annotated[one.annotation, Field(json_schema_extra={"title": title_of(flow, name)})])
            for name, one in signature.parameters.items()
        ]
    )


def title_of(flow: str, parameter: str) -> str:
    """The words above a field."""
    if parameter == "step" and flow != "step":
        return OF_STEPS
    return TITLES_IN.get((flow, parameter)) or TITLES.get(parameter) or plain_words(parameter)


def plain_words(parameter: str) -> str:
    """`dry_run` becomes `Dry run`."""
    return parameter.replace("_", " ").capitalize()
