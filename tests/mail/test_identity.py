from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime, timedelta, timezone
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.mail.concerns import MESSAGE_CONCERNS
from skyflytt.mail.identity import CONTENT_PREFIX, TEXT_PREFIX, fingerprint, matches
from tests.contract.mail_messages import corpus, message

SENT = datetime(2024, 5, 17, 9, 30, tzinfo=timezone(timedelta(hours=2)))
BASE = {
    "subject": "Offert på åtta stolar – svar senast fredag",
    "sender": "Åsa Öst <asa@example.com>",
    "text": "Hej Bo,\n\nhär kommer offerten.\n\nHälsningar\nÅsa\n",
    "attachments": (("offert å.pdf", b"%PDF-1.4\r\n\x00\xff" * 50), ("rader.csv", b"a;b\r\n1;2\r\n")),
    "message_id": "<1@example.com>",
    "sent": SENT,
}


def build(style: str = "base64", boundary: str = "b1", reverse: bool = False, **changes: object) -> bytes:
    """The same content written in several ways: transfer encoding, charset, header form, boundary, order of headers."""
    values = BASE | changes
    charset = "utf-8" if style != "latin" else "iso-8859-1"
    text = str(values["text"]).replace("–", "-")
    headers = [
        (
            "From",
            _header(str(values["sender"]).partition(" <")[0], style) + " <" + str(values["sender"]).partition(" <")[2],
        ),
        ("Subject", _header(str(values["subject"]).replace("–", "-"), style)),
        ("Date", format_datetime(values["sent"])),  # type: ignore[arg-type]
        ("Message-ID", str(values["message_id"])),
        ("Content-Type", f'multipart/mixed; boundary="{boundary}"'),
        ("MIME-Version", "1.0"),
    ]
    out = (
        b"".join(f"{name}: {value}\r\n".encode() for name, value in (reversed(headers) if reverse else headers))
        + b"\r\n"
    )
    out += f"--{boundary}\r\n".encode() + _part(
        f"text/plain; charset={charset}", text.replace("\n", "\r\n").encode(charset), style
    )
    attachments = list(values["attachments"])  # type: ignore[call-overload]
    for name, content in reversed(attachments) if reverse else attachments:
        kind = (
            f"application/octet-stream;\r\n name*=utf-8''{_percent(name)}"
            if style == "qp"
            else f'application/x-a; name="{_header(name, style)}"'
        )
        out += f"--{boundary}\r\nContent-Disposition: attachment\r\n".encode() + _part(kind, content, "base64")
    return out + f"--{boundary}--\r\n".encode()


def _header(text: str, style: str) -> str:
    if style == "8bit" or text.isascii():
        return text
    charset = {"latin": "iso-8859-1"}.get(style, "utf-8")
    return Header(text, charset, maxlinelen=40 if style == "base64" else 76).encode(linesep="\r\n")


def _percent(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())


def _part(kind: str, content: bytes, style: str) -> bytes:
    encoding, data = {
        "base64": ("base64", base64.encodebytes(content).replace(b"\n", b"\r\n")),
        "qp": ("quoted-printable", quopri.encodestring(content.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")),
    }.get(style, ("8bit", content))
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + data + b"\r\n"


def test_how_a_message_is_written_does_not_matter() -> None:
    variants = [
        build(style, boundary, reverse)
        for style in ("base64", "qp", "8bit", "latin")
        for boundary, reverse in (("b1", False), ("=_x.y", True))
    ]
    variants += [raw.replace(b"\r\n", b"\n") for raw in variants]
    variants.append(build(sent=SENT.astimezone(UTC)))
    marks = {fingerprint(raw).fingerprint for raw in variants}
    assert len(marks) == 1
    assert marks.pop().startswith(CONTENT_PREFIX)
    assert len({fingerprint(raw).digest for raw in variants}) == len(set(variants))


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Offert på nio stolar"},
        {"sender": "Åsa Öst <asa@example.net>"},
        {"text": "Hej Bo, här kommer offerten."},
        {"message_id": "<2@example.com>"},
        {"sent": SENT + timedelta(seconds=1)},
        {"attachments": BASE["attachments"][:1]},  # type: ignore[index]
        {"attachments": (("annat.pdf", b"%PDF-1.4\r\n\x00\xff" * 50), BASE["attachments"][1])},  # type: ignore[index]
        {"attachments": ((BASE["attachments"][0][0], b"%PDF-1.5"), BASE["attachments"][1])},  # type: ignore[index]
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_it_says_does_matter(changes: dict[str, object]) -> None:
    assert fingerprint(build(**changes)).fingerprint != fingerprint(build()).fingerprint
    assert matches(build(**changes), build()) is None


def test_what_is_read_from_the_message() -> None:
    identity = fingerprint(build())
    assert identity.subject == "Offert på åtta stolar - svar senast fredag"
    assert identity.message_id == "<1@example.com>"
    assert identity.sent == SENT
    assert identity.sent.tzinfo is UTC
    assert identity.concerns == ()


def test_matches_says_how() -> None:
    assert matches(build(), build()) == "byte-identical"
    assert matches(build("qp"), build("8bit")) == "fingerprint"
    assert matches(b"", b"") == "byte-identical"


def test_attached_messages_are_known_by_their_content() -> None:
    def carrier(inner: bytes) -> bytes:
        head = message(1).partition(b"MIME-Version")[0]
        return (
            head
            + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n"
            + inner
            + b"\r\n--x--\r\n"
        )

    assert matches(carrier(build("qp", "b1")), carrier(build("base64", "b2", True))) == "fingerprint"
    assert matches(carrier(build("qp")), carrier(build("qp", text="Något annat"))) is None


@pytest.mark.parametrize(
    ("raw", "concern"),
    [
        (b"", "empty"),
        (b"\r\nbara text\r\n", "no-header"),
        (message(1).replace(b"\r\n\r\n", b"\r\n"), "header-separator-missing"),
        (b"From asa Fri May 17\r\n" + message(1), "mbox-from-line"),
        (b"Subject: a\r\n" + message(1), "duplicate-header"),
        (message(1).replace(b"Date:", b"X-Date:"), "missing-date"),
        (message(1).replace(b"17 May", b"17 Maj"), "unreadable-date"),
        (message(1).replace(b"From:", b"X-From:"), "missing-from"),
        (message(1).replace(b"Message-ID:", b"X-Id:"), "missing-message-id"),
        (message(1).replace(b"Nummer 1", b"\xff\xfe"), "undecodable-header"),
        (build().replace(b'boundary="b1"', b"x=y"), "boundary-missing"),
        (build().replace(b'boundary="b1"', b"boundary=b2"), "boundary-not-found"),
        (build()[:-8], "closing-boundary-missing"),
        (build().replace(b"base64\r\n\r\n", b"base64\r\n\r\n\xe5\xe4"), "bad-base64"),
        (message(1).replace(b"8bit", b"x-uuencode"), "unknown-transfer-encoding"),
        (message(1).replace(b"utf-8", b"x-unknown"), "undecodable-text"),
        (message(1).replace(b"utf-8", b"unicode_escape"), "undecodable-text"),
        (message(1).replace(b"utf-8", b"us-ascii"), "undecodable-text"),
        (message(1) + b"\0", "null-byte"),
        (message(1).replace(b"\r\n", b"\n"), "bare-lf"),
        (message(1) + b"a\nb\r\n", "mixed-line-ends"),
        (message(1) + b"x" * 1000 + b"\r\n", "long-line"),
        (build().replace(b"--b1\r\nContent-Disp", b"--b1\r\nno header here\r\nContent-Disp"), "part-header-malformed"),
    ],
)
def test_concerns(raw: bytes, concern: str) -> None:
    assert concern in fingerprint(raw).concerns
    assert concern in MESSAGE_CONCERNS
    assert concern not in fingerprint(build()).concerns


def test_lines_of_just_the_allowed_length_are_no_concern() -> None:
    assert fingerprint(message(1) + b"x" * 998 + b"\r\n" + b"y" * 998 + b"\r\n").concerns == ("undecodable-header",)


def test_lost_structure_falls_back_to_the_text() -> None:
    broken = build("8bit").replace(b'boundary="b1"', b"boundary=b2")
    identity = fingerprint(broken)
    assert identity.fingerprint.startswith(TEXT_PREFIX)
    assert identity.fingerprint == fingerprint(broken.replace(b"\r\n", b"\n")).fingerprint
    assert identity.fingerprint == fingerprint(broken.removesuffix(b"\r\n")).fingerprint
    assert identity.fingerprint != fingerprint(broken.replace(b"offerten", b"kaffet")).fingerprint
    assert identity.subject == fingerprint(build()).subject


def test_the_corpus_has_as_many_identities_as_contents() -> None:
    raws = corpus()
    assert len(raws) == 184
    marks: dict[str, set[bytes]] = {}
    for raw in raws.values():
        identity = fingerprint(raw)
        assert set(identity.concerns) <= set(MESSAGE_CONCERNS)
        for variant in (raw.replace(b"\r\n", b"\n"), raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")):
            assert fingerprint(variant).fingerprint == identity.fingerprint
        marks.setdefault(identity.fingerprint, set()).add(raw.replace(b"\r\n", b"\n"))
    alike = sorted(len(texts) for texts in marks.values() if len(texts) > 1)
    # These differ only in recipients, form or structure: another charset of a file name, quotes around a boundary, an mbox line.
    assert sum(alike) == 24, alike


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("mime4j/german-qp.msg", "c1:70604a5bfeaf2a575a3e8103d5851e22e7772f3a490f3ea44bc48ad8db661e4b"),
        (
            "mime4j/attachment-filename-encoding-UTF8.msg",
            "c1:721ddd9fe2e52777a156aa92e1200827ceeed903846d8d64cb8262973e0468d6",
        ),
        (
            "mime4j/base64encoded-rfc822message.msg",
            "c1:714937969a16368b34d5998c701a2cf5bbaf69279ba577f9e4691794c2e3f958",
        ),
        ("mime4j/badbound.msg", "t1:4c77b092342e4db3bb25c51b511082c742ae117bd4954e3acd798b34dc70ec9f"),
    ],
    ids=["text", "attachment", "message in a message", "structure lost"],
)
def test_ledgers_and_archives_hold_fingerprints_of_this_recipe(name: str, mark: str) -> None:
    """Another value here is another recipe: it needs another number in its prefix, for every ledger that exists."""
    assert fingerprint(corpus()[name]).fingerprint == mark


def test_deep_and_hostile_messages_cost_little() -> None:
    deep = b"From: a@b.se\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(200)
    )
    assert "nesting-too-deep" in fingerprint(deep).concerns
    for hostile in (
        b"Content-Type: a/b" + b';a="' * 100_000 + b"\n\n",
        b"Subject: " + b"=?" * 100_000 + b"\n\n",
        b"=?a?q?" * 50_000,
    ):
        fingerprint(hostile)


@given(st.binary(max_size=400))
@settings(max_examples=400, deadline=None)
def test_any_bytes_have_an_identity(raw: bytes) -> None:
    identity = fingerprint(raw)
    identity.subject.encode()
    assert len(identity.fingerprint) == 67


PIECES = st.sampled_from(
    [b"From: ", b"a@b.se", b"\r\n", b"\n", b"\r", b"\n\n", b" ", b"\t", b"Content-Type: multipart/mixed; boundary=x", b"--x", b"--x--",
     b";", b"Content-Type: text/plain; charset=", b"utf-8", b"utf-16", b"utf-7", b"punycode", b"+2AA-", b"quoted-printable",
     b"Content-Transfer-Encoding: base64", b"=?utf-8?b?", b"?=", b"w6U=", b"=", b"=E5", b"\xff", b"\0", b"name*0*=", b"name=", b'"', b"''",
     b"%C3", b"Date: ", b"Mon, 1 Jan 99999 10:00:00", b"-0000", b"message/rfc822", b"Subject: ", b"Message-ID: <x>", b"=?x?q?=00?="]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map(b"".join))
@settings(max_examples=600, deadline=None)
def test_broken_mail_has_an_identity(raw: bytes) -> None:
    identity = fingerprint(raw)
    identity.subject.encode()
    (identity.message_id or "").encode()
    assert set(identity.concerns) <= set(MESSAGE_CONCERNS)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=120)


@given(
    subject=TEXT,
    body=TEXT,
    encoding=st.sampled_from(["base64", "quoted-printable", "8bit"]),
    width=st.integers(30, 120),
)
@settings(max_examples=200, deadline=None)
def test_refolded_and_reencoded_is_the_same(subject: str, body: str, encoding: str, width: int) -> None:
    subject = " ".join(subject.split()) or "-"

    def written(cte: str, width: int, eol: str) -> bytes:
        mail = EmailMessage()
        mail["From"], mail["Message-ID"], mail["Date"] = "asa@example.com", "<1@example.com>", SENT
        mail.set_content(body, cte=cte)
        head = f"Subject: {Header(subject, 'utf-8', maxlinelen=width).encode(linesep=eol)}{eol}".encode()
        return head + mail.as_bytes().replace(b"\n", eol.encode())

    one, other = written("base64", 76, "\r\n"), written(encoding, width, "\n")
    assert fingerprint(one).subject == subject
    assert matches(one, other) is not None
