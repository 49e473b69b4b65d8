"""Autodiscover, POX ([MS-OXDSCLI]) and SOAP ([MS-OXWSADISC]): where a mailbox's EWS is. It is always here."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from skyflytt.sandbox.exchange.service import Service
from skyflytt.sandbox.exchange.soap import BUILDS
from skyflytt.sandbox.exchange.store import mailboxes
from skyflytt.sandbox.exchange.xml import SOAP, serialised

Answering = Callable[[bytes, str, Service], bytes]
_A = "{http://schemas.microsoft.com/exchange/2010/Autodiscover}"
_POX = "{http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006}"
_OUTLOOK = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
_REQUEST = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006}"


def soap_answer(data: bytes, endpoint: str, service: Service) -> bytes:
    """GetUserSettings, for every user in the request."""
    request = ElementTree.fromstring(data)
    users = [element.text or "" for element in request.iter(f"{_A}Mailbox")]
    asked = [element.text or "" for element in request.iter(f"{_A}Setting")]
    responses = [_user(user, asked, endpoint, service) for user in users]
    response = _a(
        "Response", None, _a("ErrorCode", "NoError"), _a("ErrorMessage"), _a("UserResponses", None, *responses)
    )
    major, minor, build, revision, name = BUILDS[service.settings.version]
    numbers = [_a("MajorVersion", major), _a("MinorVersion", minor), _a("MajorBuildNumber", build)]
    version = _a("ServerVersionInfo", None, *numbers, _a("MinorBuildNumber", revision), _a("Version", name))
    body = _element(f"{{{SOAP}}}Body", None, _a("GetUserSettingsResponseMessage", None, response))
    return serialised(_element(f"{{{SOAP}}}Envelope", None, _element(f"{{{SOAP}}}Header", None, version), body))


def pox_answer(data: bytes, endpoint: str, service: Service) -> bytes:
    address = ElementTree.fromstring(data).findtext(f".//{_REQUEST}EMailAddress", "")
    store = mailboxes.find(service.database, address)
    if store is None:
        missing = _element(f"{_POX}Error", None, _element(f"{_POX}ErrorCode", "500"))
        missing.append(_element(f"{_POX}Message", "The e-mail address cannot be found."))
        return serialised(_element(f"{_POX}Autodiscover", None, _element(f"{_POX}Response", None, missing)))
    user = _o("User", None, _o("DisplayName", store.name), _o("AutoDiscoverSMTPAddress", store.address))
    protocols = [_o("Protocol", None, _o("Type", kind), _o("EwsUrl", endpoint)) for kind in ("EXCH", "EXPR")]
    account = _o("Account", None, _o("AccountType", "email"), _o("Action", "settings"), *protocols)
    return serialised(_element(f"{_POX}Autodiscover", None, _o("Response", None, user, account)))


def _user(address: str, asked: list[str], endpoint: str, service: Service) -> Element:
    store = mailboxes.find(service.database, address)
    if store is None:
        failed = [_a("ErrorCode", "InvalidUser"), _a("ErrorMessage", f"Invalid user: '{address}'")]
        return _a("UserResponse", None, *failed)
    known = {
        **{"UserDisplayName": store.name, "AutoDiscoverSMTPAddress": store.address, "AccountType": "email"},
        **dict.fromkeys(("ExternalEwsUrl", "InternalEwsUrl", "EwsUrl"), endpoint),
        "EwsSupportedSchemas": "Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2, "
        "Exchange2013, Exchange2013_SP1, Exchange2015, Exchange2016",
        "ExternalEwsVersion": ".".join(BUILDS[service.settings.version][:4]),
    }
    settings = _a("UserSettings", None, *(_setting(name, known[name]) for name in asked if name in known))
    return _a("UserResponse", None, _a("ErrorCode", "NoError"), _a("ErrorMessage", "No error."), settings)


def _setting(name: str, value: str) -> Element:
    setting = _a("UserSetting", None, _a("Name", name), _a("Value", value))
    setting.set("{http://www.w3.org/2001/XMLSchema-instance}type", "StringSetting")
    return setting


def _a(name: str, text: str | None = None, *children: Element) -> Element:
    return _element(f"{_A}{name}", text, *children)


def _o(name: str, text: str | None = None, *children: Element) -> Element:
    return _element(f"{_OUTLOOK}{name}", text, *children)


def _element(tag: str, text: str | None = None, *children: Element) -> Element:
    element = Element(tag)
    element.text = text
    element.extend(children)
    return element
