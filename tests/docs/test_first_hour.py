"""The first hour as the tutorial has it: every command on its page, one after the other, against one `make up`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.checkout import copied_to, variables
from tests.docs.pages import FENCE, ROOT

PAGE = ROOT / "docs" / "tutorial" / "first-hour.md"
END = "-- end of block"
MOST_S = 2400


def steps() -> list[tuple[str, list[str]]]:
    """Each block of commands with the lines that the page shows of its output; `…` stands for what was left out."""
    found: list[tuple[str, list[str]]] = []
    for language, text in FENCE.findall(PAGE.read_text()):
        if language == "sh":
            found.append((text, []))
        elif language == "text":
            found[-1][1].extend(part for line in text.splitlines() for part in line.split("…") if part.strip())
    return found


def comparable(text: str) -> str:
    """Without what differs from one hour to the next: numbers, and how a table is drawn for this terminal."""
    return " ".join(re.sub(r"\d+", "0", re.sub(r"[│┃┌┐└┘├┤─━●]", " ", text)).split())


def test_the_page_has_commands_and_shows_what_they_say() -> None:
    texts = [text for text, _ in steps()]
    assert texts[0] == "make up\n"
    assert texts[-1] == "make down\n"
    assert sum(bool(shown) for _, shown in steps()) > 6
    for text in texts:
        done = subprocess.run(["bash", "-n", "-c", text], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_what_is_compared_is_what_is_told() -> None:
    assert comparable("│ Mailboxes  │ 4 │\n  12 of 12 servers") == "Mailboxes 0 0 of 0 servers"
    assert comparable("3 failed") != comparable("3 moved")


@pytest.mark.long
@pytest.mark.prefect
@pytest.mark.real
@pytest.mark.timeout(MOST_S + 300)
def test_every_command_of_the_first_hour(tmp_path: Path) -> None:
    folder = copied_to(tmp_path)
    script = "set -euo pipefail\n" + "".join(f"{text}\necho '{END}'\n" for text, _ in steps())
    try:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=variables(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=MOST_S,
            check=False,
        )
    finally:
        subprocess.run(["make", "down"], cwd=folder, env=variables(folder), capture_output=True, check=False)
    said = done.stdout.split(END)
    assert done.returncode == 0, f"{steps()[len(said) - 1][0]}\n{said[-1][-4000:]}"
    for (text, shown), output in zip(steps(), said, strict=False):
        missing = [line for line in shown if comparable(line) not in comparable(output)]
        assert missing == [], f"{text}\n{output[-4000:]}"
