"""FTPS servers and S3 buckets that shares come from or go to."""

from __future__ import annotations

from typing import Any

from skyflytt.project.places import share_place
from skyflytt.project.references import find_contradictions

FTPS = {"kind": "ftps", "host": "ftp.example.com", "user": "flytt"}
BUCKET = {"kind": "s3", "endpoint_url": "https://s3.example.com", "bucket": "data"}


def told(servers: dict[str, Any], target: str, *drops: str) -> list[str]:
    share = {"name": "homes", "source": {"server": "old", "path": "a"}, "target": {"server": target, "path": "a"}}
    drops_there = [{"name": f"drop{number}", "server": name} for number, name in enumerate(drops)]
    return [found.what for found in find_contradictions({"servers": servers, "shares": [share], "drops": drops_there})]


def test_an_account_is_needed() -> None:
    assert not told({"old": FTPS, "new": BUCKET}, "new")
    nobody = {"kind": "ftps", "host": "ftp.example.com"}
    assert told({"old": nobody, "new": BUCKET}, "new") == [
        "the server `old` names no account to log in with, which a share needs"
    ]


def test_a_drop_is_not_opened_among_shares() -> None:
    what = told({"old": FTPS, "new": BUCKET, "handover": BUCKET | {"prefix": "handover/"}}, "new", "handover", "new")
    assert what == ["the server `new` holds shares, and everything in a drop is erased when it is closed"]


def test_the_same_place_by_two_names_is_recognised() -> None:
    servers = {
        "one": BUCKET | {"prefix": "kund/"},
        "two": BUCKET,
        "three": FTPS | {"root": "/kund"},
        "four": FTPS | {"port": 21},
    }
    for one, other in (("one", "two"), ("three", "four")):
        inner, outer = {"server": one, "path": "a"}, {"server": other, "path": "kund/a"}
        assert share_place(servers, inner) == share_place(servers, outer) is not None
