"""Numbers among the evidence: an invoice is at most the quote, a sprint lasts from half a day to a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from skyflytt.errors.playbook import AmountWrong
from skyflytt.playbook.model import Amount, Step


def require_amounts(step: Step, given: Mapping[str, str], before: Mapping[str, str], today: date) -> None:
    """Raise `AmountWrong` for a number that is not what the playbook allows. `before` is the evidence of earlier steps."""
    for amount in step.amounts:
        if amount.from_day is None or today >= amount.from_day:
            words = next(_wrong(amount, {**before, **given}), "")
            if words:
                raise AmountWrong(step.id, words)


def _wrong(amount: Amount, given: Mapping[str, str]) -> Iterator[str]:
    most = max(_numbers(amount.at_most_of, given)) if amount.at_most_of is not None else amount.at_most
    for number in _numbers(amount.name, given):
        if amount.at_least is not None and number < amount.at_least:
            yield f"{amount.name} is {number:g}, and {amount.at_least:g} is the least"
        if most is not None and number > most:
            source = f" ({amount.at_most_of})" if amount.at_most_of else ""
            yield f"{amount.name} is {number:g}, and {most:g}{source} is the most"


def _numbers(name: str, given: Mapping[str, str]) -> list[float]:
    text = given.get(name, "")
    try:
        return [float(part.split()[0]) for part in text.split(",")]
    except (ValueError, IndexError):
        raise AmountWrong(name, f"{text!r} is no number, as 12500 or 0.5, 1") from None
