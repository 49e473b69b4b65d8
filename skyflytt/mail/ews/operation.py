"""One EWS operation over exchangelib's connections: a request's element in, response messages or errors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exchangelib import errors as ews
from exchangelib.services.common import EWSAccountService
from exchangelib.util import SOAPNS
from requests.exceptions import ChunkedEncodingError

from skyflytt.mail.ews.answers import HttpAnswer, error_of, fault_of
from skyflytt.mail.ews.credentials import NTLM_BROKEN
from skyflytt.mail.ews.xml import Element, name_of, parse

Answer = Element | Exception
"""A response message, or the error that it held: each about one item, folder or page."""


class Operation(EWSAccountService):  # type: ignore[misc]
    """An operation of the name that its request's element has; what is asked is asked once.

    Answers are parsed at once, where the library reads them byte by byte, and not turned into its objects: a date or a number that
    a server writes oddly must cost nothing but that value.
    """

    def __init__(self, account: Any) -> None:
        super().__init__(account=account)
        self._over: Any = None

    def ask(self, request: Element) -> Sequence[Answer]:
        """The response messages in the request's order. Raises exchangelib's errors for what concerns the whole request."""
        self.SERVICE_NAME = name_of(request)
        try:
            return [error_of(message) or message for message in self._get_response_xml(payload=request)]
        except ews.MalformedResponseError:
            # Whose answer it was nobody knows; that to the next request must not come the same way.
            if self._over is not None:
                self._over.close()
            raise

    def _get_response(self, payload: Element, api_version: str) -> Any:
        try:
            return super()._get_response(payload, api_version)
        except NTLM_BROKEN as error:
            raise ews.UnauthorizedError(f"the server does not go on with NTLM: {error}") from None
        except HttpAnswer as error:
            if error.status != 400:
                raise
            # Nothing was done. One server that is not Exchange says so in a connection that is used again after a large request.
            return super()._get_response(payload, api_version)

    def _handle_response_cookies(self, session: Any) -> None:
        self._over = session

    @classmethod
    def supported_api_versions(cls) -> list[str]:
        return [
            "Exchange2016",
            "Exchange2013_SP1",
            "Exchange2013",
            "Exchange2010_SP2",
            "Exchange2010_SP1",
            "Exchange2010",
        ]

    @classmethod
    def _get_soap_parts(cls, response: Any) -> tuple[Element | None, Element]:
        root = parse(response.content)
        if root is not None and name_of(root) == "Envelope" and not response.content.rstrip().endswith(b"Envelope>"):
            # The parser goes on where it can; a connection without a length in its answers does not tell that it broke.
            raise ChunkedEncodingError("the answer ends in the middle")
        body = root.find(f"{{{SOAPNS}}}Body") if root is not None else None
        if root is None or body is None:
            raise ews.MalformedResponseError("the answer is no SOAP envelope")
        return root.find(f"{{{SOAPNS}}}Header"), body

    def _get_soap_messages(self, body: Element) -> list[Element]:
        fault = body.find(f"{{{SOAPNS}}}Fault")
        if fault is not None:
            raise fault_of(fault)
        response = next((child for child in body if isinstance(child.tag, str)), None)
        if response is None or name_of(response) != f"{self.SERVICE_NAME}Response":
            raise ews.MalformedResponseError("the answer is not one to this request")
        messages = [child for child in response if isinstance(child.tag, str) and name_of(child) == "ResponseMessages"]
        return [message for message in (messages[0] if messages else [response]) if isinstance(message.tag, str)]
