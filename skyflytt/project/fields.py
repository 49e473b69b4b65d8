"""The kinds of value that a project file is written with. Each says what is wrong with a bad one and what to write instead."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from skyflytt.project.part import quoted, wrong

NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_](?:[\w-]*[^\W_])?")
DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*")
HOST = re.compile(r"[^\W_](?:[\w.-]*\w)?\.?")
FOLDER = "folder"
"""Key of the validation context under which the project file's own folder is passed."""


def slug_of(text: str, between: str = "-") -> str:
    """The nearest allowed name: `Anna Åström` becomes `anna-astrom`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(rf"[^a-z0-9{re.escape(between)}]+", "-", plain).strip("-._") or "a-name"


def check_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise wrong(
            f"{quoted(text)} is not a name: names are lower-case letters a-z, digits, and `-`, `_` or `.` between them",
            re.sub(r"([._-])[._-]+", r"\1", slug_of(text, "._-")),
        )
    return text


def check_slug(text: str) -> str:
    if not SLUG.fullmatch(text):
        raise wrong(
            f"{quoted(text)} is not a project's name: lower-case letters a-z, digits and single `-`", slug_of(text)
        )
    return text


def check_email(text: str) -> str:
    if not EMAIL.fullmatch(text):
        raise wrong(f"{quoted(text)} is not an e-mail address", "one address such as anna.astrom@norrskenbygg.example")
    return text


def check_domain(text: str) -> str:
    if not DOMAIN.fullmatch(text):
        raise wrong(f"{quoted(text)} is not a domain name", "the bare domain, such as norrskenbygg.example")
    return text


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def check_host(text: str) -> str:
    if not HOST.fullmatch(text) and not is_address(text):
        raise wrong(
            f"{quoted(text)} is not a host",
            "only a host name or address, such as mail.example.com; `port` is a key of its own",
        )
    return text


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_zone(text: str) -> str:
    zones = known_zones()
    if text not in zones:
        near = get_close_matches(text, sorted(zones), n=1)
        raise wrong(
            f"{quoted(text)} is not a time zone",
            near[0] if near else "a zone's name from the IANA list, such as Europe/Stockholm",
        )
    return text


def check_text(text: str) -> str:
    if not text.strip():
        raise wrong("it is empty", "a text")
    if not text.isprintable():
        raise wrong(f"{quoted(text)} holds a line break or a control character", "one line of text")
    return text


def check_letter(text: str) -> str:
    if not re.fullmatch(r"[A-Z]:", text):
        near = text[:1].upper() if re.fullmatch(r"[A-Za-z]:?\\?", text) else "Z"
        raise wrong(f"{quoted(text)} is not a drive letter", f'"{near}:"')
    return text


def check_server_path(text: str) -> str:
    """A path below a server's root: forward slashes, never outside of the root; given back without `./` and a slash at the end."""
    if "\\" in text:
        raise wrong(f"{quoted(text)} has backslashes", quoted(text.replace("\\", "/").lstrip("/"))[1:-1])
    if text.startswith("/"):
        raise wrong(
            f"{quoted(text)} starts at the top, but paths are below the server's `root`",
            quoted(text.lstrip("/") or ".")[1:-1],
        )
    if not text or not text.isprintable() or ".." in PurePosixPath(text).parts:
        raise wrong(
            f"{quoted(text)} is not a path below the server's `root`",
            "a path such as Visma/Backup, or . for the root itself",
        )
    return str(PurePosixPath(text))


def check_remote_root(text: str) -> str:
    if not text.startswith("/") or "\\" in text or not text.isprintable():
        raise wrong(
            f"{quoted(text)} is not a folder at the server",
            "a path from the top with forward slashes, such as / or /srv/data",
        )
    return text


def check_endpoint(text: str) -> str:
    # The value is not shown: an address of this shape may carry a password.
    if re.search(r"//[^/]*@", text):
        raise wrong(
            "the address carries a user name or a password, and no secret belongs in this file",
            "the address alone, such as https://s3.example.com",
        )
    if not re.fullmatch(r"https?://[\w.\[\]:-]+/?", text):
        raise wrong(
            "this is not an S3 endpoint's address",
            "https://, the host and, where needed, the port, such as https://s3.example.com:9000",
        )
    return text


def check_https(text: str) -> str:
    if re.search(r"//[^/]*@", text):
        raise wrong(
            "the address carries a user name or a password, and no secret belongs in this file", "the address alone"
        )
    if not re.fullmatch(r"https://[\w.\[\]:-]+(/[\w./~%-]*)?", text):
        raise wrong(
            "this is not the address of a service over TLS", "such as https://mail.example.com/EWS/Exchange.asmx"
        )
    return text


def read_day(value: object) -> object:
    """Only `2026-08-08` is a day; numbers and times of day, which pydantic would accept as well, are not."""
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise wrong(
                    f"{quoted(value)} is not a day of the calendar",
                    "a day that exists, as year-month-day, such as 2026-08-08",
                ) from None
        if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", value):
            raise wrong(f"{quoted(value)} is not a date", f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}")
    if not isinstance(value, date) or isinstance(value, datetime):
        raise wrong(
            f"{quoted(value)} is not a date" if value is not None else "it has no value",
            "year-month-day, such as 2026-08-08",
        )
    return value


def resolve(path: Path, info: ValidationInfo) -> Path:
    """Paths on this machine are relative to the project file's folder; without one they stay as they are."""
    if not path.parts:
        raise wrong("it is empty", "a path, relative to the project file's folder")
    try:
        path = path.expanduser()
    except RuntimeError:
        raise wrong(f"{quoted(path)} names a user that this machine does not have", "a path without `~`") from None
    folder = (info.context or {}).get(FOLDER)
    return Path(folder, path) if folder is not None else path


Name = Annotated[
    str, AfterValidator(check_name), Field(json_schema_extra={"pattern": f"^{NAME.pattern}$"}, examples=["homes"])
]
Slug = Annotated[str, AfterValidator(check_slug), Field(json_schema_extra={"pattern": f"^{SLUG.pattern}$"})]
Text = Annotated[str, AfterValidator(check_text), Field(json_schema_extra={"minLength": 1})]
Email = Annotated[str, AfterValidator(check_email), Field(json_schema_extra={"format": "email"})]
Domain = Annotated[str, AfterValidator(check_domain)]
Host = Annotated[str, AfterValidator(check_host)]
Port = Annotated[int, Field(ge=1, le=65535)]
TimeZone = Annotated[str, AfterValidator(check_zone)]
DriveLetter = Annotated[str, AfterValidator(check_letter), Field(json_schema_extra={"pattern": "^[A-Z]:$"})]
ServerPath = Annotated[str, AfterValidator(check_server_path)]
RemoteRoot = Annotated[str, AfterValidator(check_remote_root), Field(json_schema_extra={"pattern": "^/"})]
Endpoint = Annotated[str, AfterValidator(check_endpoint), Field(json_schema_extra={"format": "uri"})]
EwsUrl = Annotated[str, AfterValidator(check_https), Field(json_schema_extra={"format": "uri"})]
Day = Annotated[date, BeforeValidator(read_day)]
LocalPath = Annotated[Path, Field(strict=False), AfterValidator(resolve)]
Language = Literal["sv", "nb", "sr", "en"]
