"""Whether a playbook can come to its end: every step is reached, every gate can open, and every date becomes known."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from skyflytt.deadline.countdowns import DELETION_DUE, RENEWAL_ENDS, WARNING_DUE
from skyflytt.deadline.terms import OF_A_CONTRACT
from skyflytt.playbook.gates import GATES, flows_for
from skyflytt.playbook.model import Playbook, Step, When

Loc = tuple[str | int, ...]
OF_A_COUNTDOWN = (RENEWAL_ENDS, WARNING_DUE, DELETION_DUE)
DROP_ENDS = "drop-ends"


def mistakes(playbook: Playbook) -> Iterator[tuple[Loc, str]]:
    """What keeps it from ending, each with its place in the file."""
    ids = [step.id for step in playbook.steps]
    names = list(_unknown_names(playbook, ids))
    yield from names
    if names:
        return
    circle = _circle(playbook)
    if circle:
        index = ids.index(circle[0])
        yield ("steps", index, "needs"), f"step {circle[0]}: it waits for itself ({' → '.join(circle)})"
        return
    for index, step in enumerate(playbook.steps):
        yield from _dates(playbook, index, step)
        yield from _gates(playbook, index, step)
        yield from _choice(playbook, index, step)
        yield from _amounts(playbook, index, step)


def _unknown_names(playbook: Playbook, ids: list[str]) -> Iterator[tuple[Loc, str]]:
    for index, step in enumerate(playbook.steps):
        if step.id in ids[:index]:
            yield ("steps", index, "id"), f"step {step.id}: there are two of this id"
        for position, name in enumerate(step.needs):
            if name not in ids:
                yield (
                    ("steps", index, "needs", position),
                    f"step {step.id}: `needs` names {name}, and there is no such step",
                )
        for key, named in _named(step):
            if named not in ids:
                yield ("steps", index, *key), f"step {step.id}: `{key[-1]}` names {named}, and there is no such step"


def _named(step: Step) -> Iterator[tuple[Loc, str]]:
    if step.repeat:
        yield ("repeat", "until"), step.repeat.until
    if step.only_if:
        yield ("only_if", "step"), step.only_if.step
    for key, when in (("due", step.due), ("late", step.late)):
        if when and when.step:
            yield (key, "step"), when.step


def _circle(playbook: Playbook) -> list[str]:
    """The steps of a circle of needs, the first again at its end; empty when there is none."""
    try:
        TopologicalSorter({step.id: step.needs for step in playbook.steps}).prepare()
    except CycleError as found:
        return list(reversed(found.args[1]))
    return []


def _dates(playbook: Playbook, index: int, step: Step) -> Iterator[tuple[Loc, str]]:
    before = playbook.before(step.id)
    known = known_deadlines(playbook, before)
    for key, when in (("due", step.due), ("late", step.late)):
        if when is not None:
            yield from _date(("steps", index, key), step, when, before, known)
    if step.window and step.window.begins and step.window.begins not in known:
        words = f"step {step.id}: no step before it asks for {step.window.begins}, so its window never opens"
        yield ("steps", index, "window", "begins"), words


def _date(loc: Loc, step: Step, when: When, before: set[str], known: set[str]) -> Iterator[tuple[Loc, str]]:
    if when.deadline and when.deadline not in known:
        yield (
            (*loc, "deadline"),
            f"step {step.id}: nothing before it sets the deadline {when.deadline}; it is never reached",
        )
    if when.step and when.step not in before and loc[-1] == "due":
        yield (*loc, "step"), f"step {step.id}: {when.step} does not come before it, so its date never comes"


def known_deadlines(playbook: Playbook, before: set[str]) -> set[str]:
    """The deadlines that are known once the steps in `before` are done."""
    steps = [playbook.step(name) for name in before]
    asked = {step.asks.deadline for step in steps if step.asks}
    drops = {DROP_ENDS} if any(step.flow == "drop" for step in steps) else set()
    return {*OF_A_CONTRACT, *OF_A_COUNTDOWN, *asked, *drops}


def _gates(playbook: Playbook, index: int, step: Step) -> Iterator[tuple[Loc, str]]:
    before = {name: playbook.step(name) for name in playbook.before(step.id)}
    for position, text in enumerate(step.gates):
        name, _, argument = text.partition(":")
        loc: Loc = ("steps", index, "gates", position)
        if name not in GATES:
            yield loc, f"step {step.id}: there is no gate {name}; there are {', '.join(sorted(GATES))}"
        elif bool(argument) != bool(GATES[name].argument):
            yield (
                loc,
                f"step {step.id}: the gate {name} is written {name}{GATES[name].argument and ':'}{GATES[name].argument}",
            )
        elif argument and not GATES[name].known(argument):
            yield loc, f"step {step.id}: the gate {name} does not know {argument}"
        elif missing := _never_opens(playbook, name, argument, before):
            yield loc, f"step {step.id}: nothing before it satisfies the gate {text}: {missing}"


def _never_opens(playbook: Playbook, gate: str, argument: str, before: dict[str, Step]) -> str | None:
    flows = flows_for(gate)
    if flows and not any(step.flow in flows for step in before.values()):
        return f"no step runs the flow {' or '.join(flows)}"
    if gate == "evidence" and not any(argument in step.evidence for step in before.values()):
        return f"no step leaves {argument}"
    if gate in ("done", "approved", "approved-by-two") and argument not in before:
        return f"{argument} does not come before it"
    if gate in ("reached", "before") and argument not in known_deadlines(playbook, set(before)):
        return f"no step sets the deadline {argument}"
    return None


def _choice(playbook: Playbook, index: int, step: Step) -> Iterator[tuple[Loc, str]]:
    if step.only_if is None:
        return
    chosen, loc = playbook.step(step.only_if.step), ("steps", index, "only_if", "answer")
    if step.only_if.answer not in chosen.choose:
        among = ", ".join(chosen.choose) or "nothing"
        yield loc, f"step {step.id}: it is never reached, {chosen.id} chooses among {among}"
    elif chosen.id not in playbook.before(step.id):
        yield loc, f"step {step.id}: it is never reached, {chosen.id} does not come before it"


def _amounts(playbook: Playbook, index: int, step: Step) -> Iterator[tuple[Loc, str]]:
    before = {name for one in playbook.before(step.id) for name in playbook.step(one).evidence}
    left = {*before, *step.evidence}
    for position, amount in enumerate(step.amounts):
        if amount.at_most_of and amount.at_most_of not in left:
            loc: Loc = ("steps", index, "amounts", position, "at_most_of")
            yield loc, f"step {step.id}: neither it nor a step before it leaves {amount.at_most_of}"
