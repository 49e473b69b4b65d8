"""What a server says beyond "here it is": HTTP answers that are no SOAP, faults, and errors inside response messages.

exchangelib's own policy is not used: it sleeps for up to an hour without a word, takes a closed connection for a busy server whatever
it answered, loses Retry-After when it fails fast, and BackOffMilliseconds wherever it stands inside a 200.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from exchangelib import errors as ews
from exchangelib.protocol import RetryPolicy

from skyflytt.mail.ews.xml import Element, find_all, text_at

DEFAULT_BACK_OFF_S = 30.0
"""Where the server is busy and does not say for how long."""


class HttpAnswer(ews.TransportError):  # type: ignore[misc]
    """An HTTP status that carries no SOAP."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"HTTP {status} {words}".strip())
        self.status = status


class PlainFault(ews.ResponseMessageError):  # type: ignore[misc]
    """A SOAP fault without a response code: servers that are not Exchange so answer what they do not know, or cannot carry out."""


class RaiseAtOnce(RetryPolicy):  # type: ignore[misc]
    """No retry and no sleep inside the library: every answer comes out as it is, with the back-off that it named."""

    fail_fast = True
    back_off_until = None

    def back_off(self, seconds: float | None) -> None:
        raise ews.ErrorServerBusy("the server is busy", back_off=seconds)

    def raise_response_errors(self, response: Any) -> None:
        status = response.status_code
        head = response.content[:2000]
        if b"Fault>" in head and b"ResponseCode" not in head:
            # One server that is not Exchange gives what is left of this answer as that to the next request.
            response.connection.close()
        if status == 200 or (status == 500 and b"<" in response.content[:200] and b"nvelope" in response.content[:400]):
            return
        if status == 401:
            raise ews.UnauthorizedError(_words(response))
        if status == 302 and "genericerrorpage" in response.headers.get("Location", "").lower():
            raise ews.ErrorInternalServerTransientError("the server shows its page for errors of its own")
        if status in (429, 503):
            raise ews.ErrorServerBusy(f"HTTP {status} {_words(response)}", back_off=retry_after(response))
        raise HttpAnswer(status, _words(response))


def retry_after(response: Any) -> float | None:
    """The seconds of a Retry-After header; None without one, or where it is a date."""
    with suppress(ValueError):
        seconds = float(response.headers.get("Retry-After", ""))
        return seconds if 0 < seconds < 1e9 else None
    return None


def error_of(message: Element) -> Exception | None:
    """The error in a response message or the detail of a fault, with its back-off; None for a success."""
    if message.get("ResponseClass") == "Success":
        return None
    code = text_at(message, "m:ResponseCode")
    if code in ("", "NoError"):
        return None
    return made(code, text_at(message, "m:MessageText"), _values(message))


def told_by_server(error: BaseException) -> bool:
    """Whether the server said so in XML; the library raises some of the same errors for connections that broke."""
    return bool(getattr(error, "told_by_server", False))


def made(code: str, words: str, values: dict[str, str]) -> Exception:
    """The library's exception for a response code, with the inner code that the server may have hidden in its values."""
    return _as_told(_made(code, words, values))


def _as_told(error: Exception) -> Exception:
    error.told_by_server = True  # type: ignore[attr-defined]
    return error


def _made(code: str, words: str, values: dict[str, str]) -> Any:
    inner = values.get("InnerErrorResponseCode", "")
    code, words = (inner, f"{values.get('InnerErrorMessageText', '')} {words}") if inner else (code, words)
    if code == "ErrorServerBusy":
        return ews.ErrorServerBusy(words, back_off=_seconds(values.get("BackOffMilliseconds")))
    kind = getattr(ews, code, None)
    if not (isinstance(kind, type) and issubclass(kind, ews.EWSError)):
        return ews.ResponseMessageError(f"{code}: {words}")
    return kind(f"{code}: {words}")


def fault_of(fault: Element) -> Exception:
    """What a SOAP fault means ([MS-OXWSCDATA] 2.2.4.33); its detail may come in either of two namespaces, or in none."""
    named = {_local(element): (element.text or "").strip() for element in fault.iter() if isinstance(element.tag, str)}
    values = {
        str(element.get("Name")): (element.text or "").strip()
        for element in fault.iter()
        if isinstance(element.tag, str) and _local(element) == "Value"
    }
    code = named.get("ResponseCode") or named.get("faultcode", "").rpartition(":")[2]
    words = named.get("Message") or named.get("faultstring", "")
    return made(code, words, values) if code.startswith("Error") else _as_told(PlainFault(f"{code}: {words}"))


def _values(message: Element) -> dict[str, str]:
    return {str(value.get("Name")): (value.text or "").strip() for value in find_all(message, "m:MessageXml/t:Value")}


def _seconds(milliseconds: str | None) -> float | None:
    return int(milliseconds) / 1000 if milliseconds and milliseconds.isdecimal() else None


def _words(response: Any) -> str:
    """The reason phrase, and Exchange's own words where it puts them into a header."""
    return " ".join(filter(None, (response.reason, response.headers.get("X-CasErrorCode"))))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
