"""`skyflytt drop …` and `skyflytt card …` over a project file: a drop's life as an operator types it, encrypted."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pyzipper
import yaml

from skyflytt.cli import run
from skyflytt.deadline.clock import CLOCK_FILE_VARIABLE
from skyflytt.files.ftps.store import open_ftps

FILES = {"Backup/bolag.zip": b"PK" * 900, "avtal.txt": "avtal åäö".encode()}


@pytest.fixture
def project_file(drops: Any, drop_server: tuple[Path, int], monkeypatch: pytest.MonkeyPatch) -> Path:
    root: Path = drops.root
    for path, content in FILES.items():
        (root / "old/homes" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "old/homes" / path).write_bytes(content)
    (root / "new").mkdir()
    data = drops.project.model_dump(mode="json", exclude_defaults=True)
    data["servers"]["handover"]["accounts_dir"] = str(drops.accounts.folder)
    data["servers"] |= {name: {"kind": "local", "root": str(root / name)} for name in ("old", "new")}
    data["shares"] = [
        {"name": "homes", "source": {"server": "old", "path": "homes"}, "target": {"server": "new", "path": "homes"}}
    ]
    data["applications"] = [
        {"name": "visma", "product": "Visma Administration 2000", "backup": {"share": "homes", "path": "Backup"}}
    ]
    data["drops"] = [
        {
            "name": "handover",
            "server": "handover",
            "days": 3,
            "extensions": 1,
            "encryption": "zip-aes256",
            "contents": ["applications", "shares"],
        }
    ]
    (root / "project.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    monkeypatch.setenv(CLOCK_FILE_VARIABLE, str(drop_server[0] / "clock"))
    monkeypatch.setenv("SKYFLYTT_SECRET_SERVERS_HANDOVER", "operatörens hemlighet")
    return root / "project.yaml"


def typed(project_file: Path, *words: str) -> int:
    group, command, *more = words
    return run([group, command, str(project_file), *more, "--workspace", str(project_file.parent / "workspace")])


def test_a_drops_life_from_the_command_line(
    project_file: Path, drops: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(project_file, "drop", "open", "--until", "2026-10-31") == 2
    assert "drop.end-in-past" in capsys.readouterr().err
    assert typed(project_file, "drop", "open") == 0
    said = capsys.readouterr().out
    shown = {line.split(":")[0]: line.split(":", 1)[1].strip() for line in said.splitlines() if ":" in line}
    secret, passphrase = shown["Secret"], shown["Passphrase"]
    kept = project_file.parent / "workspace/handover"
    for name, text in (("handover.secret", secret), ("handover.passphrase", passphrase)):
        assert (kept / name).read_text() == text
        assert stat.S_IMODE((kept / name).stat().st_mode) == 0o600
    assert typed(project_file, "drop", "open") == 0
    assert secret not in capsys.readouterr().out

    with open_ftps(drops.server, secret, user="norrsken-handover") as store:
        for name in ("manifest.csv", "shares/homes.zip", "application-cards.json", "HOW-TO-FETCH.sv.html"):
            (tmp_path / "got" / name).parent.mkdir(parents=True, exist_ok=True)
            with store.read(name) as file:
                (tmp_path / "got" / name).write_bytes(file.read())
    with pyzipper.AESZipFile(tmp_path / "got/shares/homes.zip") as archive:
        archive.setpassword(passphrase.encode())
        assert {name: archive.read(name) for name in FILES} == FILES
    page = (tmp_path / "got/HOW-TO-FETCH.sv.html").read_text()
    assert "7-Zip" in page
    assert passphrase not in page
    assert secret not in page
    assert run(["verify-drop", str(tmp_path / "got")]) == 1

    assert typed(project_file, "drop", "extend", "--days", "40") == 1
    assert "drop.beyond-contract" in capsys.readouterr().err
    assert typed(project_file, "drop", "extend", "--days", "1") == 0
    assert typed(project_file, "drop", "extend", "--days", "1") == 1
    assert "drop.extensions-used-up" in capsys.readouterr().err

    assert typed(project_file, "drop", "status", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["extensions"], told["files"]) == ("open", 1, 2)
    assert told["never_fetched"] == ["applications/visma.zip"]
    assert typed(project_file, "drop", "status") == 0
    assert "applications/visma.zip" in capsys.readouterr().out

    assert typed(project_file, "drop", "receipt", "--digest", "0" * 64, "--by", "Anna Åström") == 1
    assert typed(project_file, "drop", "receipt", "--digest", told["manifest_digest"], "--by", "Anna Åström") == 0
    assert typed(project_file, "drop", "erase") == 1
    assert "drop.not-erasable" in capsys.readouterr().err
    assert typed(project_file, "drop", "close") == 0
    assert not list(kept.glob("handover.*"))
    drops.clock.move_to(drops.clock.now() + timedelta(days=31))
    assert typed(project_file, "drop", "erase") == 0
    assert "showed 0 objects" in capsys.readouterr().out


def test_cards_from_the_command_line(project_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(project_file, "card", "list") == 1
    assert "there is no backup with a digest" in capsys.readouterr().out
    backup = project_file.parent / "old/homes/Backup/bolag.zip"
    given = ["--version", "2026.1", "--licence-holder", "Anna Åström", "--activation-key-at", "Annas kassaskåp"]
    given += ["--backup", str(backup), "--documentation", "Handbok till Nya Molnet AB", "--note", "Rapporter=Mallar"]
    given += ["--not-needed", "archive=hos byrån sedan länge", "--by", "Anna Åström"]
    assert typed(project_file, "card", "set", "visma", *given) == 0
    assert "no restore of the backup has been tried" in capsys.readouterr().out
    assert typed(project_file, "card", "set", "visma", "--restore", "worked", "--by", "Bengt Öberg") == 0
    assert typed(project_file, "card", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])[0]["open"] == []
    assert typed(project_file, "card", "show", "visma") == 0
    said = capsys.readouterr().out
    for part in ("Annas kassaskåp", "worked, Bengt Öberg", "hos byrån sedan länge (Anna Åström)", "ask: "):
        assert part in said


@pytest.mark.parametrize(
    "words",
    [
        ["set", "visma"],
        ["set", "visma", "--restore", "perhaps"],
        ["set", "visma", "--not-needed", "colour=red"],
        ["set", "visma", "--note", "nothing"],
        ["set", "visma", "--activation-key-at", "ABCD-1234-EFGH-5678"],
        ["show", "pyramid"],
    ],
)
def test_cards_and_bad_input(project_file: Path, words: list[str]) -> None:
    assert typed(project_file, "card", *words) == 2


@pytest.mark.parametrize(
    "words",
    [
        ["extend"],
        ["extend", "--days", "1", "--until", "2026-11-20"],
        ["open", "--until", "soon"],
        ["receipt"],
        ["status", "nowhere"],
    ],
)
def test_drops_and_bad_input(project_file: Path, words: list[str]) -> None:
    assert typed(project_file, "drop", *words) == 2
