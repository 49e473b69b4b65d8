"""Files with several names."""

from __future__ import annotations

from pathlib import Path

from skyflytt.concern.entry_count import EntryCount
from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.files.local import open_local
from skyflytt.project.servers import LocalServer
from tests.concern.given import facts, found
from tests.files.engine.shares import MORNING, nothing_excluded


def test_they_are_told() -> None:
    share = ShareFacts("company", hard_links=Sample(3, ("a", "b", "c")))
    (concern,) = found("files_hard_links", facts(share))
    assert concern.found == "3 names of files that have more than one."
    assert concern.examples == ("a", "b", "c")


def test_nothing_without_any() -> None:
    assert not found("files_hard_links", facts(ShareFacts("company")))


def test_a_count_of_this_machines_files_finds_them(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"1")
    (tmp_path / "two").write_bytes(b"2")
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "one too").hardlink_to(tmp_path / "one")
    with open_local(LocalServer(kind="local", root=tmp_path)) as store:
        counted = EntryCount("company", nothing_excluded, MORNING).run(store, lambda _done, _of: None)
    assert counted.hard_links == Sample(2, ("m/one too", "one"))
    assert counted.files == 3
