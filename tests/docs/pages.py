"""The pages of the documentation, and what of them can be looked up: fenced blocks, links, paths, make targets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
TOP = ("benchmarks", "blocks", "deployments", "docs", "flows", "skyflytt", "tasks", "tests")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it begins, and its text."""

    page: Path
    language: str
    text: str

    def __str__(self) -> str:
        return f"{name_of(self.page)}: {self.text.splitlines()[0]}"


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    return [Block(page, language, text) for language, text in FENCE.findall(page.read_text())]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return FENCE.sub("", page.read_text())


def links(page: Path) -> list[str]:
    return LINK.findall(prose(page))


def paths(page: Path) -> list[str]:
    """What stands in code style and looks like a path of the checkout; placeholders (`NAME`, `<name>`, `*`) are none."""
    found = [code.split()[0] for code in CODE.findall(prose(page))]
    return [path for path in found if path.split("/")[0] in TOP and "/" in path and not re.search(r"[<>*]|NAME", path)]


def make_targets(page: Path) -> set[str]:
    """Every target that the page names, in its prose and its blocks."""
    in_prose = [code for code in CODE.findall(prose(page)) if code.startswith("make ")]
    in_blocks = [line for block in blocks(page) if block.language == "sh" for line in block.text.splitlines()]
    lines = [*in_prose, *(line for line in in_blocks if line.startswith("make "))]
    words = [re.sub(r"-C \S+|\w+=\S+|#.*", "", line).split()[1:] for line in lines]
    return {word for line in words for word in line}
