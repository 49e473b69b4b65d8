from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.outlook.rtf import compress, decompress, intact

# [MS-OXRTFCP] 3.1.1 and 3.1.2: the examples of the specification.
SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
RTF_LIKE = st.text(alphabet="ab\\{} \r\n0å", max_size=3000).map(lambda text: text.encode("latin-1"))


@pytest.mark.parametrize(
    ("packed", "rtf"),
    [
        (SIMPLE, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"),
        (CROSSING, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
    ],
)
def test_the_examples_of_the_specification(packed: bytes, rtf: bytes) -> None:
    assert decompress(packed) == rtf
    assert intact(packed)
    assert decompress(compress(rtf)) == rtf


def test_a_match_may_cross_the_place_of_writing() -> None:
    assert compress(b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}") == CROSSING


@given(RTF_LIKE | st.binary(max_size=2000) | st.binary(max_size=40).map(lambda piece: piece * 300))
def test_what_is_compressed_comes_back(rtf: bytes) -> None:
    packed = compress(rtf)
    assert decompress(packed) == rtf
    assert intact(packed)


def test_uncompressed_containers_are_read() -> None:
    packed = (4 + 12).to_bytes(4, "little") + (4).to_bytes(4, "little") + b"MELA" + bytes(4) + b"{\\r}"
    assert decompress(packed) == b"{\\r}"
    assert intact(packed)
    assert not intact(packed[:-1])


def test_bare_rtf_is_taken_as_it_is() -> None:
    assert decompress(b"{\\rtf1 x}") == b"{\\rtf1 x}"


@given(st.binary(max_size=300), st.integers(0, 10**6))
def test_any_bytes_give_an_answer_of_bounded_size(data: bytes, raw_size: int) -> None:
    framed = (len(data) + 12).to_bytes(4, "little") + raw_size.to_bytes(4, "little") + b"LZFu" + bytes(4) + data
    assert len(decompress(framed)) <= 8.5 * len(data) + 17
    assert isinstance(intact(framed), bool)
    assert isinstance(decompress(data), bytes)


def test_of_a_stream_that_was_cut_off_the_beginning_is_kept() -> None:
    rtf = b"{\\rtf1 " + b" ".join(b"%d" % (number * 7919) for number in range(2000)) + b"}"
    packed = compress(rtf)
    saved = decompress(packed[: len(packed) // 2])
    assert rtf.startswith(saved)
    assert len(saved) > len(rtf) // 3
    assert not intact(packed[: len(packed) // 2])


def test_one_wrong_bit_is_noticed() -> None:
    packed = bytearray(compress(b"{\\rtf1 hello, hello, hello}"))
    packed[-4] ^= 1
    assert not intact(bytes(packed))


def test_some_hundred_kilobytes_take_seconds_at_most() -> None:
    words = random.Random(3)
    rtf = b"{\\rtf1 " + b" ".join(b"%d" % words.randrange(10**6) for _ in range(40_000)) + b"}"
    begin = time.perf_counter()
    packed = compress(rtf)
    assert decompress(packed) == rtf
    assert time.perf_counter() - begin < 10
    assert len(packed) < len(rtf)
