from hypothesis import given
from hypothesis import strategies as st

from skyflytt.outlook.pst.integrity import crc, signature


def _crc_bit_by_bit(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value


@given(st.binary(max_size=300))
def test_the_crc_has_no_seed_and_no_inversion(data: bytes) -> None:
    assert crc(data) == _crc_bit_by_bit(data)


def test_the_signature_is_what_outlook_wrote() -> None:
    """The density lists of three files that Outlook wrote, and a place and BID with more than 32 bits."""
    assert signature(0x4200, 0x17F) == 0x437F
    assert signature(0x4200, 0x4DF) == 0x46DF
    assert signature(0x4200, 0xC0B) == 0x4E0B
    assert signature(0x1_2345_6780, 0x9_0000_0004) == 0x2345 ^ 0x6784
