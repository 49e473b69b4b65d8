"""Reference counts of blocks: cRef is one more than the references that there are ([MS-PST] 2.2.2.7.7.3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst.check.finding import Finding
from skyflytt.outlook.pst.check.inspection import Inspection


def check(inspection: Inspection) -> Iterator[Finding]:
    blocks = inspection.database.blocks
    for position, (claimed, real) in enumerate(zip(blocks.references, blocks.counted, strict=True)):
        if not real:
            block = blocks[position]
            yield Finding("block.orphan", block.offset, f"block {block.bid:#x}", "nothing refers to it")
        elif claimed != real + 1:
            block = blocks[position]
            detail = f"cRef is {claimed}, with {real} references it has to be {real + 1}"
            yield Finding("block.references", block.offset, f"block {block.bid:#x}", detail)
