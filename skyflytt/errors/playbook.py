"""Failures of playbooks and their steps."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Permanent


class PlaybookWrong(NeedsPerson):
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
