from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skyflytt.mail.items.folder_names import in_outlook


def test_inbox_is_called_so_and_comes_first() -> None:
    assert in_outlook([("Arkiv", "2024"), ("INBOX", "Kund"), ("INBOX",)]) == {
        ("INBOX",): ("Inbox",),
        ("INBOX", "Kund"): ("Inbox", "Kund"),
        ("Arkiv",): ("Arkiv",),
        ("Arkiv", "2024"): ("Arkiv", "2024"),
    }


def test_twins_are_numbered_with_all_that_is_below_them() -> None:
    named = in_outlook([("INBOX",), ("Inbox",), ("kund",), ("Kund", "a"), ("KUND", "a")])
    assert named["Inbox",] == ("Inbox (2)",)
    assert {named["kund",], named["Kund",], named["KUND",]} == {("KUND",), ("Kund (2)",), ("kund (3)",)}
    assert named["Kund", "a"] == ("Kund (2)", "a")


@given(
    st.sets(
        st.lists(st.sampled_from(["a", "A", "a (2)", "", "å", "INBOX", "Inbox"]), min_size=1, max_size=4).map(tuple)
    )
)
def test_names_are_distinct_and_parents_come_first(folders: set[tuple[str, ...]]) -> None:
    named = in_outlook(folders)
    assert folders <= named.keys()
    folded = [tuple(name.casefold() for name in path) for path in named.values()]
    assert len(set(folded)) == len(folded)
    for position, path in enumerate(named.values()):
        assert len(path) == 1 or path[:-1] in list(named.values())[:position]
