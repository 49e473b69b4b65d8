"""Every notice in every language: complete, and incomplete only loudly."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from skyflytt.drop.how_to_fetch import LANGUAGES
from skyflytt.notice.local_time import at_text, until_text
from skyflytt.notice.message import VALUES, NoticeKind, render
from skyflytt.project.fields import Language

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def values(kind: NoticeKind, **changed: object) -> dict[str, object]:
    given: dict[str, object] = {name: f"<{name}>" for name in VALUES[kind]}
    return {**given, **{name: value for name, value in changed.items() if name in given}}


@pytest.mark.parametrize(("kind", "language"), [*itertools.product(NoticeKind, LANGUAGES)])
@pytest.mark.parametrize("variant", [{"place": "ftps", "receipt": True}, {"place": "s3", "receipt": False}])
def test_each_renders_with_all_that_it_needs(kind: NoticeKind, language: Language, variant: dict[str, object]) -> None:
    text = render(kind, language, values(kind, **variant))
    hidden = {
        "place",
        "receipt",
        *(("host", "port", "login") if variant["place"] == "s3" and kind == "drop-opened" else ()),
    }
    for name in set(VALUES[kind]) - hidden:
        assert f"<{name}>" in text.subject + text.body, name
    assert text.subject
    assert "\n" not in text.subject
    assert text.body.endswith("\n")
    assert not re.search(r"[{}]|\n\n\n", text.body)


@pytest.mark.parametrize(("kind", "language"), [*itertools.product(NoticeKind, LANGUAGES)])
def test_a_missing_value_is_an_error(kind: NoticeKind, language: Language) -> None:
    for name in set(VALUES[kind]) - {"host", "port", "login"}:
        given = values(kind)
        del given[name]
        with pytest.raises(UndefinedError):
            render(kind, language, given)


def test_no_notice_has_the_same_text_in_two_languages() -> None:
    for kind in NoticeKind:
        assert len({render(kind, language, values(kind)).body for language in LANGUAGES}) == 4


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", "31 oktober 2026 kl. 24:00"),
        ("nb", "31. oktober 2026 kl. 24:00"),
        ("sr", "31. oktobar 2026. u 24:00"),
        ("en", "31 October 2026, 24:00"),
    ],
)
def test_a_midnight_that_ends_a_day_is_its_24(language: Language, words: str) -> None:
    assert until_text(datetime(2026, 10, 31, 23, tzinfo=UTC), STOCKHOLM, language) == words


def test_other_times_are_local() -> None:
    assert until_text(datetime(2026, 7, 1, 10, 30, tzinfo=UTC), STOCKHOLM, "en") == "1 July 2026, 12:30"
    assert at_text(datetime(2026, 10, 31, 23, tzinfo=UTC), STOCKHOLM, "sv") == "1 november 2026 kl. 00:00"
