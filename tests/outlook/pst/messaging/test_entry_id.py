from __future__ import annotations

from skyflytt.outlook.mapi import Properties
from skyflytt.outlook.mapi.tags import ADDRESS_TYPE, DISPLAY_NAME, EMAIL_ADDRESS
from skyflytt.outlook.pst.messaging.entry_id import address_search_key, one_off_entry_id, store_entry_id

ANNA: Properties = {DISPLAY_NAME: "Anna Å", ADDRESS_TYPE: "SMTP", EMAIL_ADDRESS: "anna@norr.example"}


def test_store_entry_ids_are_flags_key_and_node() -> None:
    assert store_entry_id(bytes(range(16)), 0x8022) == bytes(4) + bytes(range(16)) + b"\x22\x80\0\0"


def test_one_off_entry_ids_hold_name_type_and_address() -> None:
    entry_id = one_off_entry_id(ANNA)
    assert entry_id is not None
    assert entry_id[4:20].hex() == "812b1fa4bea310199d6e00dd010f5402"
    assert entry_id[24:].decode("utf-16-le") == "Anna Å\0SMTP\0anna@norr.example\0"


def test_search_keys_are_in_capitals() -> None:
    assert address_search_key(ANNA) == b"SMTP:ANNA@NORR.EXAMPLE\0"


def test_without_an_address_there_is_neither() -> None:
    nobody: Properties = {DISPLAY_NAME: "Anna Å", ADDRESS_TYPE: "SMTP"}
    assert one_off_entry_id(nobody) is None
    assert address_search_key(nobody) is None
