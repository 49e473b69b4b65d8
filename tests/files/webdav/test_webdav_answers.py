"""What is read from a server's answers, honest and hostile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import PasswordRefused, ServerBusy
from skyflytt.errors.files import FileInUse, PathMissing, PathRefused, TargetFull
from skyflytt.files.port import EntryKind
from skyflytt.files.walk import Listed, Unlisted
from skyflytt.files.webdav.address import Address, origin_of, parts_of
from skyflytt.files.webdav.failures import retry_after_s, status_failure
from skyflytt.files.webdav.multistatus import Answered, Multistatus
from skyflytt.files.webdav.properties import EPOCH, listed, modified

LISTING = b"""<?xml version="1.0" encoding="utf-8"?>
<d:multistatus xmlns:d="DAV:" xmlns:o="http://owncloud.org/ns">
 <d:response>
  <d:href>/dav/Avtal/</d:href>
  <d:propstat>
   <d:prop><d:resourcetype><d:collection/></d:resourcetype><o:id>42</o:id></d:prop>
   <d:status>HTTP/1.1 200 OK</d:status>
  </d:propstat>
  <d:propstat>
   <d:prop><d:getcontentlength/></d:prop>
   <d:status>HTTP/1.1 404 Not Found</d:status>
  </d:propstat>
 </d:response>
 <d:response>
  <d:href>/dav/Avtal/%C3%85&amp;1%23%3F.pdf</d:href>
  <d:propstat>
   <d:prop>
    <d:resourcetype/><d:getcontentlength>12</d:getcontentlength>
    <d:getlastmodified>Tue, 02 Jan 2024 03:04:05 GMT</d:getlastmodified>
   </d:prop>
   <d:status>HTTP/1.1 200 OK</d:status>
  </d:propstat>
 </d:response>
 <d:response><d:href>/dav/Avtal/hemlig</d:href><d:status>HTTP/1.1 403 Forbidden</d:status></d:response>
</d:multistatus>
"""


def read(xml: bytes, step: int = 1 << 20) -> list[Answered]:
    parser = Multistatus("folder")
    found = [each for start in range(0, len(xml), step) for each in parser.feed(xml[start : start + step])]
    return found + parser.feed(b"", last=True)


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
def test_a_listing_in_pieces(step: int) -> None:
    folder, file, refused = read(LISTING, step)
    assert (folder.href, folder.collection, folder.properties) == (
        "/dav/Avtal/",
        True,
        {"DAV: resourcetype": "", "http://owncloud.org/ns id": "42"},
    )
    assert folder.refused == {"DAV: getcontentlength": 404}
    assert parts_of(file.href) == ["dav", "Avtal", "Å&1#?.pdf"]
    at = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert listed(file, "x") == Listed("x", EntryKind.FILE, 12, at)
    assert isinstance(listed(refused, "hemlig"), Unlisted)


def test_responses_come_before_the_end_is_there() -> None:
    parser = Multistatus("folder")
    assert len(parser.feed(LISTING[: LISTING.index(b"<d:response><d:href>/dav/Avtal/hemlig")])) == 2


ENTITIES = b'<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><m>&b;</m>'
OUTSIDE = b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><d:multistatus xmlns:d="DAV:">&x;</d:multistatus>'


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (ENTITIES, "document type"),
        (OUTSIDE, "document type"),
        (b"<html><body>Sign in</body></html>", "html"),
        (b'<d:multistatus xmlns:d="DAV:">' + b"<a>" * 100_000, "depth"),
        (b'<d:multistatus xmlns:d="DAV:"><d:response><d:href>' + b"a" * 100_000, "characters"),
        (b'<d:multistatus xmlns:d="DAV:">&undeclared;</d:multistatus>', "undefined entity"),
        (LISTING[:-200], "unclosed token"),
        (b"", "no element found"),
        (b"\xff\xfe\x00garbage", "syntax error"),
    ],
)
def test_what_is_no_multistatus_is_refused(xml: bytes, why: str) -> None:
    with pytest.raises(PathRefused, match=why):
        read(xml, 4096)


def test_a_file_without_a_size_or_a_time() -> None:
    without = Answered("/x")
    assert isinstance(listed(without, "x"), Unlisted)
    assert isinstance(listed(Answered("/x", properties={"DAV: getcontentlength": "-1"}), "x"), Unlisted)
    assert modified(without) == EPOCH
    assert modified(Answered("/x", properties={"DAV: getlastmodified": "i går"})) == EPOCH


def test_every_character_with_a_meaning_is_encoded() -> None:
    address = Address(origin_of("dav.example", 443), "remote.php/dav/files/å b")
    assert address.url("") == "https://dav.example:443/remote.php/dav/files/%C3%A5%20b"
    assert address.url("a/#?%41;.😀\n", folder=True).endswith("/a/%23%3F%2541%3B.%F0%9F%98%80%0A/")
    assert Address("https://x:1", "").url("") == "https://x:1/"
    assert origin_of("::1", 8443) == "https://[::1]:8443"


@pytest.mark.parametrize(
    ("href", "parts"),
    [
        ("/a/b/", ["a", "b"]),
        ("http://elsewhere:81/a//b", ["a", "b"]),
        ("//elsewhere/a", ["a"]),
        ("/a%2Fb/%2E%2E", ["a/b", ".."]),
        ("/b%E5r", ["b\udce5r"]),
        ("/å/100%", ["å", "100%"]),
        ("", []),
    ],
)
def test_what_an_href_points_to(href: str, parts: list[str]) -> None:
    assert parts_of(href) == parts


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, PasswordRefused),
        (403, PathRefused),
        (404, PathMissing),
        (410, PathMissing),
        (413, PathRefused),
        (423, FileInUse),
        (429, ServerBusy),
        (500, PathRefused),
        (503, ServerBusy),
        (507, TargetFull),
    ],
)
def test_what_a_status_means(status: int, expected: type[Failure]) -> None:
    assert type(status_failure("file", "server", status, {})) is expected


def test_what_a_refusal_says() -> None:
    asks = {"www-authenticate": 'Digest realm="a, b", nonce="x", qop="auth", Bearer'}
    assert "the server takes Bearer, Digest" in status_failure("f", "s", 401, asks).sentence
    body = b'<d:error xmlns:d="DAV:"><s:message xmlns:s="x">File is locked by Ana</s:message></d:error>'
    assert "File is locked by Ana" in status_failure("f", "s", 423, {}, body).sentence


def test_how_long_to_wait() -> None:
    assert retry_after_s({"retry-after": "17"}) == 17
    later = {"retry-after": "Tue, 02 Jan 2024 03:05:05 GMT", "date": "Tue, 02 Jan 2024 03:04:05 GMT"}
    assert retry_after_s(later) == 60
    assert retry_after_s({"retry-after": "soon"}) is None
    assert retry_after_s({}) is None
