"""From settings to a mailbox that is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial

from skyflytt.errors.mail import MailboxMissing
from skyflytt.graph import Refused, open_graph
from skyflytt.mail.ews.folders import FolderTable
from skyflytt.mail.graph.folders import read_folders
from skyflytt.mail.graph.limits import MailboxGate, gate_of
from skyflytt.mail.graph.session import Session
from skyflytt.patience import Patience
from skyflytt.project.servers import GraphServer

PATIENT = Patience()


@contextmanager
def connected(
    server: GraphServer, login: str, secret: str, patience: Patience = PATIENT, gate: MailboxGate | None = None
) -> Iterator[tuple[Session, FolderTable]]:
    """The mailbox of `login` with its folders.

    Raises failures of `skyflytt.errors.graph` and `.connection`, `MailboxMissing` and `MailboxDenied`.
    """
    with session_at(server, login, secret, patience, gate) as session:
        try:
            table = read_folders(session)
        except Refused as refused:
            raise MailboxMissing(login, str(refused)) from refused
        yield session, table


@contextmanager
def session_at(
    server: GraphServer, login: str, secret: str, patience: Patience = PATIENT, gate: MailboxGate | None = None
) -> Iterator[Session]:
    """Nothing is asked yet. `gate` is the one of this process for the mailbox unless another is given."""
    door = gate or gate_of(server.graph_url, server.tenant, server.client_id, login)
    patience = replace(patience, sleep=partial(door.rest, patience.sleep))
    pass_ = partial(_pass, door, patience.tell, login)
    with open_graph(server, secret, patience, pass_) as client:
        yield Session(client, login, pass_, patience, min(server.connections, door.limits.at_once))


def _pass(
    door: MailboxGate, tell: Callable[[str], None], login: str, requests: int, sent_bytes: int
) -> AbstractContextManager[None]:
    return door.passed(requests, sent_bytes, tell, login)
