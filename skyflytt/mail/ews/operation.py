"""One EWS operation over exchangelib's connections: a request's element in, response messages or errors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exchangelib import errors as ews
from exchangelib.services.common import EWSAccountService
from exchangelib.util import SOAPNS

from skyflytt.mail.ews.answers import error_of, fault_of
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

    def ask(self, request: Element) -> Sequence[Answer]:
        """The response messages in the request's order. Raises exchangelib's errors for what concerns the whole request."""
        self.SERVICE_NAME = name_of(request)
        return [error_of(message) or message for message in self._get_response_xml(payload=request)]

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
