"""Addresses of mailboxes, as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.errors.mail import AddressWrong
from skyflytt.mail.address import address, pair
from skyflytt.project.url import presentable


@pytest.mark.parametrize(
    ("text", "shown", "account"),
    [
        ("imaps://anna@mail.example.com", "imaps://anna@mail.example.com:993", "anna@mail.example.com"),
        ("IMAPS://anna@Mail.Example.com:1993/", "imaps://anna@mail.example.com:1993", "anna@mail.example.com"),
        (
            "imap+starttls://anna@example.com@mail.example.com",
            "imap+starttls://anna@example.com@mail.example.com:143",
            "anna@example.com@mail.example.com",
        ),
        ("imaps://NORR%5Canna@10.0.0.1?connections=4", r"imaps://NORR\anna@10.0.0.1:993", r"NORR\anna@10.0.0.1"),
        (
            "ews+https://anna@example.com@mail.example.com",
            "ews+https://anna@example.com@mail.example.com/EWS/Exchange.asmx",
            "anna@example.com@mail.example.com",
        ),
        (
            "ews+https://anna@mail.example.com:444/ews/Exchange.asmx?auth=ntlm&user=NORR%5Cflytt&access=impersonation",
            "ews+https://anna@mail.example.com:444/ews/Exchange.asmx",
            r"NORR\flytt@mail.example.com",
        ),
        (
            "ews+https://anna@mail.example.com?store=archive",
            "ews+https://anna@mail.example.com/EWS/Exchange.asmx?store=archive",
            "anna@mail.example.com",
        ),
        (
            "graph://anna@example.com@example.onmicrosoft.com?client_id=app&connections=2",
            "graph://anna@example.com@example.onmicrosoft.com",
            "anna@example.com@example.onmicrosoft.com",
        ),
        ("maildir:///var/mail/anna%20b", "maildir:/var/mail/anna b", None),
        ("pst:/data/100%.pst", "pst:/data/100%.pst", None),
        ("pst:///data/a#b?.pst", "pst:/data/a#b?.pst", None),
    ],
)
def test_what_is_understood(text: str, shown: str, account: str | None) -> None:
    found = address(text)
    assert (found.shown, found.account) == (shown, account)


def test_a_path_from_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert address("maildir:old/anna").shown == f"maildir:{tmp_path}/old/anna"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("anna@example.com", "none of imaps, "),
        ("", "nothing is none of"),
        ("imap://anna@mail.example.com", "imap is none of"),
        ("ews+http://anna@mail.example.com", "ews+http is none of"),
        ("imaps://mail.example.com", "no login"),
        ("imaps://anna@", "no host"),
        ("imaps://anna@mail.example.com:99999", "no port"),
        ("imaps://anna@mail.example.com/Arkiv", "all folders are meant"),
        ("imaps://anna@mail.example.com?colour=red", "colour: "),
        ("imaps://anna@mail.example.com?connections=99", "connections: "),
        ("ews+https://anna@mail.example.com?access=impersonation", "nobody is named who impersonates"),
        ("graph://anna@example.onmicrosoft.com", "client_id"),
        ("graph://anna@example.onmicrosoft.com/x?client_id=app", "nothing comes after the tenant"),
        ("maildir://anna", "three slashes"),
        ("maildir:", "three slashes"),
        ("pst://", "three slashes"),
    ],
)
def test_what_is_not(text: str, why: str) -> None:
    with pytest.raises(AddressWrong) as wrong:
        address(text)
    assert why in wrong.value.detail


@pytest.mark.parametrize(
    "text",
    [
        "imaps://anna:s3cret@mail.example.com",
        "imaps://anna:s3cret/s3cret@mail.example.com",
        "imaps://anna:s3@cret@mail.example.com",
        "imaps://anna:s3cret?s3cret@mail.example.com",
        "imap://anna:s3cret@mail.example.com",
        "ews+https://anna:s3cret@mail.example.com/EWS/Exchange.asmx",
        "imaps://anna@mail.example.com?password=s3cret",
        "imaps://anna@mail.example.com?login_by=s3cret",
        "imaps://anna@mail.example.com/?secret=s3cret#s3cret",
    ],
)
def test_a_password_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(AddressWrong) as wrong:
        address(text)
    assert "s3" not in str(wrong.value)
    assert "s3" not in presentable(text)


def test_no_other_authority_than_the_one_named(tmp_path: Path) -> None:
    assert address("imaps://anna@mail.example.com", tmp_path / "ca.pem").ca_file == tmp_path / "ca.pem"
    own = address("imaps://anna@mail.example.com?ca_file=/own.pem", tmp_path / "ca.pem")
    assert own.ca_file == Path("/own.pem")


def test_both_ends_of_a_move() -> None:
    for target, why in (("pst:new.pst", "PST"), ("maildir:old", "same mailbox")):
        with pytest.raises(AddressWrong) as wrong:
            pair("maildir:old", target)
        assert why in wrong.value.detail


def test_what_else_an_exchange_account_may_have() -> None:
    assert set(address("ews+https://anna@mail.example.com").other_stores) == {"archive", "public"}
    assert not address("ews+https://anna@mail.example.com?store=archive").other_stores
    assert not address("imaps://anna@mail.example.com").other_stores
