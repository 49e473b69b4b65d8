from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skyflytt.mail import utf7
from skyflytt.mail.flags import keepable
from skyflytt.mail.port import FolderRole
from skyflytt.mail.roles import WELL_KNOWN_NAMES, with_guessed_roles


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_modified_utf7_round_trip(name: str) -> None:
    coded = utf7.encode(name)
    assert coded.isascii()
    assert utf7.decode(coded) == name


def test_modified_utf7_of_the_rfc() -> None:
    assert utf7.encode("~peter/mail/台北/日本語") == b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"
    assert utf7.encode("Åtgärd & 🙂") == b"&AMU-tg&AOQ-rd &- &2D3eQg-"


@given(st.binary(max_size=20))
def test_any_bytes_are_some_name(name: bytes) -> None:
    assert isinstance(utf7.decode(name), str)


def test_roles_are_guessed_once_each_and_only_at_the_top() -> None:
    told: dict[tuple[str, ...], FolderRole | None] = {
        ("INBOX",): None, ("Skickat",): None, ("Sent",): None, ("Kund", "Trash"): None, ("Utkast",): None, ("Papirkurv",): None,
        ("Skräppost",): None, ("Архива",): None, ("Övrigt",): FolderRole.JUNK,
    }  # fmt: skip
    roles = with_guessed_roles(told)
    assert roles == told | {
        ("INBOX",): FolderRole.INBOX, ("Sent",): FolderRole.SENT, ("Utkast",): FolderRole.DRAFTS, ("Papirkurv",): FolderRole.TRASH,
        ("Архива",): FolderRole.ARCHIVE,
    }  # fmt: skip


def test_every_well_known_name_is_unmistakable() -> None:
    names = [name.casefold() for names in WELL_KNOWN_NAMES.values() for name in names]
    assert len(names) == len(set(names))


def test_keepable_flags() -> None:
    flags = frozenset({r"\SEEN", r"\Recent", r"\Important", "$Forwarded", "två ord", "a(b", ""})
    assert keepable(flags) == {r"\Seen", "$Forwarded"}
