"""Messages to write as MIME: made up in every way that the model allows."""

from __future__ import annotations

from hypothesis import strategies as st

from skyflytt.outlook.mapi import Attachment, Message, Named, Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PS_INTERNET_HEADERS
from skyflytt.outlook.rtf import compress

TEXTS = st.text(st.characters(exclude_categories=()), max_size=120) | st.sampled_from(
    [
        "",
        "a\r\nBcc: evil@example.com",
        "x" * 1200,
        "å" * 300,
        "\ud800",
        "\0",
        " ",
        '"',
        "=?utf-8?Q?x?=",
        "Åsa Öst",
        "\u2028X: y",
        "a\x85b",
    ]
)
ADDRESSES = st.sampled_from(
    [
        "bo@example.com",
        "/o=Org/ou=Site/cn=Recipients/cn=bo",
        "",
        "bo@exa\r\nX: y",
        "a b@c",
        "@",
        '"q r"@example.com',
        "å@ö.se",
        "<a@b>",
    ]
)
DATA = st.binary(max_size=300) | st.sampled_from([b"a\r\n", b"\n", b"Subject: x\n\nbody\n", b"--=_x\r\n", b"\r"])
FILETIMES = st.integers(-5, 2**63 - 1) | st.just(133_603_650_150_000_000)
ENTRY_IDS = DATA | st.just(
    bytes(4)
    + bytes.fromhex("812B1FA4BEA310199D6E00DD010F5402")
    + b"\0\0\0\x80"
    + "Ö\0SMTP\0o@example.com\0".encode("utf-16-le")
)
MAIL_TYPES = st.sampled_from(
    ["text/plain", "image/png", "application/pdf", "x", "a/b\r\nX: y", "", "text/html; charset=x", "TEXT/X-å"]
)


def properties_of(strategies: dict[int | Named, st.SearchStrategy[object]]) -> st.SearchStrategy[Properties]:
    return st.fixed_dictionaries({}, optional=strategies)  # type: ignore[return-value]


RECIPIENTS = properties_of(
    {
        tags.DISPLAY_NAME: TEXTS,
        tags.ADDRESS_TYPE: st.sampled_from(["SMTP", "EX", "FAX", "", "MAPIPDL"]),
        tags.EMAIL_ADDRESS: ADDRESSES,
        tags.SMTP_ADDRESS: ADDRESSES,
        tags.RECIPIENT_TYPE: st.integers(-(2**31), 2**31 - 1) | st.sampled_from([0, 1, 2, 3]),
        tags.ENTRY_ID: ENTRY_IDS,
    }
)
ATTACHMENT_BAGS = properties_of(
    {
        tags.ATTACH_DATA: DATA,
        tags.ATTACH_METHOD: st.sampled_from([0, 1, 2, 4, 5, 6, 7, -1]),
        tags.ATTACH_LONG_FILENAME: TEXTS,
        tags.ATTACH_FILENAME: TEXTS,
        tags.ATTACH_LONG_PATHNAME: TEXTS,
        tags.ATTACH_MIME_TAG: MAIL_TYPES,
        tags.ATTACH_CONTENT_ID: TEXTS | st.just("image1"),
        tags.ATTACH_CONTENT_LOCATION: TEXTS,
        tags.TEXT_ATTACHMENT_CHARSET: TEXTS,
        tags.CREATION_TIME: FILETIMES,
        tags.ATTACH_FLAGS: st.sampled_from([0, 4]),
    }
)
BAGS = properties_of(
    {
        tags.MESSAGE_CLASS: st.sampled_from(
            ["IPM.Note", "IPM", "", "IPM.Custom", "REPORT.IPM.Note.NDR", "REPORT.IPM.Note.IPNRN"]
        ),
        tags.SUBJECT: TEXTS | st.just("\x01\x05RE: x"),
        tags.BODY: TEXTS,
        tags.HTML: DATA | st.sampled_from([b"<p>cid:image1</p>", "<p>å</p>".encode("cp1252")]),
        tags.RTF_COMPRESSED: DATA
        | st.sampled_from([compress(b"{\\rtf1 x}"), compress(b"{\\rtf1\\fromhtml1 {\\*\\htmltag64 <p>}x}")]),
        tags.INTERNET_CODEPAGE: st.sampled_from([0, 1252, 65001, 20127, 932, 1200, 99999, 50220]),
        tags.NATIVE_BODY: st.sampled_from([0, 1, 2, 3]),
        tags.SENDER_NAME: TEXTS,
        tags.SENDER_EMAIL_ADDRESS: ADDRESSES,
        tags.SENDER_ADDRESS_TYPE: st.sampled_from(["SMTP", "EX"]),
        tags.SENT_REPRESENTING_NAME: TEXTS,
        tags.SENT_REPRESENTING_EMAIL_ADDRESS: ADDRESSES,
        tags.SENT_REPRESENTING_ENTRY_ID: ENTRY_IDS,
        tags.REPLY_RECIPIENT_ENTRIES: DATA,
        tags.REPLY_RECIPIENT_NAMES: TEXTS,
        tags.CLIENT_SUBMIT_TIME: FILETIMES,
        tags.MESSAGE_DELIVERY_TIME: FILETIMES,
        tags.INTERNET_MESSAGE_ID: TEXTS,
        tags.INTERNET_REFERENCES: TEXTS,
        tags.IMPORTANCE: st.integers(-5, 5),
        tags.PRIORITY: st.integers(-5, 5),
        tags.SENSITIVITY: st.integers(-5, 5),
        tags.CONVERSATION_TOPIC: TEXTS,
        tags.CONVERSATION_INDEX: DATA,
        tags.READ_RECEIPT_REQUESTED: st.booleans(),
        tags.MESSAGE_FLAGS: st.integers(0, 255),
        tags.ORIGINAL_MESSAGE_ID: TEXTS,
        KEYWORDS: st.lists(TEXTS, max_size=3).map(tuple),
        Named(PS_INTERNET_HEADERS, "X-Own", 0x1F): TEXTS,
        Named(PS_INTERNET_HEADERS, "X-Bad: name\r\n", 0x1F): TEXTS,
    }
)


def nested(inner: st.SearchStrategy[Message]) -> st.SearchStrategy[Message]:
    attachments = st.builds(Attachment, ATTACHMENT_BAGS, st.none() | inner)
    return st.builds(Message, BAGS, st.lists(RECIPIENTS, max_size=3), st.lists(attachments, max_size=3))


MESSAGES = st.recursive(st.builds(Message, BAGS), nested, max_leaves=4)
