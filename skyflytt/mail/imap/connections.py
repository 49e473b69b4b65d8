"""The connections of one mailbox: opened when they are needed, never more than the settings allow, renewed when they break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Condition
from typing import TypeVar

from skyflytt.errors.base import Failure, Transient
from skyflytt.errors.connection import ConnectionLost, ServerUnreachable
from skyflytt.mail.imap.errors import explained
from skyflytt.mail.imap.session import Session

RENEWALS = 2
"""How often one reading act may lose its connection and go on over a new one, and how often one is asked for that breaks at once."""
BROKEN = (ConnectionLost, ServerUnreachable)
"""How a connection breaks: in use, or while it is made."""
T = TypeVar("T")


class Connections:
    """For several threads at once; each session is in one hand at a time, the one used last is given out first.

    A second connection that the server does not let in lowers the number instead of failing, and nobody knocks again.
    """

    def __init__(self, server: str, sign_in: Callable[[], AbstractContextManager[Session]], at_most: int) -> None:
        self.server = server
        self._sign_in = sign_in
        self._at_most = at_most
        self._idle: list[tuple[Session, ExitStack]] = []
        self._open = 0
        self._let_in = False
        self._changed = Condition()

    @property
    def at_most(self) -> int:
        return self._at_most

    def close(self) -> None:
        """Sign out wherever nobody is at work."""
        with self._changed:
            idle, self._idle = self._idle, []
            self._open -= len(idle)
            self._changed.notify_all()
        for _, stack in idle:
            stack.close()

    @contextmanager
    def session(self, item: str) -> Iterator[Session]:
        """A session of one's own for an act about `item` (a folder). What goes wrong is raised as a `Failure`."""
        session, stack = self._taken()
        try:
            with explained(self.server, item):
                yield session
        except BaseException as error:
            # After anything but an answer of the server, what comes next on this connection may belong to the act before.
            self._give_back(session, stack, usable=isinstance(error, Failure) and not isinstance(error, Transient))
            raise
        self._give_back(session, stack, usable=True)

    def reading(self, item: str, act: Callable[[Session], T]) -> T:
        """The outcome of an act that changes nothing, over a new connection where one was lost."""
        renewals = 0
        while True:
            try:
                with self.session(item) as session:
                    return act(session)
            except BROKEN as lost:
                renewals += 1
                if renewals > RENEWALS or not self.renewed():
                    raise lost from lost.__cause__

    def renewed(self) -> bool:
        """Whether a server that let us in takes us back, over a new connection: those at rest may be as dead as the one that was lost.

        Raises where a person is needed, as when the server does not know us any more.
        """
        for _ in range(RENEWALS if self._let_in else 0):
            self.close()
            try:
                with self.session("the connection"):
                    return True
            except BROKEN:
                continue
            except Transient:
                break
        return False

    def _taken(self) -> tuple[Session, ExitStack]:
        with self._changed:
            while not self._idle and self._open >= self._at_most:
                self._changed.wait()
            if self._idle:
                return self._idle.pop()
            self._open += 1
        stack = ExitStack()
        try:
            session = stack.enter_context(self._sign_in())
        except BaseException as error:
            with self._changed:
                self._open -= 1
                # The first connection's trouble is everyone's; a further one that is refused is the server's limit.
                waits = isinstance(error, Failure) and self._open > 0
                self._at_most = max(self._open, 1) if waits else self._at_most
                self._changed.notify_all()
            if not waits:
                raise
            return self._taken()
        self._let_in = True
        return session, stack

    def _give_back(self, session: Session, stack: ExitStack, *, usable: bool) -> None:
        with self._changed:
            if usable:
                self._idle.append((session, stack))
            else:
                self._open -= 1
            self._changed.notify_all()
        if not usable:
            stack.close()
