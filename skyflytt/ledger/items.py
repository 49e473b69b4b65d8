"""Items: what is at the source, and what became of each. Read as a sorted stream, written in batches.

The order of a write to a target is fixed: `start` is committed, the side effect happens, `finish` is committed. What is found
`started` when a pass begins was cut off in between, and is looked up at the target before it is tried again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Update, bindparam, case, func, null, select, update

from skyflytt.errors.base import Failure
from skyflytt.errors.ledger import AppendOnly, DoesNotReconcile, NotOurs
from skyflytt.ledger.driver import fetch_tuples, update_each
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass, require_running
from skyflytt.ledger.projects import require_mirror_in
from skyflytt.ledger.schema import Intent, Mode, Origin, State, Verified, item
from skyflytt.ledger.workloads import Workload

BATCH_ROWS = 5_000
T = TypeVar("T")


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


def stream(
    ledger: Ledger, workload: Workload, *states: State, only: ColumnElement[bool] | None = None
) -> Iterator[Item]:
    """The workload's items (in `states`, or all; those for which `only` holds) in the order of their keys' bytes, in flat memory.

    Each batch is read by itself, so items may be written while the stream is read; those behind its position are not seen again.
    """
    rows = select(*_COLUMNS).where(item.c.workload == workload.id)
    if states:
        rows = rows.where(item.c.state.in_([state.value for state in states]))
    if only is not None:
        rows = rows.where(only)
    for batch in _pages(ledger, rows):
        yield from map(_item, batch)


def known(ledger: Ledger, workload: Workload, *, identities: bool) -> Iterator[tuple[Any, ...]]:
    """All items as `stream` gives them, but only what `Known` is made from, and that only where somebody looks at it: most of the time
    goes into making Python's texts of the database's."""
    state = case((item.c.state == State.DONE, None), else_=item.c.state)
    code = case((item.c.state == State.SKIPPED, item.c.code), else_=None)
    columns = [item.c.key, item.c.version, state, item.c.identity if identities else null(), code]
    for batch in _pages(ledger, select(*columns).where(item.c.workload == workload.id)):
        yield from batch


def _pages(ledger: Ledger, rows: Select[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in the order of their keys, which come first in each."""
    rows = rows.order_by(item.c.key).limit(BATCH_ROWS)
    page = rows
    while True:
        with ledger.reading() as connection:
            batch = fetch_tuples(connection, page)
        yield batch
        if len(batch) < BATCH_ROWS:
            return
        page = rows.where(item.c.key > batch[-1][0])


def remarked(ledger: Ledger, workload: Workload) -> Iterator[Item]:
    """Items that are done, and of which somebody has to know something all the same."""
    return stream(ledger, workload, State.DONE, only=item.c.code.is_not(None))


def get(ledger: Ledger, workload: Workload, key: str) -> Item | None:
    """One item, or None."""
    with ledger.reading() as connection:
        found = fetch_tuples(connection, select(*_COLUMNS).where(item.c.workload == workload.id, item.c.key == key))
    return _item(found[0]) if found else None


def record_new(ledger: Ledger, workload: Workload, seen: Iterable[Seen]) -> int:
    """Add items that the ledger does not have yet; how many. Streams in batches, each a transaction."""
    count = 0
    for batch in batches(seen, BATCH_ROWS):
        rows = [
            (workload.id, one.key, one.container, one.version, one.size_bytes, State.SEEN.value, one.identity)
            for one in batch
        ]
        with ledger.writing() as connection:
            _insert_seen(connection, rows)
        count += len(batch)
    return count


def record_changed(ledger: Ledger, workload: Workload, seen: Iterable[Seen]) -> None:
    """Items that changed at the source, or came back: to be moved again; where their copy is at the target stays known."""
    _record_changed(ledger, workload, seen)


def record_changed_keeping_identity(ledger: Ledger, workload: Workload, seen: Iterable[Seen]) -> None:
    """As `record_changed`, and the identity that was verified last stays: that of the copy, which counts as stale."""
    identity: ColumnElement[Any] = func.coalesce(bindparam("new_identity"), item.c.identity)
    _record_changed(ledger, workload, seen, identity=identity, verified=_STALE)


def record_edited(ledger: Ledger, workload: Workload, seen: Iterable[Seen]) -> None:
    """Items whose content is another one at the source: as `record_changed`, and their copy at the target counts as stale."""
    _record_changed(ledger, workload, seen, verified=_STALE)


def _record_changed(ledger: Ledger, workload: Workload, seen: Iterable[Seen], **more: Any) -> None:
    statement = (
        update(item)
        .where(_this_key(workload))
        .values(
            **{
                "version": bindparam("new_version"),
                "size_bytes": bindparam("new_size"),
                "container": bindparam("new_container"),
                "identity": bindparam("new_identity"),
                "state": State.SEEN,
                "intent": None,
                "code": None,
                "detail": None,
                **more,
            }
        )
    )
    _in_batches(
        ledger,
        workload,
        statement,
        (
            {
                "the_key": one.key,
                "new_version": one.version,
                "new_size": one.size_bytes,
                "new_container": one.container,
                "new_identity": one.identity,
            }
            for one in seen
        ),
    )


def record_gone(ledger: Ledger, workload: Workload, keys: Iterable[str]) -> None:
    """Items no longer at the source; their copy at the target stays known."""
    statement = update(item).where(_this_key(workload)).values(state=State.GONE, intent=None, code=None, detail=None)
    _in_batches(ledger, workload, statement, ({"the_key": key} for key in keys))


def start(ledger: Ledger, running: Pass, keys: Sequence[str], intent: Intent) -> None:
    """Announce a side effect, committed when this returns.

    `REMOVE`, `REPLACE` and `MOVE` change what is at the target: they raise `AppendOnly` once the project is cut over, and `NotOurs` for a copy
    that this project did not make.
    """
    workload = running.workload
    values = {"state": State.STARTED, "intent": intent, "attempts": item.c.attempts + 1, "code": None, "detail": None}
    statement = update(item).where(_this_key(workload)).values(**values)
    with ledger.writing() as connection:
        require_running(connection, running)
        if intent is not Intent.PUT:
            require_mirror_in(connection, workload.project, f"{len(keys)} items of {workload.label}")
            if running.mode is Mode.APPEND:
                raise AppendOnly(f"{len(keys)} items of {workload.label}", "this pass only adds")
            _require_ours(connection, workload, keys)
        _update_each(connection, workload, statement, [{"the_key": key} for key in keys])


def finish(ledger: Ledger, running: Pass, done: Sequence[Done]) -> None:
    """The copies are at the target and were verified."""
    if not done:
        return
    statement = (
        update(item)
        .where(_this_key(running.workload))
        .values(
            state=State.DONE,
            intent=None,
            code=bindparam("new_code"),
            detail=bindparam("new_detail"),
            target_ref=bindparam("new_ref"),
            target_container=bindparam("new_container"),
            verified=bindparam("new_verified"),
            identity=bindparam("new_identity"),
            origin=bindparam("new_origin"),
            done_pass=running.number,
        )
    )
    rows = [
        {
            "the_key": one.key,
            "new_ref": one.target_ref,
            "new_container": one.target_container,
            "new_verified": one.verified.value,
            "new_identity": one.identity,
            "new_origin": one.origin.value,
            "new_code": one.remark[0] if one.remark else None,
            "new_detail": one.remark[1] if one.remark else None,
        }
        for one in done
    ]
    with ledger.writing() as connection:
        _update_each(connection, running.workload, statement, rows)


def fail(ledger: Ledger, running: Pass, failures: Sequence[tuple[str, Failure]]) -> None:
    """These items could not be moved; the next pass tries them again."""
    rows = [{"the_key": key, "new_code": failure.code, "new_detail": failure.sentence} for key, failure in failures]
    _close(ledger, running, State.FAILED, rows)


def skip(ledger: Ledger, running: Pass, reasons: Sequence[tuple[str, str, str]]) -> None:
    """These items (key, reason code, sentence) are left out on purpose."""
    rows = [{"the_key": key, "new_code": code, "new_detail": detail} for key, code, detail in reasons]
    _close(ledger, running, State.SKIPPED, rows)


def settle(ledger: Ledger, running: Pass, found: Sequence[tuple[str, str | None, str]]) -> None:
    """Items that were cut off: (key, ref of the copy that was found at the target or None, its container).

    They are open again; a copy that was found is this project's own, and still has to be verified.
    """
    statement = (
        update(item)
        .where(_this_key(running.workload))
        .values(
            state=State.SEEN,
            intent=None,
            verified=None,
            target_ref=bindparam("new_ref"),
            target_container=bindparam("new_container"),
            origin=bindparam("new_origin"),
        )
    )
    rows = [
        {
            "the_key": key,
            "new_ref": ref,
            "new_container": container if ref else None,
            "new_origin": Origin.PUT.value if ref else None,
        }
        for key, ref, container in found
    ]
    if rows:
        with ledger.writing() as connection:
            _update_each(connection, running.workload, statement, rows)


def renumber(ledger: Ledger, running: Pass, found: Sequence[tuple[str, str]]) -> None:
    """Items (key, ref) whose copy at the target has another ref now, in the same container; all else stands as it did."""
    statement = update(item).where(_this_key(running.workload)).values(target_ref=bindparam("new_ref"))
    if found:
        with ledger.writing() as connection:
            rows = [{"the_key": key, "new_ref": ref} for key, ref in found]
            _update_each(connection, running.workload, statement, rows)


def withdraw(ledger: Ledger, running: Pass, keys: Sequence[str]) -> None:
    """Nothing came of what was announced of these items: they are open again, and all else stands as it did."""
    statement = update(item).where(_this_key(running.workload)).values(state=State.SEEN, intent=None)
    if keys:
        with ledger.writing() as connection:
            _update_each(connection, running.workload, statement, [{"the_key": key} for key in keys])


def reopen(ledger: Ledger, running: Pass) -> None:
    """Failed items are to be tried again in this pass."""
    where = (item.c.workload == running.workload.id) & (item.c.state == State.FAILED)
    with ledger.writing() as connection:
        connection.execute(update(item).where(where).values(state=State.SEEN, intent=None))


def record_removed(ledger: Ledger, running: Pass, keys: Sequence[str]) -> None:
    """The copies of these gone items are no longer at the target."""
    values = {
        "state": State.GONE,
        "intent": None,
        "target_ref": None,
        "target_container": None,
        "verified": None,
        "origin": None,
    }
    statement = update(item).where(_this_key(running.workload)).values(**values)
    with ledger.writing() as connection:
        _update_each(connection, running.workload, statement, [{"the_key": key} for key in keys])


def hand_over(ledger: Ledger, running: Pass, old_key: str, new_key: str) -> None:
    """The item moved at the source: what `old_key` has at the target now belongs to `new_key`, which still has to be settled."""
    workload = running.workload
    copy = [item.c.identity, item.c.target_ref, item.c.target_container, item.c.verified, item.c.origin]
    where_old = (item.c.workload == workload.id) & (item.c.key == old_key)
    where_new = (item.c.workload == workload.id) & (item.c.key == new_key) & item.c.target_ref.is_(None)
    cleared = {"target_ref": None, "target_container": None, "verified": None, "origin": None}
    with ledger.writing() as connection:
        old = connection.execute(select(*copy).where(where_old)).first()
        given = 0 if old is None else connection.execute(update(item).where(where_new).values(**old._asdict())).rowcount
        if not given:
            raise DoesNotReconcile(
                workload.label, f"{old_key!r} is not there, or {new_key!r} is not there or has a copy of its own"
            )
        connection.execute(update(item).where(where_old).values(state=State.GONE, intent=None, **cleared))


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


_COLUMNS = [column for column in item.c if column.name != "workload"]


_STALE = case((item.c.target_ref.is_(None), None), else_=Verified.STALE.value)
_STATES = {state.value: state for state in State}
_INTENTS: dict[str | None, Intent | None] = {None: None, **{intent.value: intent for intent in Intent}}
_VERIFIED: dict[str | None, Verified | None] = {None: None, **{verified.value: verified for verified in Verified}}
_ORIGINS: dict[str | None, Origin | None] = {None: None, **{origin.value: origin for origin in Origin}}


def _item(row: tuple[Any, ...]) -> Item:
    """In the order of `_COLUMNS`, which is the schema's and `Item`'s."""
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


def _this_key(workload: Workload) -> Any:
    return (item.c.workload == workload.id) & (item.c.key == bindparam("the_key"))


def _insert_seen(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """Straight through the driver: building a million parameter dictionaries costs more than writing the rows."""
    names = ["workload", "key", "container", "version", "size_bytes", "state", "identity"]
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    statement = f"INSERT INTO item ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"
    connection.exec_driver_sql(statement, rows)


def _close(ledger: Ledger, running: Pass, state: State, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = (
        update(item)
        .where(_this_key(running.workload))
        .values(state=state, intent=None, code=bindparam("new_code"), detail=bindparam("new_detail"))
    )
    with ledger.writing() as connection:
        _update_each(connection, running.workload, statement, rows)


def _in_batches(ledger: Ledger, workload: Workload, statement: Update, rows: Iterable[dict[str, Any]]) -> None:
    for batch in batches(rows, BATCH_ROWS):
        with ledger.writing() as connection:
            _update_each(connection, workload, statement, batch)


def _update_each(connection: Connection, workload: Workload, statement: Update, rows: list[dict[str, Any]]) -> None:
    """A row that is not there would be a side effect that nothing tells of, or an outcome that is lost."""
    found = update_each(connection, statement, rows)
    if found != len(rows):
        raise DoesNotReconcile(
            workload.label, f"{len(rows) - found} of {len(rows)} items to be written are not in the ledger"
        )


def _require_ours(connection: Connection, workload: Workload, keys: Sequence[str]) -> None:
    for batch in batches(keys, 500):
        where = (item.c.workload == workload.id) & item.c.key.in_(batch)
        foreign = item.c.origin.is_distinct_from(Origin.PUT)
        key = connection.execute(select(item.c.key).where(where & foreign).limit(1)).scalar_one_or_none()
        if key is not None:
            raise NotOurs(key, f"{workload.label} has no copy of it that this project made")
