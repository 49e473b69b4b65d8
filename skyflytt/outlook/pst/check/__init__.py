"""The structure of a PST file, checked item by item: one check per file of this folder, every code a row of `check.catalogue`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from skyflytt.outlook.pst.check import (
    allocation,
    blocks,
    density_list,
    folders,
    header,
    map_pages,
    name_map,
    nodes,
    orphans,
    references,
    root,
    search_folders,
    store,
    templates,
    trees,
)
from skyflytt.outlook.pst.check.finding import Finding
from skyflytt.outlook.pst.check.inspection import Inspection, Progress
from skyflytt.outlook.pst.structure.file import open_file

__all__ = ["Finding", "check_pst"]

CHECKS = (
    header.check,
    root.check,
    map_pages.check,
    density_list.check,
    trees.check,
    blocks.check,
    allocation.check,
    nodes.check,
    references.check,
    name_map.check,
    store.check,
    templates.check,
    folders.check,
    search_folders.check,
    orphans.check,
)
"""In this order: each relies on what those before it have read."""


def check_pst(path: Path, progress: Progress | None = None) -> Iterator[Finding]:
    """Everything that is wrong with the file, as it is found; memory grows with the keys of its trees alone.

    Raises NotAPst, PstDamaged (cut short) and PstEncryptionUnknown, all BadInput.
    """
    with open_file(path) as pst:
        inspection = Inspection(pst, progress)
        for check in CHECKS:
            yield from check(inspection)
