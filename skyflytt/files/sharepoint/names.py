"""What SharePoint does not take is refused before it is sent: it would refuse some of it late, and keep some of it under another name."""

from __future__ import annotations

from skyflytt.errors.files import FileTooLarge, PathRefused
from skyflytt.files.names.check import Namespace, broken_rules
from skyflytt.files.names.kinds import SHAREPOINT
from skyflytt.files.names.rule import Severity
from skyflytt.files.paths import check_path

LARGEST_BYTES = 250 * 1000**3
"""https://support.microsoft.com/office/64883a5d-228e-48f5-b3d2-eb39e07630fa: files of up to 250 GB; read as the smaller of two readings."""


def check_new(path: str, space: Namespace) -> str:
    """The path, if something may come there. Raises `PathRefused` with every rule that it breaks, and as `check_path`."""
    broken = [one for one in broken_rules(check_path(path), space) if one.severity is not Severity.AWKWARD]
    if broken:
        raise PathRefused(path, "SharePoint takes no names that " + "; ".join(one.rule.says for one in broken))
    return path


def space_of(above: str, *, at_top: bool) -> Namespace:
    """`above` is what stands before the store's paths in the address of a file, without slashes around it."""
    return Namespace(SHAREPOINT, f"{above}/" if above else "", at_top=at_top)


def check_size(path: str, size_bytes: int) -> None:
    if size_bytes > LARGEST_BYTES:
        raise FileTooLarge(path, f"{size_bytes} bytes; {LARGEST_BYTES} are the most")
