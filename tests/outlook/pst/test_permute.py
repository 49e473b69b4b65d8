from skyflytt.outlook.pst.permute import decode, encode


def test_what_is_encoded_comes_back() -> None:
    everything = bytes(range(256))
    assert sorted(encode(everything)) == list(everything)
    assert decode(encode(everything)) == everything


def test_the_tables_are_those_of_the_specification() -> None:
    """The first and last entries of mpbbR and mpbbI ([MS-PST] 5.1)."""
    assert encode(b"\x00\x01\x02\xfe\xff").hex() == "413613da3d"
    assert decode(b"\x00\x01\x02\xfe\xff").hex() == "47f1b4f9ec"
