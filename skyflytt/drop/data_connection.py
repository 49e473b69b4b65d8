"""A data connection of the drop server: TLS that resumes the control connection's session, at the account's pace."""

from __future__ import annotations

import logging
import socket
from typing import Any

from OpenSSL import SSL
from pyftpdlib.handlers import TLS_DTPHandler
from pyftpdlib.ioloop import timer

MOST_OF_A_HELLO = 16 * 1024
LOOK_AGAIN_S = 0.05
logger = logging.getLogger("skyflytt.drop")


def acknowledge_at_once(connection: Any) -> None:
    """Many clients send a second small packet only when the first is acknowledged (Nagle), which systems delay by 40 ms. The
    system forgets this after a while, so it is told after each reading."""
    if hasattr(socket, "TCP_QUICKACK"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


class WaitsForClient:
    """pyftpdlib 2.2 turns its loop without pause while a handshake waits for the client: it asks to be called when it may write."""

    def choose_context(self) -> bool:
        """Whether the handshake can begin."""
        return True

    def handle_read_event(self: Any) -> None:
        _shake(self) if self._ssl_accepting else super().handle_read_event()  # type: ignore[misc]

    def handle_write_event(self: Any) -> None:
        _shake(self) if self._ssl_accepting else super().handle_write_event()  # type: ignore[misc]


def _shake(connection: Any) -> None:
    if not connection.choose_context():
        return
    connection._do_ssl_handshake()
    if connection._closed:
        return
    acknowledge_at_once(connection.socket)
    events = connection._wanted_io_events
    if connection._ssl_accepting:
        events = connection.ioloop.WRITE if connection._ssl_want_write else connection.ioloop.READ
    connection.modify_ioloop_events(events)


class DropData(WaitsForClient, TLS_DTPHandler):  # type: ignore[misc]
    """Large blocks, and no waiting for acknowledgements (45 ms per small file otherwise)."""

    ac_in_buffer_size = 256 * 1024
    ac_out_buffer_size = 128 * 1024
    """Not more: a block counts when all of it has gone, and a slow line has to get one through before it counts as standing still."""
    _wanted_io_events: int
    _undecided: Any = None
    """The bare socket, as long as the client has not said whose session it resumes."""
    _looks = 100

    def __init__(self, sock: socket.socket, cmd_channel: Any) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = cmd_channel.drop.settings.stall_seconds
        self.account = cmd_channel.username
        self._pace = cmd_channel.drop.pace
        self._pause: Any = None
        if self._pace is not None:
            self.ac_out_buffer_size = self._pace.block
        super().__init__(sock, cmd_channel)

    def push_with_producer(self, producer: Any) -> None:
        if hasattr(producer, "buffer_size"):
            producer.buffer_size = self.ac_out_buffer_size
        super().push_with_producer(producer)

    def use_sendfile(self) -> bool:
        return False

    def secure_connection(self, ssl_context: SSL.Context) -> None:
        """rclone and others keep one store of TLS sessions for all their connections, so it may be that of a sister's control
        connection; one signed in as the same account from the same address is as good, and one that may soon be is waited for."""
        client = self.cmd_channel
        if client.drop.settings.session_reuse and (len(client.sisters) > 1 or client.has_strangers()):
            self._undecided = self.socket
        super().secure_connection(ssl_context)

    def choose_context(self) -> bool:
        if self._undecided is None:
            return True
        try:
            hello = self._undecided.recv(MOST_OF_A_HELLO, socket.MSG_PEEK)
        except BlockingIOError:
            self.modify_ioloop_events(self.ioloop.READ)
            return False
        own = self.cmd_channel.ssl_context
        sisters = [context for context in reversed(self.cmd_channel.sisters) if context is not own]
        chosen = next((context for context in (own, *sisters) if would_resume(context, hello)), None)
        if chosen is None and self._looks and self.cmd_channel.has_strangers():
            self._looks -= 1
            self.del_channel()
            self._pause = self.ioloop.call_later(
                LOOK_AGAIN_S, self._go_on, self.ioloop.READ, _errback=self.handle_error
            )
            return False
        chosen = chosen or own
        if chosen is not own:
            self.socket = SSL.Connection(chosen, self._undecided)
            self.socket.set_accept_state()
        self._undecided = None
        return True

    def handle_ssl_established(self) -> None:
        if self.cmd_channel.drop.settings.session_reuse and not resumed(self.socket):
            self._resp = ("522 The data connection must reuse the TLS session of the control connection.", logger.info)
            self.close()

    def send(self, data: bytes) -> int:
        if self._ssl_accepting:
            return 0
        sent = int(super().send(data))
        if sent and self._pace is not None and not self._closed:
            wait_s = self._pace.wait_s(self.account, sent, timer())
            if wait_s:
                self.del_channel()
                self._pause = self.ioloop.call_later(wait_s, self._go_on, self.ioloop.WRITE, _errback=self.handle_error)
        return sent

    def _go_on(self, events: int) -> None:
        self._pause = None
        if not self._closed:
            wanted = self._wanted_io_events
            self.add_channel(events=events)
            self._wanted_io_events = wanted

    def close(self) -> None:
        """A transfer that did not come to its end is cut off without TLS's farewell: the client can tell it from a whole file
        (RFC 8446 6.1), and it is logged at once even when the client no longer reads."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        if not self.transfer_finished:
            self._error = True
        super().close()

    def push(self, data: bytes) -> None:
        """An empty listing is not written at all: pyftpdlib 2.2 takes the write of nothing, which OpenSSL refuses before the
        handshake, for the client's end."""
        if data:
            super().push(data)
            return
        self._initialized = True
        self.modify_ioloop_events(self.ioloop.WRITE)
        self._wanted_io_events = self.ioloop.WRITE


def would_resume(context: SSL.Context, hello: bytes) -> bool:
    """Whether a client that begins like this resumes a session of this context; tried in memory."""
    trial = SSL.Connection(context, None)
    trial.set_accept_state()
    trial.bio_write(hello)
    try:
        trial.do_handshake()
    except SSL.WantReadError:
        return resumed(trial)
    except SSL.Error:
        return False
    return resumed(trial)


def resumed(connection: SSL.Connection) -> bool:
    """Whether the handshake resumed a session, which pyOpenSSL knows but does not tell. Each client has a context of its own
    (`ServerCertificate.context`), so it can only be one of that context."""
    return bool(SSL._lib.SSL_session_reused(connection._ssl))  # type: ignore[attr-defined]
