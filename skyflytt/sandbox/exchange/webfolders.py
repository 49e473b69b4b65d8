"""A share of the old provider as a WebDAV folder (RFC 4918), to be looked into: what a computer shows as a network drive."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import FileResponse, Response

ALLOWED = "OPTIONS, PROPFIND, GET, HEAD"


def answer(request: Request, root: Path) -> Response:
    """Nothing can be changed through it; properties are the usual ones, whichever were asked for."""
    found = (root / request.path_params["path"]).resolve()
    if not found.is_relative_to(root.resolve()) or not found.exists():
        return Response(status_code=404)
    if request.method == "PROPFIND":
        depth_0 = request.headers.get("depth", "1") == "0"
        shown = [found] if depth_0 or found.is_file() else [found, *sorted(found.iterdir())]
        top = Element("{DAV:}multistatus")
        for path in shown:
            _entry(top, path, request.url.path.rstrip("/") + ("" if path == found else f"/{quote(path.name)}"))
        return Response(tostring(top, "utf-8", xml_declaration=True), 207, media_type="application/xml")
    if request.method in {"GET", "HEAD"} and found.is_file():
        return FileResponse(found)
    return Response(headers={"DAV": "1", "Allow": ALLOWED, "MS-Author-Via": "DAV"})


def _entry(top: Element, path: Path, href: str) -> None:
    entry, known = SubElement(top, "{DAV:}response"), path.stat()
    SubElement(entry, "{DAV:}href").text = f"{href}/" if path.is_dir() else href
    state = SubElement(entry, "{DAV:}propstat")
    properties = SubElement(state, "{DAV:}prop")
    kind = SubElement(properties, "{DAV:}resourcetype")
    if path.is_dir():
        SubElement(kind, "{DAV:}collection")
    else:
        SubElement(properties, "{DAV:}getcontentlength").text = str(known.st_size)
    modified = format_datetime(datetime.fromtimestamp(known.st_mtime, UTC), usegmt=True)
    SubElement(properties, "{DAV:}getlastmodified").text = modified
    SubElement(state, "{DAV:}status").text = "HTTP/1.1 200 OK"
