"""Mail with something wrong: corpus messages cut, spliced, and sprinkled with what parsers stumble over."""

from __future__ import annotations

from pathlib import Path
from random import Random

CORPUS = Path(__file__).parents[2] / "data" / "mail"
_SPRINKLED = (
    b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"\xc3\xa9", b"\r\n\r\n", b"\n\n", b"--", b"=", b"==", b"=\r\n", b'"',
    b"<", b">", b";", b":", b",", b"(", b")", b"=?", b"?=", b"=?utf-8?B?", b"=?x?Q?=FF?=", b"*0*=", b"'", b"%FF",
    b" ", b"\t", b"\x1b$B", b"+AGE-", b"begin 644 x\n", b"`\nend\n", b"Content-Type: multipart/mixed; boundary=x\n",
    b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n", b"Content-Transfer-Encoding: x-uuencode\n",
    b"Content-Type: text/html; charset=utf-16\n", b"Content-Type: text/plain; charset=iso-2022-jp\n",
    b"Content-Type: application/ms-tnef\n", b"\x78\x9f\x3e\x22\x01\x00",
    b"Content-Disposition: attachment; filename*=utf-8''%E2%82%AC\n",
    b"Content-Type: multipart/signed; protocol=application/pkcs7-signature\n",
    b"Content-Type: multipart/report; report-type=delivery-status\n", b"From ", b"charset=utf-7",
)  # fmt: skip


def corpus() -> list[Path]:
    """The messages of tests/data/mail."""
    return sorted(path for path in CORPUS.rglob("*") if path.suffix in (".msg", ".eml"))


def mutated(messages: list[bytes], seed: int) -> bytes:
    """A message with one to eight things wrong; the same seed gives the same message."""
    random = Random(seed)
    data = bytearray(random.choice(messages))
    if random.random() < 0.3:
        data = bytearray(bytes(data).replace(b"\r\n", b"\n").replace(b"\n", random.choice((b"\r\n", b"\n", b"\r"))))
    for _ in range(random.randint(1, 8)):
        _spoil(data, messages, random)
    return bytes(data)


def _spoil(data: bytearray, messages: list[bytes], random: Random) -> None:
    at = random.randint(0, len(data))
    # Half of the time near the beginning: that is where the headers are.
    at = at if random.random() < 0.5 else min(at, random.randint(0, 2_000))
    end = min(len(data), at + random.choice((1, 2, 5, 40, 500, 5_000)))
    match random.randint(0, 6):
        case 0:
            del data[at:end]
        case 1:
            data[at:at] = random.choice(_SPRINKLED)
        case 2:
            data[at:end] = random.randbytes(random.randint(0, 12))
        case 3:
            data[at:at] = data[at:end]
        case 4:
            other = random.choice(messages)
            begin = random.randint(0, len(other))
            data[at:end] = other[begin : begin + random.choice((10, 100, 2_000))]
        case 5:
            del data[at:]
        case 6:
            line = data.find(b"\n", at) + 1
            data[line:line] = random.choice(_SPRINKLED)
