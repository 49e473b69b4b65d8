from __future__ import annotations

import pytest

from skyflytt.outlook.pst.messaging.subject import Subject, split, subject_of


@pytest.mark.parametrize(
    ("subject", "prefix", "normalized"),
    [
        ("RE: x", "RE: ", "x"),
        ("Sv: Grüße", "Sv: ", "Grüße"),
        ("Ärg: x", "Ärg: ", "x"),
        ("RE: RE: x", "RE: ", "RE: x"),
        ("Status: fine", "", "Status: fine"),
        ("10: ten", "", "10: ten"),
        ("RE:x", "", "RE:x"),
        ("RE: ", "RE: ", ""),
        ("", "", ""),
        (": x", "", ": x"),
    ],
)
def test_a_short_word_before_a_colon_is_a_prefix(subject: str, prefix: str, normalized: str) -> None:
    assert split(subject) == (prefix, normalized)


def test_stored_form() -> None:
    assert Subject("RE: ", "x").stored == "\x01\x05RE: x"
    assert Subject("", "x").stored == "\x01\x01x"
    assert Subject("", "").stored == ""


@pytest.mark.parametrize(
    ("brought", "expected"),
    [
        ((None, None, None), None),
        (("Antwort: x", "Antwort: ", None), ("Antwort: ", "x")),
        (("Antwort: x", None, "x"), ("Antwort: ", "x")),
        (("RE: x", "", None), ("", "RE: x")),
        (("RE: x", "FW: ", "y"), ("RE: ", "x")),
        ((None, "FW: ", "y"), ("FW: ", "y")),
        ((None, None, "y"), ("", "y")),
        (("\x01\x05RE: x", None, None), ("RE: ", "x")),
        (("\x01\x01RE: x", None, None), ("", "RE: x")),
        (("\x01\x63x", None, None), ("", "x")),
        (("\x01", None, None), ("", "\x01")),
        (("p" * 300 + "x", "p" * 300, None), ("", "p" * 300 + "x")),
    ],
)
def test_three_properties_say_one_subject(
    brought: tuple[str | None, str | None, str | None], expected: tuple[str, str] | None
) -> None:
    assert subject_of(*brought) == expected


def test_text_that_looks_like_a_mark_is_text_where_the_other_two_say_so() -> None:
    assert subject_of("\x01\x05RE: x", "", "\x01\x05RE: x") == ("", "\x01\x05RE: x")
    assert subject_of("\x01\x05RE: x", "RE: ", "x") == ("RE: ", "x")


def test_a_prefix_has_no_letters_of_two_units() -> None:
    subject = "\U0001d411\U0001d404: x"
    assert split(subject) == subject_of(subject, subject[:4], "x") == ("", subject)
