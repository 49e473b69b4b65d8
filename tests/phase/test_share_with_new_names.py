"""The sandbox's company share, with every awkward name, moved to a folder that has to keep to other rules: discovery says it before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from skyflytt.concern.share_facts import ShareFacts
from skyflytt.evidence.write import write_evidence
from skyflytt.files.names.check import Namespace, broken_rules, must_change
from skyflytt.files.names.kinds import FTP, KINDS, POSIX, S3, SHAREPOINT, WEBDAV, WINDOWS
from skyflytt.ledger.renamed import all_renamed
from skyflytt.mail.collect import untold
from skyflytt.phase.count_share import count_share
from skyflytt.phase.migration import Migration
from skyflytt.phase.move_share import move_share
from skyflytt.phase.target_names import new_names, rules_of_target
from skyflytt.phase.verify_share import verify_share
from skyflytt.project.model import Project
from skyflytt.project.shares import NameRules
from skyflytt.sandbox.company import files
from tests.phase.discovered import EXAMPLE, migration, project


def shares(**changes: Any) -> list[dict[str, Any]]:
    """The example's shares with keys changed."""
    given: list[dict[str, Any]] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["shares"]
    return [{**share, **changes} for share in given]


@pytest.fixture(scope="module", params=["windows", "sharepoint"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migration]:
    root = tmp_path_factory.mktemp("named")
    files.build(root / "old-files")
    (root / "new-files").mkdir()
    with migration(root, shares=shares(name_rules=request.param)) as opened:
        yield opened


@pytest.fixture(scope="module")
def preview(opened: Migration) -> ShareFacts:
    return count_share(opened, "company", untold)


@pytest.fixture(scope="module")
def moved(opened: Migration, preview: ShareFacts) -> Path:
    """The share at the target, after two passes."""
    first, again = move_share(opened, "company", untold), move_share(opened, "company", untold)
    assert first.failed == 0
    assert (again.moved, again.moved_now) == (first.moved, 0)
    return opened.workspace.parent / "new-files" / "company"


def test_discovery_told_what_became_of_the_names(opened: Migration, preview: ShareFacts, moved: Path) -> None:
    renamed = [f"{one.path} → {one.place}" for one in all_renamed(opened.ledger, opened.workload("share", "company"))]
    assert len(renamed) == preview.not_kept.total > 10
    printable = [example for example in preview.not_kept.examples if "\\" not in example]
    assert len(printable) > 5
    assert set(printable) <= set(renamed)


def test_the_target_has_no_name_that_breaks_a_rule(opened: Migration, moved: Path) -> None:
    space = rules_of_target(opened.project, opened.project.share("company"))
    there = [path.relative_to(moved).as_posix() for path in moved.rglob("*")]
    assert not [path for path in there if must_change([one.rule for one in broken_rules(path, space)])]
    assert len({space.fold(path) for path in there}) == len(there)


def test_every_file_is_there_with_its_bytes(opened: Migration, moved: Path) -> None:
    check = verify_share(opened, "company")
    assert (check.changed, check.missing, check.partial) == ((), (), ())
    assert check.files == len([one for one in files.plan() if one.path.startswith("company/")])


def test_the_manifest_leads_back(opened: Migration, moved: Path, tmp_path: Path) -> None:
    write_evidence(opened.ledger, opened.name, tmp_path)
    lines = (tmp_path / "manifests" / "share-company.jsonl").read_text(encoding="utf-8").splitlines()
    back = {row["target"]: row for row in map(json.loads, lines) if row["target"]}
    there = {path.relative_to(moved).as_posix() + ("/" if path.is_dir() else "") for path in moved.rglob("*")}
    assert set(back) == there
    assert {row["key"] for row in back.values() if row["renamed"]} == {
        key
        for one in all_renamed(opened.ledger, opened.workload("share", "company"))
        for key in (one.path, f"{one.path}/")
        if key in {row["key"] for row in back.values()}
    }


def test_rules_by_the_kind_of_server(tmp_path: Path) -> None:
    servers = {
        "webdav": (
            {"kind": "webdav", "host": "h", "user": "u", "root": "/dav/migration"},
            WEBDAV,
            "/dav/migration/hem/",
        ),
        "smb": ({"kind": "smb", "host": "h", "share": "data", "user": "u"}, WINDOWS, "/hem/"),
        "s3": ({"kind": "s3", "bucket": "b", "prefix": "norrsken/"}, S3, "norrsken/hem/"),
        "ftps": ({"kind": "ftps", "host": "h", "user": "u"}, FTP, None),
        "local": ({"kind": "local", "root": tmp_path / "l"}, POSIX, f"{tmp_path}/l/hem/"),
    }
    for name, (server, rules, prefix) in servers.items():
        moving = _project(tmp_path, name, server)
        space = rules_of_target(moving, moving.share("homes"))
        assert space.rules is rules
        assert prefix is None or space.prefix == prefix


def _project(root: Path, name: str, server: dict[str, Any], **more: Any) -> Project:
    share = {
        "name": "homes",
        "source": {"server": "old-files", "path": "homes"},
        "target": {"server": name, "path": "hem"},
    }
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    data["servers"][name] = server
    return project(root, servers=data["servers"], shares=[share | more], applications=[], drops=[])


def test_names_that_are_to_be_kept(tmp_path: Path) -> None:
    server = {"kind": "smb", "host": "h", "share": "data", "user": "u"}
    kept = _project(tmp_path, "nas", server, names="keep")
    assert new_names(kept, kept.share("homes")) is None
    assert rules_of_target(kept, kept.share("homes")).rules is WINDOWS
    other = _project(tmp_path, "nas", server, name_rules="sharepoint")
    assert new_names(other, other.share("homes")) == Namespace(SHAREPOINT, "hem/", at_top=False)


def test_every_kind_can_be_chosen() -> None:
    assert set(NameRules.__args__) == set(KINDS)  # type: ignore[attr-defined]
