"""A block document written only where it differs: what is as it should be keeps its time of change."""

from __future__ import annotations

from typing import Any

from prefect.blocks.core import Block
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import BlockDocument
from prefect.exceptions import ObjectNotFound
from pydantic import BaseModel, Secret, SecretStr


def document_of(block_type: type[Block], name: str) -> BlockDocument | None:
    """The document with its secrets; None where there is none."""
    with get_client(sync_client=True) as client:
        try:
            return client.read_block_document_by_name(name, block_type.get_block_type_slug(), include_secrets=True)
        except ObjectNotFound:
            return None


def held_by(document: BlockDocument | None) -> dict[str, Any]:
    """What the block holds already, secrets included; nothing when it is new."""
    return dict(document.data) if document else {}


def save(block: Block, name: str, known: BlockDocument | None) -> bool:
    """Make or change the document; False when it is so already, by a form of this version."""
    if known is not None and known.data == _revealed(block) and _form_is_known(block, known):
        return False
    block.save(name, overwrite=True)
    return True


def _form_is_known(block: Block, known: BlockDocument) -> bool:
    return known.block_schema is not None and known.block_schema.checksum == type(block)._calculate_schema_checksum()


def _revealed(block: Block) -> dict[str, Any]:
    """The block's fields as the server keeps them."""
    return {name: _plain(getattr(block, name)) for name in type(block).model_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr | Secret):
        return value.get_secret_value()
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
