"""The script that keeps accounts at a server, run here: what it writes, whom it leaves alone, and that ends come by themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import psutil
import pytest

TOOLS = (
    "awk",
    "cat",
    "chmod",
    "cmp",
    "date",
    "df",
    "dirname",
    "flock",
    "grep",
    "id",
    "ln",
    "mkdir",
    "mv",
    "openssl",
    "ps",
    "rm",
)
MORE_TOOLS = ("setsid", "sh", "sleep", "sync", "touch", "wc")
FOREIGN = "anna:$6$x$y:1000:1000:Anna Åström,,,:/home/anna:/bin/false\n"
Keep = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Without a crontab, so that nobody's is touched; what runs on in the background is ended by its id."""
    (tmp_path / "bin").mkdir()
    for tool in (*TOOLS, *MORE_TOOLS):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    kept = tmp_path / "kept"
    kept.mkdir()
    shutil.copy(str(files("skyflytt.drop.remote").joinpath("keep.sh")), kept / "keep.sh")
    (kept / "accounts").write_text(FOREIGN)
    yield kept
    if (kept / "guard.pid").exists() and psutil.pid_exists(guard := int((kept / "guard.pid").read_text())):
        for process in (*psutil.Process(guard).children(), psutil.Process(guard)):
            process.kill()


@pytest.fixture
def keep(folder: Path) -> Keep:
    def run(*words: str, secret: str = "", status: int = 0) -> str:
        done = subprocess.run(
            ["/bin/sh", str(folder / "keep.sh"), *words],
            input=f"{secret}\n",
            capture_output=True,
            text=True,
            env={"PATH": str(folder.parent / "bin")},
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout.strip()

    return run


def lines(folder: Path) -> list[str]:
    return (folder / "accounts").read_text().splitlines(keepends=True)


def names(folder: Path) -> list[str]:
    return [line.split(":")[0] for line in lines(folder)]


def grant(keep: Keep, name: str = "norrsken-handover", *, opens: int = -5, closes: int = 3600) -> None:
    now = int(time.time())
    keep("grant", name, str(now + opens), str(now + closes), f"/srv/{name}", secret="hemligt å")


def test_only_our_own_lines_are_ever_touched(folder: Path, keep: Keep) -> None:
    grant(keep)
    before, ours = lines(folder)
    assert before == FOREIGN
    fields = ours.rstrip("\n").split(":")
    assert (fields[0], fields[2:]) == (
        "norrsken-handover",
        [str(os.getuid()), str(os.getgid()), "skyflytt-drop", "/srv/norrsken-handover", "/bin/false"],
    )
    assert fields[1].startswith("$6$")
    assert not any("hemligt" in path.read_text() for path in folder.iterdir() if path.is_file())
    keep("grant", "anna", "0", "9999999999", "/srv", secret="x", status=3)
    keep("close", "anna")
    keep("close", "norrsken-handover")
    assert lines(folder) == [FOREIGN]
    assert (folder / "accounts").stat().st_mode & 0o077 == 0


def test_names_that_look_like_numbers_are_names(folder: Path, keep: Keep) -> None:
    grant(keep, "1e1")
    grant(keep, "10")
    keep("close", "10")
    assert names(folder) == ["anna", "1e1"]


def test_the_secret_is_known_by_its_hash(keep: Keep) -> None:
    grant(keep)
    assert keep("matches", "norrsken-handover", secret="hemligt å") == "yes"
    assert keep("matches", "norrsken-handover", secret="hemligt") == "no"
    assert keep("matches", "somebody-else", secret="") == "no"
    assert (keep("known", "norrsken-handover"), keep("known", "other")) == ("open", "")


def test_accounts_begin_and_end_by_themselves(folder: Path, keep: Keep) -> None:
    grant(keep, "later", opens=2)
    grant(keep, "brief", closes=2)
    assert names(folder) == ["anna", "brief"]
    ends = time.monotonic() + 6
    while names(folder) != ["anna", "later"] and time.monotonic() < ends:
        time.sleep(0.1)
    assert names(folder) == ["anna", "later"]
    keep("extend", "brief", str(int(time.time()) + 60))
    assert names(folder) == ["anna", "later", "brief"]
    keep("extend", "never-made", "1", status=4)
