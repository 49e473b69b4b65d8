"""How a known failure ends a command: one sentence, what to do, and an exit status that says whether to try again."""

from __future__ import annotations

import sys

from skyflytt.errors.base import BadInput, Failure, Transient
from skyflytt.project.problems import ProjectFileInvalid

FAILED, BAD_INPUT, TRY_AGAIN_LATER, INTERRUPTED = 1, 2, 75, 130


def status_of_failure(failure: Failure) -> int:
    """Tell the failure on stderr and give its exit status (75 is EX_TEMPFAIL of sysexits.h)."""
    if isinstance(failure, ProjectFileInvalid):
        tell_problems(failure)
        return BAD_INPUT
    code = f" [{failure.code}]" if failure.code else ""
    print(f"{failure.sentence}{code}", file=sys.stderr)
    if failure.advice:
        print(failure.advice, file=sys.stderr)
    if isinstance(failure, BadInput):
        return BAD_INPUT
    return TRY_AGAIN_LATER if isinstance(failure, Transient) else FAILED


def tell_problems(invalid: ProjectFileInvalid) -> None:
    for problem in invalid.problems:
        print(problem, file=sys.stderr)
    count = len(invalid.problems)
    print(f"{count} problem{'s' if count != 1 else ''} in {invalid.item}", file=sys.stderr)


def tell_interrupted() -> None:
    print("Interrupted; what was done so far is kept, and the same command goes on from there.", file=sys.stderr)
