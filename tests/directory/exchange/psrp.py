"""The server's side of the PowerShell Remoting Protocol, as far as one cmdlet pipeline goes: messages, fragments and objects.

Written from [MS-PSRP]: 2.2.1 messages, 2.2.4 fragments, 2.2.5 objects, 2.2.2.x the messages' bodies.
"""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

CLIENT = 1
CREATE_PIPELINE = 0x00021006
SESSION_CAPABILITY, RUNSPACEPOOL_STATE, APPLICATION_PRIVATE_DATA = 0x00010002, 0x00021005, 0x00021009
PIPELINE_OUTPUT, ERROR_RECORD, PIPELINE_STATE, WARNING_RECORD = 0x00041004, 0x00041005, 0x00041006, 0x00041009
OPENED, COMPLETED, FAILED = 2, 4, 5
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Enum:
    """A value of a .NET enumeration."""

    kind: str
    name: str
    number: int


@dataclass(frozen=True)
class Shown:
    """An object of Exchange's own that is told by its text, such as an SmtpAddress or a ByteQuantifiedSize."""

    kind: str
    text: str


@dataclass(frozen=True)
class Wrapped:
    """A text that PowerShell carries as an object, since somebody added properties to it."""

    text: str


@dataclass(frozen=True)
class CmdletError(Exception):
    """What a cmdlet reports. `ends` is for one that ends the pipeline, as a cmdlet that nobody may run does."""

    reason: str
    words: str
    ends: bool = False


def message(kind: int, body: ET.Element, pool: str, pipeline: str | None = None) -> bytes:
    """[MS-PSRP] 2.2.1."""
    own = uuid.UUID(pipeline).bytes_le if pipeline else bytes(16)
    return struct.pack("<II", CLIENT, kind) + uuid.UUID(pool).bytes_le + own + BOM + ET.tostring(body, encoding="utf-8")


def fragments(number: int, whole: bytes, longest: int) -> Iterator[bytes]:
    """[MS-PSRP] 2.2.4: object id, fragment id, start and end bits, length."""
    parts = [whole[at : at + longest] for at in range(0, len(whole), longest)]
    for index, part in enumerate(parts):
        bits = (index == 0) | (index == len(parts) - 1) << 1
        yield struct.pack(">QQBI", number, index, bits, len(part)) + part


def messages_of(received: bytes) -> list[tuple[int, str, bytes]]:
    """Type, pool and body of each message whose fragments are all there."""
    parts: dict[int, bytes] = {}
    whole: list[tuple[int, str, bytes]] = []
    while received:
        number, _, bits, length = struct.unpack(">QQBI", received[:21])
        parts[number] = parts.get(number, b"") + received[21 : 21 + length]
        received = received[21 + length :]
        if bits & 2:
            raw = parts.pop(number)
            pool = str(uuid.UUID(bytes_le=raw[8:24]))
            whole.append((struct.unpack("<I", raw[4:8])[0], pool, raw[40:].removeprefix(BOM)))
    return whole


def pipeline_of(received: bytes) -> list[tuple[str, dict[str, Any]]] | None:
    """Cmdlets with their parameters out of a CREATE_PIPELINE message (2.2.2.10); None while fragments are missing."""
    found = messages_of(received)
    if not found:
        return None
    kind, _, body = found[0]
    assert kind == CREATE_PIPELINE
    commands = ET.fromstring(body).findall("./MS/Obj[@N='PowerShell']/MS/Obj[@N='Cmds']/LST/Obj/MS")
    return [(_of(one, "Cmd"), dict(map(_parameter, one.findall("./Obj[@N='Args']/LST/Obj/MS")))) for one in commands]


def pool_of(received: bytes) -> str:
    return messages_of(received)[0][1]


def _parameter(found: ET.Element) -> tuple[str, Any]:
    value = found.find("./*[@N='V']")
    assert value is not None
    return _of(found, "N").removeprefix("-"), _value(value)


def _value(found: ET.Element) -> Any:
    if found.tag == "Nil":
        return None
    if found.tag == "Obj":
        return [_value(one) for one in found.findall("./LST/*")]
    text = found.text or ""
    return {"B": text == "true", "I32": int(text) if found.tag == "I32" else 0}.get(found.tag, text)


def _of(found: ET.Element, name: str) -> str:
    return found.findtext(f"./S[@N='{name}']") or ""


def properties(**values: ET.Element) -> ET.Element:
    """An object with extended properties (2.2.5.2.8)."""
    made = ET.Element("Obj", RefId="0")
    members = ET.SubElement(made, "MS")
    for name, value in values.items():
        value.set("N", name)
        members.append(value)
    return made


def primitive(tag: str, text: object) -> ET.Element:
    made = ET.Element(tag)
    made.text = str(text)
    return made


def capability() -> ET.Element:
    return properties(
        protocolversion=primitive("Version", "2.3"),
        PSVersion=primitive("Version", "2.0"),
        SerializationVersion=primitive("Version", "1.1.0.1"),
    )


def pool_opened() -> ET.Element:
    return properties(RunspaceState=primitive("I32", OPENED))


def private_data() -> ET.Element:
    return properties(ApplicationPrivateData=ET.Element("Nil"))


def state(number: int, error: ET.Element | None = None) -> ET.Element:
    made = properties(PipelineState=primitive("I32", number))
    if error is not None:
        error.set("N", "ExceptionAsErrorRecord")
        made[0].append(error)
    return made


def warning(words: str) -> ET.Element:
    return properties(
        InformationalRecord_Message=_string(words), InformationalRecord_SerializeInvocationInfo=primitive("B", "false")
    )


def error_record(cmdlet: str, error: CmdletError) -> ET.Element:
    """2.2.3.15, with the id in the form that Exchange gives it."""
    exception = ET.Element("Obj", RefId="1")
    exception.append(_kinds("0", "System.Management.Automation.RemoteException", "System.Object"))
    ET.SubElement(exception, "ToString").text = error.words
    told = ET.SubElement(exception, "Props")
    told.append(_named("Message", _string(error.words)))
    own = f"[Server=EX01,RequestId={uuid.uuid4()},TimeStamp=22.11.2026 08:00:00] [FailureCategory=Cmdlet-{error.reason}] 4B953CE,{cmdlet}"
    made = properties(
        Exception=exception,
        TargetObject=ET.Element("Nil"),
        FullyQualifiedErrorId=_string(error.reason if error.ends else own),
        InvocationInfo=ET.Element("Nil"),
        ErrorCategory_Category=primitive("I32", 13),
        ErrorCategory_Activity=_string(cmdlet),
        ErrorCategory_Reason=_string(error.reason),
        ErrorCategory_TargetName=_string(""),
        ErrorCategory_TargetType=_string(""),
        ErrorCategory_Message=_string(f"NotSpecified: (:) [{cmdlet}], {error.reason}"),
        SerializeExtendedInfo=primitive("B", "false"),
    )
    made.insert(0, _kinds("5", "System.Management.Automation.ErrorRecord", "System.Object"))
    return made


def output(row: Mapping[str, Any]) -> ET.Element:
    """One object of a pipeline after Select-Object: all properties are extended ones."""
    made = properties(**{name: value_element(value, index + 10) for index, (name, value) in enumerate(row.items())})
    made.insert(
        0, _kinds("0", "Selected.Microsoft.Exchange", "System.Management.Automation.PSCustomObject", "System.Object")
    )
    return made


PRIMITIVES: dict[type, tuple[str, Callable[[Any], str]]] = {
    bool: ("B", lambda value: str(value).lower()),
    int: ("I32", str),
    uuid.UUID: ("G", str),
    datetime: ("DT", lambda value: value.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")),
}


def value_element(value: Any, number: int) -> ET.Element:
    if value is None:
        return ET.Element("Nil")
    if isinstance(value, Enum | Shown):
        return _object(value, number)
    if isinstance(value, Wrapped):
        made = ET.Element("Obj", RefId=str(number))
        made.append(_kinds(str(number), "System.String", "System.Object"))
        made.append(_string(value.text))
        return made
    for kind, (tag, written) in PRIMITIVES.items():
        if isinstance(value, kind):
            return primitive(tag, written(value))
    return _string(str(value))


def _object(value: Enum | Shown, number: int) -> ET.Element:
    made = ET.Element("Obj", RefId=str(number))
    bases = ("System.Enum", "System.ValueType") if isinstance(value, Enum) else ()
    made.append(_kinds(str(number), value.kind, *bases, "System.Object"))
    ET.SubElement(made, "ToString").text = value.name if isinstance(value, Enum) else _escaped(value.text)
    if isinstance(value, Enum):
        made.append(primitive("I32", value.number))
    return made


def _kinds(number: str, *names: str) -> ET.Element:
    made = ET.Element("TN", RefId=number)
    made.extend(primitive("T", name) for name in names)
    return made


def _named(name: str, made: ET.Element) -> ET.Element:
    made.set("N", name)
    return made


def _string(text: str) -> ET.Element:
    return primitive("S", _escaped(text))


def _escaped(text: str) -> str:
    """2.2.5.3.2: control characters and both halves of a surrogate pair are _xHHHH_, and so is what looks like one."""
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub(r"[\x00-\x1f\x7f-\x9f\U00010000-\U0010ffff]", _escape, text)


def _escape(found: re.Match[str]) -> str:
    raw = found[0].encode("utf-16-be")
    return "".join(f"_x{raw[at : at + 2].hex().upper()}_" for at in range(0, len(raw), 2))
