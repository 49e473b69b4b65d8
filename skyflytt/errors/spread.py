"""Failures of work that is spread over several workers."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Transient


class Defect(NeedsPerson):
    """Working at {item} met with what nobody had thought of: {detail}"""

    code = "spread.defect"
    advice = (
        "It is a defect of the software: the log of the run has its traceback. Report it with that; the others went on."
    )


class RunLost(Transient):
    """The run that worked at {item} was lost again and again: {detail}"""

    code = "spread.run-lost"
    advice = (
        "The process or its machine ends before the work does: look at the worker's log and at the machine's memory and disk. Then start the "
        "phase again; it does only what is left."
    )


class RunCancelled(NeedsPerson):
    """The run that worked at {item} was cancelled: {detail}"""

    code = "spread.run-cancelled"
    advice = "Whoever cancelled it knows why. Start the phase again when it may go on; it does only what is left."


class NoOutcome(NeedsPerson):
    """The run that worked at {item} ended and left no outcome in the ledger: {detail}"""

    code = "spread.no-outcome"
    advice = (
        "Look at the log of that run. All workers must have the same ledger (PostgreSQL, where they are on several machines), the same "
        "workspace and the same version of the software."
    )


class PartLost(Transient):
    """A process that worked at a part of {item} was lost: {detail}"""

    code = "spread.part-lost"
    advice = "The pass is run again, and looks first what became of that part. If it lasts, look at the Dask workers' logs and memory."
