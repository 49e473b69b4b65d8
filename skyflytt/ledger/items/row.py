"""An item's row, and the parts of it that are handed in and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from skyflytt.ledger.schema import Intent, Origin, State, Verified, item


@dataclass(slots=True, unsafe_hash=True)
class Seen:
    """An item as the source lists it. Nobody changes it; it is not frozen since Python takes three times as long to make a frozen one.

    `version` changes when the item does (size and time of a file, flags of a message); `container` is its folder, where that is
    not part of the key; `identity` its fingerprint or digest where the listing already knows it.
    """

    key: str
    version: str
    size_bytes: int
    container: str = ""
    identity: str | None = None


class Item(NamedTuple):
    """An item's row. A tuple, since a pass reads all of them and makes no other object as quickly."""

    key: str
    container: str
    version: str
    size_bytes: int
    state: State
    identity: str | None
    intent: Intent | None
    code: str | None
    detail: str | None
    target_container: str | None
    target_ref: str | None
    verified: Verified | None
    origin: Origin | None
    attempts: int
    done_pass: int | None


class Known(NamedTuple):
    """Of an item's row, what a listing is compared with, in this order; `state` is as the database has it, but None for done."""

    key: str
    version: str
    state: str | None
    identity: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """What was verified at the target: where the copy is, how it was compared, and whose it is.

    `remark` is a code and a sentence for what somebody has to know of it all the same.
    """

    key: str
    target_ref: str
    verified: Verified
    identity: str
    target_container: str = ""
    origin: Origin = Origin.PUT
    remark: tuple[str, str] | None = None


COLUMNS = [column for column in item.c if column.name != "workload"]
_STATES = {state.value: state for state in State}
_INTENTS: dict[str | None, Intent | None] = {None: None, **{intent.value: intent for intent in Intent}}
_VERIFIED: dict[str | None, Verified | None] = {None: None, **{verified.value: verified for verified in Verified}}
_ORIGINS: dict[str | None, Origin | None] = {None: None, **{origin.value: origin for origin in Origin}}


def item_of(row: tuple[Any, ...]) -> Item:
    """In the order of `COLUMNS`, which is the schema's and `Item`'s."""
    key, container, version, size_bytes, state, identity, intent, code, detail, *rest = row
    target_container, target_ref, verified, origin, attempts, done_pass = rest
    return Item(
        key,
        container,
        version,
        size_bytes,
        _STATES[state],
        identity,
        _INTENTS[intent],
        code,
        detail,
        target_container,
        target_ref,
        _VERIFIED[verified],
        _ORIGINS[origin],
        attempts,
        done_pass,
    )
