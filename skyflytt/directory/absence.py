"""After the deletion: has the organisation any licence left? Measured at the provider."""

from __future__ import annotations

from skyflytt.decommission.absence import AbsenceCheck, Verdict
from skyflytt.directory.count import count
from skyflytt.directory.port import Directory
from skyflytt.errors.base import Failure
from skyflytt.errors.directory import OrganisationNotFound

CHECK = "licences"


def no_directory() -> AbsenceCheck:
    return AbsenceCheck(CHECK, "project", Verdict.UNKNOWN, "the project names no directory that could be asked")


def licences_left(directory: Directory, place: str) -> AbsenceCheck:
    """PASS when none is held and none is left, or the organisation is gone; whoever holds one is told by number, not by name."""
    if not directory.capabilities.licences:
        return AbsenceCheck(
            CHECK, place, Verdict.UNKNOWN, "this kind of directory has no licences that could be counted"
        )
    try:
        directory.organisation()
        found = count(directory)
    except OrganisationNotFound:
        return AbsenceCheck(CHECK, place, Verdict.PASS, "the organisation is not there any more")
    except Failure as failure:
        return not_measured(place, failure)
    held = sum(len(holders) for holders in found.holders.values())
    if not held and not found.units_left:
        return AbsenceCheck(CHECK, place, Verdict.PASS, f"{len(found.licences)} licences were counted; no unit is left")
    words = f"{held} units are held by accounts, {found.units_left} are left in {len(found.licences)} licences"
    return AbsenceCheck(CHECK, place, Verdict.FAILED, words)


def not_measured(place: str, failure: Failure) -> AbsenceCheck:
    return AbsenceCheck(CHECK, place, Verdict.UNKNOWN, f"the directory gave no answer [{failure.code}]")
