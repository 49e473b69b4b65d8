from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.outlook.rtf import html_of, origin_of, text_of

HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial CYR;}}"
    b"\r\n{\\colortbl\\red0\\green0\\blue0;}\r\n"
    rb"{\*\htmltag18 <html>}{\*\htmltag50 <body title=\'e5>}\htmlrtf {\htmlrtf0 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
    rb"Caf\'e9 {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 fet{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 \u8364? "
    rb"{\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 \{x\}{\*\mhtmltag84 nothing}\htmlrtf\f1\htmlrtf0 \'cf\'f0"
    rb"{\*\htmltag241 \par}{\*\htmltag72 </p>}\htmlrtf\par}\htmlrtf0 \line {\*\htmltag58 </body>}\htmlrtf }\htmlrtf0 "
    rb"{\*\htmltag27 </html>}}"
)
TEXT = rb"{\rtf1\ansi\ansicpg1252\fromtext \deff0{\fonttbl{\f0\fswiss Arial;}}{\htmlrtf\b bold\htmlrtf0}Rad 1\par Rad\tab 2 \'e5\par}"
NATIVE = (
    rb"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\froman\fcharset238 Times;}{\f1\fcharset128 MS Gothic;}}{\info{\author Nobody}}"
    rb"{\*\generator Word;}{\stylesheet{\s0 Normal;}}\pard\f0 \'9elu\'9dou\'e8k\'fd {\f1\'93\'fa\'96\'7b} \u-10179?\u-8704? "
    rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\v hidden}{\pict\wmetafile8 0011}\ldblquote q\rdblquote\par"
    rb"\uc2\u233ab c\bin3 }}}d\cell e\row\emdash\~\_end}"
)


def test_html_comes_out_as_it_went_in() -> None:
    assert origin_of(HTML) == "html"
    assert html_of(HTML) == ("<html><body title=å><p>Café <b>fet</b>€ &lt;{x}Пр\r\n</p>\r\n</body></html>")


def test_the_text_of_encapsulated_html_is_what_a_word_processor_shows() -> None:
    assert text_of(HTML) == "Café fet€ <{x}Пр\r\n\r\n"


def test_plain_text_comes_out_as_it_went_in() -> None:
    assert origin_of(TEXT) == "text"
    assert html_of(TEXT) is None
    assert text_of(TEXT) == "Rad 1\r\nRad\t2 å\r\n"


def test_text_of_native_rtf() -> None:
    assert origin_of(NATIVE) == "rtf"
    assert html_of(NATIVE) is None
    assert text_of(NATIVE) == "žluťoučký 日本 😀 link“q”\r\né cd\te\r\n—\u00a0\u2011end"


@pytest.mark.parametrize(
    "rtf", [b"", b"text", b"{", b"}", b"{\\rtf1", b"{\\rtf1\\fromhtml1 {\\*\\htmltag64 <p>}x", b"\\", b"{\\rtf1 \\'"]
)
def test_what_is_damaged_gives_what_it_holds(rtf: bytes) -> None:
    assert isinstance(text_of(rtf), str)
    html = html_of(rtf)
    assert html is None or html in ("<p>x", "")


def test_the_mark_counts_in_the_head_only() -> None:
    assert origin_of(rb"{\rtf1\ansi{\fonttbl{\f0 A;}}\fromhtml1 x}") == "rtf"
    assert origin_of(rb"{\rtf1\ansi\fromhtml10 x}") == "rtf"


WORDS = st.sampled_from(
    rb"\u228? \uc9 \'e5 { } \* \htmltag64 \htmlrtf \htmlrtf0 \fonttbl \f1 \bin5 \fcharset128 \v \u-10179 \par \ansicpg932 \u99999999999 "
    rb"text \ \cpg0 \info \plain".split()
)


@given(st.lists(WORDS | st.binary(max_size=5), max_size=80), st.sampled_from([b"\\fromhtml1 ", b"\\fromtext ", b""]))
def test_no_rtf_raises(words: list[bytes], origin: bytes) -> None:
    rtf = b"{\\rtf1" + origin + b"".join(words)
    text_of(rtf).encode("utf-8")
    (html_of(rtf) or "").encode("utf-8")


@pytest.mark.parametrize(
    "hostile",
    [
        b"{" * 300_000,
        b"\\v\\v0 a" * 40_000,
        b"\\'" * 150_000,
        b"\\" + b"a" * 300_000,
        b"\\u" + b"9" * 300_000,
        b"{\\fonttbl" + b"".join(b"\\f%d\\fcharset0" % number for number in range(40_000)),
        b"{\\*" * 100_000,
        b"\\bin99999999999 " + b"x" * 300_000,
    ],
    ids=["braces", "flips", "pairs", "word", "digits", "fonts", "destinations", "bin"],
)
def test_some_hundred_kilobytes_of_anything_takes_seconds_at_most(hostile: bytes) -> None:
    begin = time.perf_counter()
    text_of(b"{\\rtf1 " + hostile)
    html_of(b"{\\rtf1\\fromhtml1 " + hostile)
    assert time.perf_counter() - begin < 20
