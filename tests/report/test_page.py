"""The page: its structure, its policy, and that nothing which stands in a name becomes part of it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html

from skyflytt.concern.concern import Category, Concern
from skyflytt.report.concerns import ConcernLine, Concerns
from skyflytt.report.failures import FailedItem, FailureLine
from skyflytt.report.gauges import Gauge
from skyflytt.report.level import Level
from skyflytt.report.page import Most, headline_of, page_of
from skyflytt.report.report import Report
from skyflytt.report.steps import Steps
from skyflytt.report.template import rendered
from skyflytt.report.verdict import Matter
from tests.report.moves import NOW

PARTS = ["failures", "steps", "deadlines", "throughput", "progress", "concerns", "drops", "approvals", "history"]
NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; --&lt;b&gt;",
    "</style><style>*{display:none}",
    "{{ 7 * 7 }}",
    "\u202egpj.exe",
    "\u200fשם\u200f",
    "a" * 5_000,
    "\udcff\x00\x1b",
]


def tree(report: Report) -> html.HtmlElement:
    return html.document_fromstring(page_of(report).html)


def text_of(found: html.HtmlElement) -> str:
    return " ".join(" ".join(found.itertext()).split())


def test_every_part_is_there_and_every_link_leads_to_one(report: Report) -> None:
    page = tree(report)
    assert [one.get("id") for one in page.iter("section") if one.get("id")] == PARTS
    identities = [one.get("id") for one in page.iter() if isinstance(one.tag, str) and one.get("id")]
    assert len(identities) == len(set(identities))
    links = {one.get("href") for one in page.iter("a")}
    assert links <= {f"#{one}" for one in identities}
    assert len(page.findall(".//h1")) == 1
    assert page.get("lang") == "en"


def test_the_first_part_answers_the_three_questions(report: Report) -> None:
    (first,) = tree(report).find_class("first")
    told = text_of(first)
    assert "6 things are wrong, 4 more need attention" in told
    assert len(first.find_class("matters")[0]) == Most().matters
    assert "… and 5 more things" in told
    assert "in 3 days Notice ends , 2026-10-31 24:00 CET" in told
    assert "so far" in told
    assert "items are at the new home" in told
    assert "1 of 5 mailboxes and shares has not begun" in told
    assert "3 of 35 steps of the playbook are done" in told


def test_the_zone_and_the_rehearsal_are_said(report: Report) -> None:
    told = text_of(tree(report))
    assert "As of 2026-10-28 08:05 All times are Europe/Stockholm (CET now)" in told
    assert "A rehearsal: the hour is that of a movable clock" in told
    assert "A rehearsal" not in text_of(tree(replace(report, clock="system")))


def test_the_policy_allows_the_style_and_nothing_else(report: Report) -> None:
    page = page_of(report).html
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert len(style) == 1
    assert "default-src &#39;none&#39;" in policy
    assert f"style-src &#39;sha256-{digest}&#39;;" in policy
    assert "unsafe" not in policy
    assert "<script" not in page
    assert re.findall(r"\s(?:src|style|on\w+)=", page) == []
    assert re.findall(r"url\((?!data:)", page) == []
    assert page.index("Content-Security-Policy") < page.index("<style>")


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_a_name_is_never_more_than_a_name(report: Report, nasty: str) -> None:
    concern = Concern("x", Category.CRITICAL, nasty, nasty, (nasty,))
    worse = replace(
        report,
        customer=nasty,
        provider=nasty,
        gauges=(Gauge("mailbox", nasty, "ended", NOW, 1, moved=1, adds_up=True, reasons=((nasty, 1),)),),
        failures=(FailureLine(nasty, nasty, nasty, nasty, (FailedItem(nasty, nasty, nasty, nasty, (nasty,)),), 1, 1),),
        concerns=Concerns((ConcernLine(nasty, Category.CRITICAL, nasty, nasty, nasty, (concern,)),), NOW),
        drops=tuple(replace(one, name=nasty, waived_by=(nasty,)) for one in report.drops),
        approvals=tuple(replace(one, what=nasty, approver=nasty) for one in report.approvals),
        deadlines=tuple(replace(one, name=nasty, why=nasty) for one in report.deadlines),
    )
    plain = {one.tag for one in tree(report).iter() if isinstance(one.tag, str)}
    page = tree(worse)
    assert {one.tag for one in page.iter() if isinstance(one.tag, str)} <= plain
    assert len(page.findall(".//style")) == 1
    assert not [name for one in page.iter() for name in one.attrib if str(name).startswith("on")]
    shown = page_of(worse).html
    assert not re.search("[\x00\x1b\u202e\ud800-\udfff]", shown)
    assert max(map(len, page.itertext())) < 20_000
    assert "49" not in text_of(page.findall(".//h1")[0])


def test_long_tables_are_cut_and_say_so(report: Report) -> None:
    many = tuple(Gauge("mailbox", f"m{number:04}", "ended", NOW, 1, moved=2, adds_up=True) for number in range(1_000))
    page = tree(replace(report, gauges=many))
    (table,) = page.xpath("//*[@aria-label='Mailboxes']")
    rows = table.find_class("row")
    assert len(rows) == Most().gauges + 2
    assert "… and 975 more" in text_of(rows[-1])
    assert "1,950 = 1,950 + 0 + 0 + 0" in text_of(rows[-1])


def test_huge_numbers_are_told_in_full(report: Report) -> None:
    huge = 10**15
    gauge = Gauge("share", "s", "ended", NOW, 1, moved=huge, failed=1, source_bytes=huge**2, adds_up=True)
    told = text_of(tree(replace(report, gauges=(gauge,))))
    assert "1,000,000,000,000,001 = 1,000,000,000,000,000 + 0 + 1 + 0 99.9 %" in told


def test_nothing_is_wrong_is_said_as_such(report: Report) -> None:
    calm = replace(
        report,
        failures=(),
        drops=(),
        steps=Steps(),
        deadlines=tuple(replace(one, at=one.at + timedelta(days=60)) for one in report.deadlines[1:]),
        gauges=tuple(one for one in report.gauges if one.is_whole),
        concerns=Concerns(),
        history=replace(report.history, runs=()),
    )
    told = text_of(tree(calm))
    assert "Nothing is wrong" in told
    assert "The project has no playbook" in told
    assert page_of(calm).summary["level"] == "fine"


@pytest.mark.parametrize(
    ("wrong", "calm", "said"),
    [
        (0, 0, "Nothing is wrong"),
        (0, 1, "1 thing needs attention"),
        (0, 2, "2 things need attention"),
        (1, 0, "1 thing is wrong"),
        (2, 1, "2 things are wrong, 1 more needs attention"),
        (1, 2, "1 thing is wrong, 2 more need attention"),
    ],
)
def test_the_headline_counts_what_is_wrong_and_what_needs_attention(wrong: int, calm: int, said: str) -> None:
    of = {Level.WRONG: wrong, Level.ATTENTION: calm}
    assert headline_of([Matter(level, "said", "steps") for level, times in of.items() for _ in range(times)]) == said


def test_the_index_of_no_projects_says_how_one_comes() -> None:
    assert "No project has a report page yet" in rendered("projects.html.j2", {"shown": []})
