"""Failures of the decommissioning: whatever keeps something from being deleted, or from being certified."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson


class DecommissionRefused(NeedsPerson):
    """Nothing of {item} is deleted: {detail}"""

    code = "decommission.refused"
    advice = "Settle each point that is named; the interlock looks at all of them again before the first deletion."


class PlanChanged(NeedsPerson):
    """The deletion of {item} was approved for another plan: {detail}"""

    code = "decommission.plan-changed"
    advice = "Have the present plan approved by two people; an approval holds for exactly one plan."


class NotInPlan(NeedsPerson):
    """{item} holds objects that are not in the approved plan: {detail}"""

    code = "decommission.not-in-plan"
    advice = "Somebody has worked there. Run a pass, so that it is moved, make a new plan and have that one approved."


class StillThere(NeedsPerson):
    """{item} is not empty after the deletion: {detail}"""

    code = "decommission.still-there"
    advice = (
        "Run the step again. If objects stay, their owner has to remove them by hand; until then nothing is certified."
    )


class NotCertified(NeedsPerson):
    """The deletion of {item} is not certified: {detail}"""

    code = "decommission.not-certified"
    advice = "A record is made only when every place was deleted and found empty. Run the decommission step again."


class HoldUnknown(BadInput):
    """There is no retention question {item}: {detail}"""

    code = "decommission.hold-unknown"
    advice = "Use the name of one of the questions."


class HoldReasonMissing(BadInput):
    """The answer about {item} has no reason: {detail}"""

    code = "decommission.hold-reason-missing"
    advice = "Say what was looked at, or where it is kept now; the reason stands in the evidence."


class MediaCertificateWrong(BadInput):
    """The media certificate {item} cannot be attached: {detail}"""

    code = "decommission.media-certificate-wrong"
    advice = "Correct the field that is named; the list of fields is in docs/how-to/prove-the-exit.md."


class CopyUnknown(BadInput):
    """There is no kind of residual copy {item}: {detail}"""

    code = "decommission.copy-unknown"
    advice = "Use the name of one of the kinds."
