"""What keeps a block from being used."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson


class BlockMissing(NeedsPerson):
    """There is no block {item}: {detail}"""

    code = "project.block-missing"
    advice = "Register the project again (`skyflytt project register FILE`): it makes the blocks that are missing."


class BlockInvalid(NeedsPerson):
    """The block {item} has settings that cannot be used: {detail}"""

    code = "project.block-invalid"
    advice = "Correct them in the project file and register the project again, or correct the block in the UI."
