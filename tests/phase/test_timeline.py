"""The timeline of a run: spans as they were, a picture that is well-formed whatever the names are, and bounded."""

from __future__ import annotations

import base64
import threading
import xml.etree.ElementTree as ET

import pytest

from skyflytt.phase.timeline import MOST_ROWS, Span, Timeline, as_markdown, clock_text, timeline_svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]


def bars(svg: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(svg).iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]


def test_spans_are_measured_from_the_beginning_in_any_thread() -> None:
    at = [10.0]
    timeline = Timeline(lambda: at[0])

    def step() -> None:
        with timeline.span("delta anna"):
            at[0] += 5

    thread = threading.Thread(target=step)
    thread.start()
    thread.join()

    with pytest.raises(ValueError), timeline.span("delta bengt"):
        raise ValueError
    assert timeline.spans == [Span("delta anna", 0, 5), Span("delta bengt", 5, 5, failed=True)]


def test_bars_lie_in_time_and_tell_what_failed() -> None:
    svg = timeline_svg([Span("delta <anna> & co", 0, 60), Span("delta bengt", 30, 120, failed=True)])
    first, second = bars(svg)
    assert float(second.get("x", 0)) > float(first.get("x", 0))
    assert float(second.get("width", 0)) == pytest.approx(1.5 * float(first.get("width", 0)), abs=0.2)
    assert first.get("fill") != second.get("fill")
    assert {"delta <anna> & co", "0:00", "1:00", "2:00"} <= set(texts(svg))


def test_of_very_many_the_longest_are_drawn() -> None:
    spans = [Span(f"delta m{number}", 0, number) for number in range(MOST_ROWS + 160)]
    svg = timeline_svg(spans)
    assert len(bars(svg)) == MOST_ROWS
    assert "and 160 shorter ones" in texts(svg)
    assert not any(text == "delta m0" for text in texts(svg))


def test_nothing_and_no_time_at_all_can_be_drawn() -> None:
    assert bars(timeline_svg([])) == []
    assert len(bars(timeline_svg([Span("at once", 0, 0)]))) == 1


def test_the_picture_is_within_the_text() -> None:
    text = as_markdown([Span("delta anna", 0, 60)], "1 step")
    picture = text.partition("base64,")[2].partition(")")[0]
    assert base64.b64decode(picture).decode() == timeline_svg([Span("delta anna", 0, 60)])
    assert text.endswith("\n\n1 step\n")


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3725, "1:02:05")])
def test_time_is_told_as_on_a_clock(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
