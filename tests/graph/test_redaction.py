"""No token leaves in a log line or a failure."""

from __future__ import annotations

import logging

import pytest

from skyflytt.graph.redaction import Redacting, redacted

IMPORT = "https://outlook.office365.com/api/gbeta/Mailboxes('MBX:ab@cd')/importItem?authtoken=SECRET-1.2_3"
UPLOAD = "https://norrsken.sharepoint.com/_api/v2.0/drives/b!x/items/1/uploadSession?guid='SECRET'&tempauth=v1.SECRET&a=SECRET"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRET.token-_~+/=",
        "token eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.SECRET.SECRET was sent",
        '{"access_token": "SECRET", "expires_in": 3599}',
        "client_secret=SECRET&grant_type=client_credentials",
        "{'refresh_token': 'SECRET'}",
        f"HTTP Request: POST {IMPORT} HTTP/1.1",
        f'<a href="{UPLOAD}">',
        "https://graph.microsoft.com/v1.0/users?$skiptoken=SECRET&$top=5",
        "https://graph.microsoft.com/v1.0/me/drive/root/delta?%24deltatoken=SECRET",
    ],
)
def test_what_may_be_a_secret_is_hidden(text: str) -> None:
    assert "SECRET" not in redacted(text)
    assert "…" in redacted(text)


def test_what_is_none_stays() -> None:
    text = "GET https://graph.microsoft.com/v1.0/users?$select=id,displayName&$top=100 HTTP 200, request 6731de76"
    assert redacted(text) == text


def test_upload_addresses_with_their_secret_in_the_path() -> None:
    said = redacted('PUT "https://sn3302.up.1drv.com/up/fe6987415ace7X4e1eF866337" 202')
    assert said == 'PUT "https://sn3302.up.1drv.com/up/…" 202'


def test_log_records_are_cleaned() -> None:
    record = logging.LogRecord("httpx", logging.INFO, "", 0, "%s %s", ("POST", IMPORT), None)
    assert Redacting().filter(record)
    assert record.getMessage() == f"POST {IMPORT.partition('=')[0]}=…"
