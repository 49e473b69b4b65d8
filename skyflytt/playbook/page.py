"""The reference page of the playbooks and their gates, made from the playbooks themselves."""

from __future__ import annotations

from skyflytt.playbook.gates import GATES
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.model import Amount, Playbook, Step, When
from skyflytt.project.playbooks import known_playbooks

HEAD = """# Playbooks

Each ready playbook is a YAML file in `skyflytt/playbook/catalogue`. A step may run when all that it needs is done, its date is reached, its
window is open and its gates hold; steps that do not need each other run beside each other. What comes out of order is refused, and the
refusal, with the missing step and its owner, is in the journal. Every title and description is there in English, Swedish, Norwegian and
Serbian.

This page is made from the playbooks by `skyflytt playbook list --markdown`.
"""


def markdown() -> str:
    """The page."""
    parts = [HEAD]
    for name in known_playbooks():
        parts.append(_playbook(load_playbook(name)))
    parts.append("\n## Gates\n\n| gate | it is open when |\n| --- | --- |\n")
    for name, gate in GATES.items():
        shown = f"{name}:{gate.argument}" if gate.argument else name
        parts.append(f"| `{shown}` | {gate.meaning} |\n")
    return "".join(parts)


def _playbook(playbook: Playbook) -> str:
    head = f"\n## {playbook.id}\n\n{playbook.title.en}. {playbook.description.en}\n\n"
    rows = "".join(_row(step) for step in playbook.steps)
    columns = ("step", "owner", "kind", "after", "due", "conditions and evidence", "undone by")
    table = f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"
    return f"{head}{table}{rows}"


def _row(step: Step) -> str:
    title = f"**{step.title.en}** (`{step.id}`, {step.phase}). {step.description.en}"
    kind = f"flow `{step.flow}`" if step.flow else step.kind.value
    if step.by_hand_for_now:
        kind += ", by hand until software does it"
    after = ", ".join(f"`{name}`" for name in step.needs)
    cells = (title, step.owner, kind, after, dates_of(step), conditions_of(step), step.undo)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def dates_of(step: Step) -> str:
    """When it is due and late, and when it comes again."""
    due = [f"due {when_in_words(step.due)}"] if step.due else []
    late = [f"late from {when_in_words(step.late)}"] if step.late else []
    again = []
    if step.repeat:
        every = f"{step.repeat.every_days} days" if step.repeat.every_days else f"{step.repeat.every_months} months"
        again = [f"again every {every} until `{step.repeat.until}`"]
    return "; ".join([*due, *late, *again])


def when_in_words(when: When) -> str:
    """`35 days before notice-ends`, `weeks:4-6 from the end of invoice`."""
    begins = f"`{when.deadline}`" if when.deadline else f"the end of `{when.step}`"
    if when.rule:
        begins = f"{when.rule} from {begins}"
    if when.days:
        return f"{abs(when.days)} days {'before' if when.days < 0 else 'after'} {begins}"
    return begins


def conditions_of(step: Step) -> str:
    """What else has to hold, and what the step leaves."""
    found = [f"`{gate}`" for gate in step.gates]
    if step.only_if:
        found.append(f"only if `{step.only_if.step}` is answered `{step.only_if.answer}`")
    if step.window:
        begins = f" from `{step.window.begins}`" if step.window.begins else ""
        found.append(f"window: {step.window.hours} hours, {step.window.within.replace('-', ' ')}{begins}")
    if step.asks:
        window = step.asks.window
        hours = f", {window.hours} hours {window.within.replace('-', ' ')}" if window else ""
        ahead = f", {step.asks.ahead_days} days ahead at least" if step.asks.ahead_days else ""
        found.append(f"says the time of `{step.asks.deadline}`{hours}{ahead}")
    if step.choose:
        found.append(f"chooses {' or '.join(f'`{one}`' for one in step.choose)}")
    if step.evidence:
        found.append(f"leaves {', '.join(f'`{one}`' for one in step.evidence)}")
    found += [_amount(one) for one in step.amounts]
    return "; ".join(found)


def _amount(one: Amount) -> str:
    limits = [f"at least {one.at_least:g}"] if one.at_least is not None else []
    limits += [f"at most {one.at_most:g}"] if one.at_most is not None else []
    limits += [f"at most `{one.at_most_of}`"] if one.at_most_of else []
    return f"`{one.name}` is {' and '.join(limits)}{f' from {one.from_day}' if one.from_day else ''}"
