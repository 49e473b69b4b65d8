"""Every code that a check can give is in the catalogue, and the catalogue has no other."""

from __future__ import annotations

import ast
from pathlib import Path

from skyflytt.outlook.pst import check, structure
from skyflytt.outlook.pst.check.catalogue import CATALOGUE

PACKAGES = (Path(next(iter(check.__path__))), Path(next(iter(structure.__path__))))
GROUPS = {code.partition(".")[0] for code in CATALOGUE}


def codes_in(path: Path) -> set[str]:
    constants = {
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in constants if text.partition(".")[0] in GROUPS and text.count(".") == 1 and " " not in text}


def test_codes_and_catalogue_are_the_same() -> None:
    used: set[str] = set()
    for package in PACKAGES:
        for path in package.glob("*.py"):
            if path.name != "catalogue.py":
                used |= codes_in(path)
    assert used == set(CATALOGUE)


def test_every_row_is_complete() -> None:
    for kind in CATALOGUE.values():
        assert kind.meaning.endswith(".")
        assert kind.advice
        assert kind.severity in ("error", "warning")
