"""SOAP envelopes of EWS: requests read, answers and faults written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from skyflytt.sandbox.exchange import xml
from skyflytt.sandbox.exchange.failing import Fault, ResponseError
from skyflytt.sandbox.exchange.xml import find, m, plain, s, t

VERSIONS = (
    *("Exchange2007", "Exchange2007_SP1", "Exchange2010", "Exchange2010_SP1", "Exchange2010_SP2", "Exchange2013"),
    *("Exchange2013_SP1", "Exchange2015", "Exchange2016"),
)
BUILDS = {
    "Exchange2010_SP2": ("14", "3", "496", "0", "Exchange2010_SP2"),
    "Exchange2013_SP1": ("15", "0", "1497", "48", "V2_23"),
    "Exchange2016": ("15", "1", "2507", "39", "V2017_07_11"),
}


class Request(NamedTuple):
    """`impersonated` is the address in the header ExchangeImpersonation; "" without one."""

    operation: str
    body: Element
    impersonated: str


def read_request(data: bytes, version: str) -> Request:
    """Raises `Fault` for what is no request, or one of a later version than the server's."""
    try:
        envelope = xml.parse(data)
    except ParseError as error:
        raise Fault("ErrorSchemaValidation", f"The request failed schema validation: {error}") from error
    body = find(envelope, "s:Body")
    if body is None or not len(body):
        raise Fault("ErrorSchemaValidation", "The request failed schema validation: no operation")
    wanted = find(envelope, "s:Header/t:RequestServerVersion")
    named = "Exchange2007" if wanted is None else wanted.get("Version", "")
    if named not in VERSIONS or VERSIONS.index(named) > VERSIONS.index(version):
        raise Fault("ErrorInvalidServerVersion")
    sid = find(envelope, "s:Header/t:ExchangeImpersonation/t:ConnectingSID")
    impersonated = (sid[0].text or "").strip() if sid is not None and len(sid) else ""
    return Request(xml.name_of(body[0]), body[0], impersonated)


def answer(operation: str, messages: Iterable[Element], version: str) -> bytes:
    """The response messages of an operation in their envelope."""
    response = m(f"{operation}Response", None, m("ResponseMessages", None, *messages))
    return envelope(response, version)


def envelope(response: Element, version: str) -> bytes:
    major, minor, build, revision, name = BUILDS[version]
    information = t(
        "ServerVersionInfo",
        None,
        **{"MajorVersion": major, "MinorVersion": minor, "MajorBuildNumber": build, "MinorBuildNumber": revision},
        **{"Version": name},
    )
    return xml.serialised(s("Envelope", None, s("Header", None, information), s("Body", None, response)))


def success(operation: str, *content: Element) -> Element:
    return m(f"{operation}ResponseMessage", None, m("ResponseCode", "NoError"), *content, ResponseClass="Success")


def failure(operation: str, failed: ResponseError, *content: Element, warning: bool = False) -> Element:
    """A response message for what failed; `content` are elements that the operation's answer always has."""
    details = [m("MessageXml", None, *_values(failed))] if failed.values else []
    return m(
        f"{operation}ResponseMessage",
        None,
        m("MessageText", failed.text),
        m("ResponseCode", failed.code),
        m("DescriptiveLinkKey", "0"),
        *details,
        *content,
        ResponseClass="Warning" if warning else "Error",
    )


def fault(failed: ResponseError) -> bytes:
    """A SOAP fault ([MS-OXWSCDATA] FaultDetail)."""
    details = [t("MessageXml", None, *_values(failed))] if failed.values else []
    fault_element = s(
        "Fault",
        None,
        plain("faultcode", f"a:{failed.code}"),
        plain("faultstring", failed.text),
        plain("detail", None, xml.error("ResponseCode", failed.code), xml.error("Message", failed.text), *details),
    )
    return xml.serialised(s("Envelope", None, s("Body", None, fault_element)))


def _values(failed: ResponseError) -> list[Element]:
    return [t("Value", value, Name=name) for name, value in failed.values.items()]
