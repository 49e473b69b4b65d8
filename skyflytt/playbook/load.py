"""Read a playbook: one of the catalogue by its name, or a file. A playbook that cannot end is refused with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from yaml import Node

from skyflytt.errors.playbook import PlaybookWrong
from skyflytt.playbook.model import Playbook
from skyflytt.playbook.sound import Loc, mistakes
from skyflytt.project.syntax import Flaw, compose
from skyflytt.project.tree import Tree, dotted

CATALOGUE = Path(__file__).parent / "catalogue"


def load_playbook(name: str) -> Playbook:
    """The catalogue's playbook of this name. Raises `PlaybookWrong`."""
    path = CATALOGUE / f"{name}.yaml"
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else read_playbook(path)


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> Playbook:
    return read_playbook(path)


def read_playbook(path: Path) -> Playbook:
    """The playbook in a YAML file. Raises `PlaybookWrong` with file and line of each mistake."""
    tree = _tree(path)
    found = [(flaw.line, flaw.column, flaw.what) for flaw in tree.flaws]
    playbook: Playbook | None = None
    try:
        playbook = Playbook.model_validate(tree.data)
    except ValidationError as error:
        found += [(*_place(tree, loc), words) for loc, words in _in_words(error)]
    else:
        found += [(*_place(tree, loc), words) for loc, words in mistakes(playbook)]
    if found or playbook is None:
        raise PlaybookWrong(path.stem, "; ".join(f"{path}:{line}:{column}: {words}" for line, column, words in found))
    return playbook


def _tree(path: Path) -> Tree:
    try:
        node: Node | Flaw | None = compose(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise PlaybookWrong(path.stem, f"there is no file {path.name}") from missing
    except (OSError, UnicodeDecodeError) as error:
        raise PlaybookWrong(path.stem, f"{path}: {error}") from error
    if node is None:
        raise PlaybookWrong(path.stem, f"{path}: the file is empty")
    if isinstance(node, Flaw):
        raise PlaybookWrong(path.stem, f"{path}:{node.line}:{node.column}: {node.what}")
    return Tree(node)


def _place(tree: Tree, loc: Loc) -> tuple[int, int]:
    return tree.place(loc)


def _in_words(error: ValidationError) -> Iterator[tuple[Loc, str]]:
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        loc = tuple(one["loc"])
        step = f"{dotted(loc)}: " if loc else ""
        yield loc, f"{step}{one['msg'].removeprefix('Value error, ')}"
