"""Counting the sandbox's shares, which hold every awkward name, against its own plan."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from skyflytt.concern.share_facts import ShareFacts
from skyflytt.errors.files import PathMissing
from skyflytt.mail.collect import untold
from skyflytt.phase.count_share import count_share, look_at_place
from skyflytt.sandbox.company import files
from tests.phase.discovered import migration


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shares")
    files.build(root / "old-files")
    return root


@pytest.fixture(scope="module")
def company(root: Path) -> ShareFacts:
    with migration(root) as opened:
        return count_share(opened, "company", untold)


def planned(share: str) -> list[files.PlannedFile]:
    return [planned for planned in files.plan() if planned.path.startswith(f"{share}/")]


def test_counts_and_bytes_are_those_of_the_plan(company: ShareFacts) -> None:
    plan = planned("company")
    assert (company.files, company.size_bytes) == (len(plan), sum(one.size for one in plan))
    assert company.empty.total == sum(1 for one in plan if not one.size)
    assert company.largest[0].name == "Bilder/Byggplatser/Drönarfilm Ersboda.mp4"
    assert company.newest is not None
    assert company.newest.timestamp() == max(one.mtime for one in plan)
    assert company.unreadable.total == 0


def test_excluded_files_are_counted_apart(root: Path) -> None:
    with migration(root) as opened:
        homes = count_share(opened, "homes", untold)
    left = [one for one in planned("homes") if one.path.endswith((".tmp", "Thumbs.db"))]
    assert len(left) == homes.excluded_items == 2
    assert homes.excluded_bytes == sum(one.size for one in left)
    assert homes.files == len(planned("homes")) - len(left)


def test_the_awkward_names_are_found(company: ShareFacts) -> None:
    rules = {code: sample.total for code, sample in company.refused_names.items()}
    assert rules == {
        "control-character": 2,
        "device-name": 4,
        "leading-space": 1,
        "leading-tilde": 1,
        "office-lock-file": 1,
        "reserved-character": 7,
        "sharepoint-name": 1,
        "trailing-dot": 3,
        "trailing-space": 3,
    }
    assert company.names_refused.total == 23
    assert [example.rpartition("/")[2] for example in company.case_twins.examples] == [
        "Projekt (beside PROJEKT)",
        "Offert.xlsx (beside OFFERT.xlsx)",
        "offert.XLSX (beside OFFERT.xlsx)",
    ]
    assert (company.not_nfc.total, company.form_twins.total) == (2, 1)
    assert company.longest_path is not None
    assert company.longest_path.text.endswith("/djupt.txt")
    assert company.paths_over_400.total == 3


def test_the_backup_is_seen(company: ShareFacts) -> None:
    (backup,) = company.backups
    there = [one for one in planned("company") if one.path.startswith("company/Visma/Backup/")]
    assert (backup.application, backup.files, backup.size_bytes) == (
        "visma",
        len(there),
        sum(one.size for one in there),
    )
    assert backup.newest is not None
    assert backup.newest.timestamp() == max(one.mtime for one in there)


def test_the_sample_is_small_and_nothing_changed(root: Path, company: ShareFacts) -> None:
    assert company.measured.sampled == 20
    assert 0 < company.measured.sampled_bytes <= 5_000_000
    for one in planned("company"):
        assert int(os.stat(root / "old-files" / one.path).st_mtime) == one.mtime  # noqa: PTH116


def test_a_share_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "old-files").mkdir()
    with migration(tmp_path) as opened, pytest.raises(PathMissing, match="company"):
        count_share(opened, "company", untold)


def test_the_facts_survive_json(company: ShareFacts) -> None:
    adapter = TypeAdapter(ShareFacts)
    assert adapter.validate_json(adapter.dump_json(company)) == company


def test_the_room_at_the_target(company: ShareFacts, tmp_path: Path) -> None:
    assert company.target is not None
    assert (company.target.reachable, company.target.failure_code) == (False, "files.path-missing")
    (tmp_path / "new-files").mkdir()
    with migration(tmp_path) as opened:
        seen = look_at_place(opened, opened.project.share("company").target)
    assert seen.reachable
    assert seen.free_bytes is not None
    assert seen.free_bytes > 0
    assert list((tmp_path / "new-files").iterdir()) == []
