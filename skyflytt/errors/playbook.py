"""Failures of playbooks and their steps."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Permanent


class PlaybookWrong(BadInput):
    """The playbook {item} cannot be read: {detail}"""

    code = "playbook.wrong"
    advice = "Correct the playbook file at the place that is named; nothing was started."


class StepUnknown(Permanent):
    """There is no step {item}: {detail}"""

    code = "playbook.step-unknown"
    advice = "Use the name of a step of the project's playbook."


class StepNotStarted(Permanent):
    """The step {item} cannot end, since it has not started: {detail}"""

    code = "playbook.step-not-started"
    advice = "Start the step first; only manual and waiting steps end without having run."


class ApproverMissing(NeedsPerson):
    """The approval of {item} has no name: {detail}"""

    code = "playbook.approver-missing"
    advice = "Give the full name of the person who approves; an approval is always somebody's."


class StepOutOfOrder(NeedsPerson):
    """The step {item} is not due: {detail}"""

    code = "playbook.step-out-of-order"
    advice = "Whoever owns what is named has to do that first. The attempt is in the journal; nothing else was changed."


class StepByFlow(BadInput):
    """The step {item} is not done by a person: {detail}"""

    code = "playbook.step-by-flow"
    advice = "Start its flow, or let `advance` do it; only manual steps are told to be done."


class EvidenceMissing(BadInput):
    """The step {item} cannot be told so: {detail}"""

    code = "playbook.evidence-missing"
    advice = "Say where the evidence is: a reference, a number, or a file as NAME=@FILE."


class AnswerUnknown(BadInput):
    """The step {item} has no such answer: {detail}"""

    code = "playbook.answer-unknown"
    advice = "Answer with one of the words that are named."


class AmountWrong(BadInput):
    """The number given for {item} is not allowed: {detail}"""

    code = "playbook.amount-wrong"
    advice = "Correct the number; where it is right, the agreement that it breaks has to be changed first."


class PlaybookMissing(BadInput):
    """The project {item} has no playbook: {detail}"""

    code = "playbook.missing"
    advice = "Name one in the project file (`playbook`), or start its phases by hand; `skyflytt playbook list` shows which there are."
