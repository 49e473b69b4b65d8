"""A form in a paused run: what it is about above it, and an answer that has a name in it."""

from __future__ import annotations

from copy import copy
from typing import Any, TypeVar

from prefect import pause_flow_run
from prefect.input import RunInput
from pydantic import ValidationError, create_model

from skyflytt.errors.playbook import ApproverMissing

FORM_TIMEOUT_SECONDS = 24 * 3600
Form = TypeVar("Form", bound=RunInput)


def asked(form: type[Form], subject: str) -> Form:
    """Wait for a person's answer, a day at most. Raises `ApproverMissing` for one without a name."""
    try:
        return pause_flow_run(wait_for_input=form, timeout=FORM_TIMEOUT_SECONDS)
    except ValidationError:
        # The UI's form demands a name; the API takes an answer without one.
        raise ApproverMissing(subject) from None


def prefilled(form: type[Form], description: str, **answers: Any) -> type[Form]:
    """The form with words above it and these answers in it.

    Titles, help and what is demanded stay, which they do not in a field that `with_initial_data` is given.
    """
    fields: dict[str, Any] = {}
    for name, answer in answers.items():
        field = copy(form.model_fields[name])
        field.default = answer
        fields[name] = (field.annotation, field)
    made = create_model(form.__name__, __base__=form, **fields)
    return made.with_initial_data(description=description)
