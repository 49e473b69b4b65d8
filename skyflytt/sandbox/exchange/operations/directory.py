"""What is about no item: ResolveNames, ConvertId, time zones, user configurations."""

from __future__ import annotations

import base64
from xml.etree.ElementTree import Element

from skyflytt.sandbox.exchange import ids, soap
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.store import mailboxes
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.exchange.visiting import Visit
from skyflytt.sandbox.exchange.xml import find, find_all, m, t, text_at

_XML_DATA, _BINARY_DATA = 0x7C080102, 0x7C090102
ZONES = {
    "UTC": ("(UTC) Coordinated Universal Time", "PT0S", ""),
    "GMT Standard Time": ("(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "PT0S", "-PT1H"),
    "W. Europe Standard Time": ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "-PT1H", "-PT2H"),
    "Central Europe Standard Time": ("(UTC+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague", "-PT1H", "-PT2H"),
    "Romance Standard Time": ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "-PT1H", "-PT2H"),
    "FLE Standard Time": ("(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius", "-PT2H", "-PT3H"),
}
"""The zones that this server knows: name, bias of standard time, and of daylight time, which all of them keep by the EU's rule."""


def resolve_names(visit: Visit, request: Element) -> list[Element]:
    wanted = text_at(request, "m:UnresolvedEntry").strip().lower().removeprefix("smtp:")
    found = [s for s in mailboxes.primaries(visit.database) if wanted and wanted in (s.address + " " + s.name).lower()]
    if not found:
        return [soap.failure("ResolveNames", ResponseError("ErrorNameResolutionNoResults"))]
    resolved = m(
        "ResolutionSet",
        None,
        *(t("Resolution", None, _mailbox(store)) for store in found[:100]),
        TotalItemsInView=str(len(found)),
        IncludesLastItemInRange="true" if len(found) <= 100 else "false",
    )
    if len(found) == 1:
        return [soap.success("ResolveNames", resolved)]
    several = ResponseError("ErrorNameResolutionMultipleResults")
    return [soap.failure("ResolveNames", several, resolved, warning=True)]


def convert_id(visit: Visit, request: Element) -> list[Element]:
    """EwsId, EntryId and HexEntryId into one another; here they hold the same bytes."""
    target = request.get("DestinationFormat", "")
    messages = []
    for element in find_all(request, "m:SourceIds/t:AlternateId"):
        try:
            text = element.get("Id", "")
            form = element.get("Format", "")
            raw = bytes.fromhex(text).hex() if form == "HexEntryId" else base64.b64decode(text, validate=True).hex()
            store = mailboxes.by_id(visit.database, ids.read(base64.b64encode(bytes.fromhex(raw)).decode()).store)
            shown = raw.upper() if target == "HexEntryId" else base64.b64encode(bytes.fromhex(raw)).decode()
        except (ValueError, ResponseError):
            messages.append(soap.failure("ConvertId", ResponseError("ErrorInvalidIdMalformed")))
            continue
        # Whatever mailbox was named: Exchange tells the one that the id is of, and clients learn their address by it.
        owner = element.get("Mailbox", "") if store is None else store.address
        converted = m("AlternateId", Format=target, Id=shown, Mailbox=owner)
        converted.set("{http://www.w3.org/2001/XMLSchema-instance}type", "t:AlternateIdType")
        messages.append(soap.success("ConvertId", converted))
    return messages


def get_server_time_zones(visit: Visit, request: Element) -> list[Element]:  # noqa: ARG001
    asked = [one.text or "" for one in find_all(request, "m:Ids/t:Id")] or list(ZONES)
    full = request.get("ReturnFullTimeZoneData", "true").lower() in {"true", "1"}
    zones = [_zone(name, full) for name in asked if name in ZONES]
    return [soap.success("GetServerTimeZones", m("TimeZoneDefinitions", None, *zones))]


def get_user_configuration(visit: Visit, request: Element) -> list[Element]:
    """What IPM.Configuration items hold ([MS-OXOCFG] 2.2.1)."""
    try:
        return [soap.success("GetUserConfiguration", _configuration(visit, find(request, "m:UserConfigurationName")))]
    except ResponseError as failed:
        return [soap.failure("GetUserConfiguration", failed)]


def _configuration(visit: Visit, name: Element | None) -> Element:
    if name is None or not len(name):
        raise ResponseError("ErrorInvalidRequest")
    folder = visit.folder(name[0])
    wanted = f"IPM.Configuration.{name.get('Name', '')}"
    row = visit.database.row("SELECT * FROM item WHERE folder = ? AND associated = 1 AND class = ?", folder.id, wanted)
    if row is None:
        raise ResponseError("ErrorItemNotFound")
    view = View(visit.database, folder.store, Item(*row))
    shown = [t("UserConfigurationName", None, name[0], Name=name.get("Name", ""))]
    shown.append(t("ItemId", Id=view.id, ChangeKey=view.change_key))
    for tag, element in ((_XML_DATA, "XmlData"), (_BINARY_DATA, "BinaryData")):
        if isinstance(value := view.get(tag), bytes):
            shown.append(t(element, base64.b64encode(value).decode()))
    return m("UserConfiguration", None, *shown)


def _mailbox(store: Store) -> Element:
    shown = [t("Name", store.name), t("EmailAddress", store.address), t("RoutingType", "SMTP")]
    return t("Mailbox", None, *shown, t("MailboxType", "Mailbox"))


def _zone(name: str, full: bool) -> Element:
    shown, standard, daylight = ZONES[name]
    zone = t("TimeZoneDefinition", Id=name, Name=shown)
    if not full:
        return zone
    periods = [t("Period", Bias=standard, Name="Standard", Id=f"trule:{name}-Standard")]
    zone.append(t("Periods", None, *periods))
    if not daylight:
        return zone
    zone[0].append(t("Period", Bias=daylight, Name="Daylight", Id=f"trule:{name}-Daylight"))
    changes = [_change(name, "Daylight", "PT2H", "3"), _change(name, "Standard", "PT3H", "10")]
    zone.append(t("TransitionsGroups", None, t("TransitionsGroup", None, *changes, Id="0")))
    zone.append(t("Transitions", None, t("Transition", None, t("To", "0", Kind="Group"))))
    return zone


def _change(zone: str, to: str, at: str, month: str) -> Element:
    when = [t("TimeOffset", at), t("Month", month), t("DayOfWeek", "Sunday"), t("Occurrence", "-1")]
    return t("RecurringDayTransition", None, t("To", f"trule:{zone}-{to}", Kind="Period"), *when)
