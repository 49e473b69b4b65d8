"""The pictures: well-formed, described in words, and true to their figures."""

from __future__ import annotations

from lxml import etree

from skyflytt.report.drawing import WIDTH, Caption, bars, gauge, track

SAID = Caption("g-1", "mailbox <anna>", "1 of 2 & 3")


def parsed(picture: str) -> etree._Element:
    found = etree.fromstring(picture)
    assert found.get("role") == "img"
    assert found.get("aria-labelledby") == "g-1-t g-1-d"
    assert [one.text for one in found.findall("*")[:2]] == [SAID.title, SAID.desc]
    return found


def widths(found: etree._Element) -> list[float]:
    return [float(one.get("width", "")) for one in found.findall("rect")]


def test_a_gauge_is_as_wide_as_its_parts() -> None:
    found = parsed(gauge(SAID, [("moved", 3), ("left", 0), ("failed", 1)]))
    assert [one.get("class") for one in found.findall("rect")] == ["moved", "failed"]
    assert widths(found) == [750, 250]


def test_one_of_a_thousand_million_is_still_seen() -> None:
    found = widths(parsed(gauge(SAID, [("moved", 10**9), ("failed", 1)])))
    assert found[1] > 5
    assert abs(sum(found) - WIDTH) < 0.1


def test_nothing_draws_nothing() -> None:
    assert widths(parsed(gauge(SAID, []))) == []
    assert widths(parsed(bars(SAID, [], "moved"))) == []
    assert widths(parsed(bars(SAID, [(0, "none")], "moved"))) == []


def test_columns_are_as_high_as_their_values_and_say_them() -> None:
    found = parsed(bars(SAID, [(10, "ten"), (0, "none"), (5, "five <b>")], "moved"))
    heights = [float(one.get("height", "")) for one in found.findall("rect")]
    assert heights == [116, 58]
    assert [one.findtext("title") for one in found.findall("rect")] == ["ten", "five <b>"]


def test_a_line_of_time_marks_what_is_behind() -> None:
    found = parsed(track(SAID, [(0.0, "first"), (0.5, "second"), (1.0, "last")], 0.6))
    marks = [one.get("class") for one in found.findall("rect") if one.findtext("title")]
    assert marks == ["mark behind", "mark behind", "mark", "now"]
    for one in found.findall("rect"):
        assert 0 <= float(one.get("x", "")) <= WIDTH - float(one.get("width", ""))
