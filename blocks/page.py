"""The kinds of block, as the page docs/reference/blocks.md and as a list for the terminal: both are read off the classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from prefect.blocks.core import Block
from pydantic import SecretStr

import blocks
from blocks.project import BLOCK_OF_KIND

HEAD = """# Blocks

One kind of block for each kind of outside system. `skyflytt project register` makes a project's blocks from its file; what is changed in the UI
counts from the next run on. Secrets are kept encrypted by the Prefect server, and are shown to nobody who does not ask for them by the API.

Give every account only what stands here, for the time of the move. The flow `check-connection` says in one sentence what is missing.

This page is made from the classes by `skyflytt block list --markdown`.
"""


def kinds() -> list[type[Block]]:
    """All of them, by name."""
    return sorted((getattr(blocks, name) for name in blocks.__all__), key=lambda kind: str(kind._block_type_name))


def page(of: Sequence[type[Block]]) -> str:
    """Markdown."""
    return "\n".join([HEAD, *(line for kind in of for line in _section(kind))])


def plain(of: Sequence[type[Block]]) -> str:
    """One line each, and what its account needs."""
    lines = (f"{kind.get_block_type_slug()}: {kind._description}\n  {' '.join(rights(kind))}\n" for kind in of)
    return "".join(lines)


def rights(kind: type[Block]) -> list[str]:
    """What its account has to be allowed, and no more: sentences."""
    return _all_rights()[kind.get_block_type_slug()]


def _section(kind: type[Block]) -> Iterator[str]:
    servers = ", ".join(f"`{name}`" for name, block in BLOCK_OF_KIND.items() if block is kind)
    yield f"## {kind._block_type_name}\n"
    yield f"{kind._description} Slug `{kind.get_block_type_slug()}`{f', for servers of the kind {servers}' if servers else ''}.\n"
    yield "| field | default | meaning |"
    yield "|---|---|---|"
    for name, field in kind.model_fields.items():
        yield f"| `{name}` | {_default(field)}{_secret(field)} | {field.description} |"
    yield "\nRights that are enough:\n"
    yield from (f"- {one}" for one in rights(kind))
    yield ""


@cache
def _all_rights() -> dict[str, list[str]]:
    return yaml.safe_load((Path(__file__).parent / "rights.yaml").read_text("utf-8"))  # type: ignore[no-any-return]


def _default(field: Any) -> str:
    if field.is_required():
        return "needed"
    default = field.get_default(call_default_factory=not _secret(field))
    return "" if _secret(field) or default in (None, [], {}) else f"`{default}`"


def _secret(field: Any) -> str:
    return "secret" if "Secret" in str(field.annotation) or field.annotation is SecretStr else ""
