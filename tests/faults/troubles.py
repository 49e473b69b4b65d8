"""Which trouble a run meets, drawn by its seed: on the line, and by what an Exchange server says."""

from __future__ import annotations

import random
from collections.abc import Callable

from skyflytt.sandbox.exchange.faults import Rule
from tests.faults.wire import Trouble

UNUSED = b"~never~"
REFUSALS = (
    b"NO no",
    b"NO [LIMIT] not now",
    b"NO [SERVERBUG] internal error",
    b"NO [UNAVAILABLE] try again",
    b"BAD what?",
)
BUSY = (
    b"NO [INUSE] in use",
    b"NO [UNAVAILABLE] try again",
    b"BAD Request is throttled. Suggested Backoff Time: 9 milliseconds",
)
GREETINGS = (b"* BYE too many connections", b"* BYE shutting down, try again later", b"* OK")
BYE = b"* BYE disconnected for inactivity"
READ = (b"UID FETCH", b"FETCH", b"EXAMINE", b"LIST", b"CAPABILITY", b"STATUS")
WRITE = (b"APPEND", b"UID STORE", b"UID MOVE", b"UID COPY", b"UID EXPUNGE", b"CREATE", b"SELECT", b"UID FETCH")
Draw = Callable[[random.Random, int], Trouble]


def somewhere(chance: random.Random, size: int) -> int:
    """A byte of a pass that moves `size` bytes; those of the beginning, where the connection is set up, more often."""
    return int(chance.random() ** 1.5 * (size + 6_000))


def on_a_byte(kind: str) -> Draw:
    return lambda chance, size: Trouble(kind, somewhere(chance, size), abrupt=chance.random() < 0.5)


def on_an_answer(kind: str, commands: tuple[bytes, ...]) -> Draw:
    def draw(chance: random.Random, size: int) -> Trouble:
        command = chance.choice(commands)
        return Trouble(kind, chance.randrange(8), command, fraction=chance.random(), abrupt=chance.random() < 0.5)

    return draw


def on_a_text(kind: str) -> Draw:
    def draw(chance: random.Random, size: int) -> Trouble:
        times = chance.choice((1, 1, 1, 4))
        count = chance.choice((1, 2, 3, 5, 20))
        return Trouble(kind, chance.randrange(30), b"UID FETCH", fraction=chance.random(), count=count, times=times)

    return draw


def instead(commands: tuple[bytes, ...], words: tuple[bytes, ...], most: int = 8) -> Draw:
    def draw(chance: random.Random, size: int) -> Trouble:
        times = chance.choice((1, 1, 2, 5))
        return Trouble("command", chance.randrange(most), chance.choice(commands), chance.choice(words), times=times)

    return draw


def greeting(chance: random.Random, size: int) -> Trouble:
    return Trouble("greet", chance.randrange(2), words=chance.choice(GREETINGS), times=chance.choice((1, 2)))


def sizes(chance: random.Random, size: int) -> Trouble:
    return Trouble(
        "sizes",
        chance.randrange(20),
        b"",
        count=chance.choice((0, 1, 700, 90_000_000)),
        times=chance.choice((1, 9, 999)),
    )


ON_ANY_LINE: tuple[Draw, ...] = (on_a_byte("down"), on_a_byte("up"), on_a_byte("hang"))
AT_THE_SOURCE: tuple[Draw, ...] = (
    *ON_ANY_LINE,
    greeting,
    sizes,
    on_an_answer("answer", READ),
    on_an_answer("answer", READ[:1]),
    on_an_answer("stall", READ[:1]),
    on_a_text("shorter"),
    on_a_text("short"),
    on_a_text("missing"),
    instead(READ[:1], REFUSALS),
    instead(READ, BUSY),
    instead(READ, (BYE,)),
    instead((b"LOGIN", b"AUTHENTICATE"), (b"NO [UNAVAILABLE] try again", b"NO [AUTHENTICATIONFAILED] no"), 2),
)
AT_THE_TARGET: tuple[Draw, ...] = (
    *AT_THE_SOURCE,
    on_an_answer("done", WRITE[:1]),
    on_an_answer("done", WRITE),
    on_an_answer("answer", WRITE),
    on_an_answer("stall", WRITE[:1]),
    instead(WRITE[:1], (*REFUSALS, b"NO [OVERQUOTA] full", b"NO [TOOBIG] too big")),
    instead(WRITE, REFUSALS),
    instead(WRITE, (BYE,)),
)


def on_imap(chance: random.Random, size: int, *, target: bool) -> list[Trouble]:
    draws = AT_THE_TARGET if target else AT_THE_SOURCE
    return [chance.choice(draws)(chance, size) for _ in range(chance.randrange(1, 5))]


def on_ews(chance: random.Random, size: int) -> list[Trouble]:
    """What is on the line is encrypted, and half as much again."""
    return [chance.choice(ON_ANY_LINE)(chance, size * 3 // 2 + 20_000) for _ in range(chance.randrange(3))]


READS = ("ExportItems", "GetItem", "SyncFolderItems", "SyncFolderHierarchy", "FindFolder", "FindItem", "GetFolder")
WRITES = ("UploadItems", "CreateItem", "UpdateItem", "MoveItem", "DeleteItem", "CreateFolder", "ExportItems", "GetItem")
WHOLE = ("server-busy", "connection-count", "timeout", "unavailable", "unauthorized", "cut-off", "error")


def said_by_exchange(chance: random.Random, mailbox: str, *, target: bool) -> list[Rule]:
    return [_rule(chance, mailbox, WRITES if target else READS) for _ in range(chance.randrange(1, 5))]


def _rule(chance: random.Random, mailbox: str, operations: tuple[str, ...]) -> Rule:
    kind = chance.choice((*WHOLE, "truncated", "truncated", "item", "item"))
    some = () if chance.random() < 0.3 else tuple(chance.sample(operations, 2))
    given = {
        "kind": kind,
        "operations": some,
        "mailbox": mailbox,
        "skip": chance.randrange(25 if kind in ("truncated", "item") else 6),
        "times": chance.choice((1, 1, 2, 3, 7)),
        "every": chance.choice((1, 1, 3)),
        "in_body": chance.random() < 0.5,
        "milliseconds": chance.choice((0, 300, 4_000)),
        "where": chance.choice(("text", "bytes")),
        "above": chance.choice((0, 3)) if kind == "timeout" else 0,
        "code": chance.choice(("ErrorItemCorrupt", "ErrorInternalServerError", "ErrorInternalServerTransientError")),
    }
    return Rule.model_validate(given)
