"""A mailbox in use: requests are asked, and asked again when the server wants us to wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock, Semaphore
from typing import Any, TypeGuard, TypeVar

import requests
from exchangelib import errors as ews
from oauthlib.oauth2 import OAuth2Error

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.mail.ews.answers import DEFAULT_BACK_OFF_S, told_by_server
from skyflytt.mail.ews.errors import BUSY, back_off_of, ends_it, explained, of_server
from skyflytt.mail.ews.operation import Answer, Operation
from skyflytt.mail.ews.patience import Patience
from skyflytt.mail.ews.requests import get_folders
from skyflytt.mail.ews.xml import Element, t
from skyflytt.project.servers import EwsServer

T = TypeVar("T")
MAX_STORMS = 2
"""How often an account that was let in before may be refused in a row. More could lock it, were its password changed by now."""


class Session:
    """`server` and `mailbox` are their names for messages."""

    def __init__(self, account: Any, settings: EwsServer, server: str, patience: Patience) -> None:
        self.account = account
        self.settings = settings
        self.server = server
        self.mailbox: str = account.primary_smtp_address
        self.patience = patience
        self.signed_in = False
        self._connections = settings.connections
        self._slots = Semaphore(settings.connections)
        self._gate = Lock()
        self._counting = Lock()
        self._waits = 0
        self._shut_out: Failure | None = None

    @property
    def connections(self) -> int:
        return self.settings.connections

    def ask(self, request: Element, count: int | None = 1) -> Sequence[Answer]:
        """`count` response messages (None: as many as come), or their errors.

        What the server asks us to wait for is waited for, if it is not long.
        May be called by several threads: while one of them waits, none asks for anything.

        Raises `Failure` for what concerns the server or the mailbox, and exchangelib's errors for the rest.
        """
        for attempt in range(1, self.patience.attempts + 1):
            waits = self._waits
            try:
                with self._slots:
                    waits = self._passed_the_gate()
                    answers = Operation(self.account).ask(request)
                self._usable(answers, count)
            except (*BUSY, ews.UnauthorizedError) as error:
                self._wait(error, attempt, waits)
            except (ews.EWSError, requests.RequestException, OAuth2Error) as error:
                raise self._meaning(error) from _without_secret(error)
            else:
                self.signed_in = True
                return answers
        raise AssertionError("the last attempt raises")

    def ask_each(self, request_of: Callable[[Sequence[T]], Element], subjects: Sequence[T]) -> list[Answer]:
        """An answer for each subject. Those that alone were put off by a busy server are asked for again, and only they."""
        answers: list[Answer] = []
        for attempt in range(1, self.patience.attempts + 1):
            open_places = [place for place, answer in enumerate(answers) if _put_off(answer)] or range(len(subjects))
            fresh = self.ask(request_of([subjects[place] for place in open_places]), len(open_places))
            answers = answers or list(fresh)
            for place, answer in zip(open_places, fresh, strict=True):
                answers[place] = answer
            put_off = next((answer for answer in answers if _put_off(answer)), None)
            if put_off is None:
                break
            self._wait(put_off, attempt, self._waits)
        return answers

    def ask_one(self, request: Element) -> Element:
        """The one response message; raises its error."""
        (answer,) = self.ask(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def explained(self, item: str) -> Any:
        """A context that raises a `Failure` for everything that a request about `item` can meet."""
        return explained(self.server, self.mailbox, item)

    def distinguished(self, name: str) -> Element:
        """A folder that every mailbox has, by its role's name ([MS-OXWSCDATA] DistinguishedFolderIdNameType)."""
        if self.settings.store == "public" or self.settings.access == "impersonation":
            return t("DistinguishedFolderId", Id=name)
        return t("DistinguishedFolderId", t("Mailbox", t("EmailAddress", self.mailbox)), Id=name)

    def _usable(self, answers: Sequence[Answer], count: int | None) -> None:
        """Raises for what ends the work though it came as one answer of many, and for an answer that is not whole."""
        ending = next((answer for answer in answers if isinstance(answer, Exception) and ends_it(answer)), None)
        if ending is not None:
            raise ending
        if answers and all(_put_off(answer) for answer in answers):
            raise answers[0]
        if count is not None and len(answers) != count:
            raise ConnectionLost(self.server, f"an answer of {len(answers)} parts came for a request of {count}")

    def _wait(self, error: Exception, attempt: int, waits: int) -> None:
        """Wait as long as `error` says, unless another thread did since `waits` were counted; raises where that is too long."""
        refused = isinstance(error, ews.UnauthorizedError)
        asked = DEFAULT_BACK_OFF_S if refused else back_off_of(error)
        failure = of_server(error, self.server, self.mailbox, signed_in=self.signed_in)
        too_often = refused and (not self.signed_in or attempt >= MAX_STORMS)
        if too_often or not self.patience.waits(asked, attempt):
            raise failure or ServerBusy(self.server, str(error), retry_after_s=asked) from _without_secret(error)
        if isinstance(error, ews.ErrorExceededConnectionCount):
            self._use_one_less()
        with self._gate:
            if self._waits == waits:
                self.patience.wait(self.server, asked)
                self._waits += 1
                if refused:
                    self._try_the_door()

    def _passed_the_gate(self) -> int:
        """Held up while another thread waits; how often somebody has waited by now."""
        with self._gate:
            if self._shut_out is not None:
                raise self._shut_out
            return self._waits

    def _use_one_less(self) -> None:
        """One connection less from now on: its slot is never given back."""
        with self._counting:
            if self._connections == 1:
                return
            self._connections -= 1
        self._slots.acquire()

    def _try_the_door(self) -> None:
        """One cheap request, before all threads knock again with a password that may not be right any more."""
        try:
            Operation(self.account).ask(get_folders([self.distinguished("msgfolderroot")], (), ()))
        except ews.UnauthorizedError as error:
            self._shut_out = of_server(error, self.server, self.mailbox, signed_in=True)
            raise self._shut_out or error from None
        except (ews.EWSError, requests.RequestException):
            return  # it was let in, and whatever else is wrong is told to whoever asks next

    def _meaning(self, error: Exception) -> Exception:
        """The failure that an error is; itself where whoever asked may ask otherwise, or for less."""
        out_of_time = isinstance(error, ews.ErrorTimeoutExpired) and told_by_server(error)
        failure = of_server(error, self.server, self.mailbox, signed_in=self.signed_in)
        return error if failure is None or out_of_time or _may_be_refused(error) else failure


def _put_off(answer: Answer) -> TypeGuard[Exception]:
    return isinstance(answer, BUSY)


def _may_be_refused(error: Exception) -> bool:
    """What a server answers to an operation that it does not have; whoever asked knows another way."""
    too_large_or_unknown = getattr(error, "status", 0) in (404, 405, 413, 501)
    return too_large_or_unknown or isinstance(error, ews.SOAPError | ews.MalformedResponseError)


def _without_secret(error: Exception) -> Exception | None:
    """A refused sign-in goes on without its chain: its frames hold the password."""
    return None if isinstance(error, ews.UnauthorizedError | OAuth2Error) else error
