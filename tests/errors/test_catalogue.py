"""Every failure has a code, a kind, a sentence with its item, advice, and a line in the docs; and it survives a process's end."""

from __future__ import annotations

import ast
import copy
import pickle
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import skyflytt
from skyflytt.cli.errors import app
from skyflytt.errors.base import AcceptedLoss, BadInput, Failure, NeedsPerson, Permanent, Transient
from skyflytt.errors.catalogue import WHAT_FOLLOWS, described, failures, markdown
from skyflytt.project.problems import Problem, ProjectFileInvalid
from skyflytt.project.secrets import SecretMissing

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "errors.md"
SOURCES = sorted(Path(skyflytt.__path__[0]).rglob("*.py"))
KINDS = {Transient, Permanent, NeedsPerson, AcceptedLoss}

# Failures that are made from something else than item and detail.
MADE_FROM: dict[type[Failure], tuple[Any, ...]] = {
    ProjectFileInvalid: ([Problem("acme.yaml", 3, 1, "mailboxes[0].name", "the name is missing", "name: anna")],),
    SecretMissing: ("servers.old-mail", "mailboxes.anna"),
}


def _written() -> set[str]:
    """The names of all classes that derive from a kind, or from one that does, found without importing them."""
    bases = {kind.__name__ for kind in KINDS} | {BadInput.__name__}
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES if path.name != "base.py"]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found: set[str] = set()
    while more := {one.name for one in classes if bases & {ast.unparse(base) for base in one.bases}} - found:
        found |= more
        bases |= more
    return found


def test_catalogue_is_complete() -> None:
    assert {one.__name__ for one in failures()} == _written()


def test_codes_are_unique() -> None:
    codes = Counter(one.code for one in failures())
    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize("failure", failures(), ids=lambda one: one.code)
def test_failure_is_complete(failure: type[Failure]) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*", failure.code)
    assert failure.kind in WHAT_FOLLOWS
    assert sum(issubclass(failure, kind) for kind in KINDS) == 1
    assert failure.advice.endswith(".")
    template = (failure.__doc__ or "").splitlines()[0]
    assert "{item}" in template
    assert set(re.findall(r"\{.*?\}", template)) <= {"{item}", "{detail}"}
    assert not template.format(item="the item", detail="").rstrip(": ").endswith(":")


@pytest.mark.parametrize("failure", failures(), ids=lambda one: one.code)
def test_failure_survives_pickling_and_copying(failure: type[Failure]) -> None:
    raised = _made(failure)
    for again in (pickle.loads(pickle.dumps(raised)), copy.deepcopy(raised)):
        assert type(again) is failure
        assert (again.item, again.detail, again.retry_after_s) == (raised.item, raised.detail, raised.retry_after_s)
        assert (str(again), again.code, again.kind) == (str(raised), raised.code, raised.kind)
        assert raised.item in str(again)


def _made(failure: type[Failure]) -> Failure:
    if failure in MADE_FROM:
        return failure(*MADE_FROM[failure])
    assert failure.__init__ is Failure.__init__, f"say in MADE_FROM what {failure.__name__} is made from"
    return failure("Inbox/å {0}", "550 {no} such: thing", retry_after_s=12.5)


def test_page_is_what_the_classes_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run: skyflytt errors --markdown > docs/reference/errors.md"


def test_page_has_every_failure_once() -> None:
    lines = [line for line in markdown().splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in lines] == sorted(one.code for one in failures())
    assert all(line.count("|") - line.count("\\|") == 5 for line in lines)


def test_command_prints_the_page() -> None:
    answer = CliRunner().invoke(app, ["--markdown"])
    assert (answer.exit_code, answer.stdout) == (0, markdown())


def test_command_prints_the_table() -> None:
    answer = CliRunner().invoke(app, [], env={"COLUMNS": "250", "NO_COLOR": "1"})
    assert answer.exit_code == 0
    for one in described():
        assert one.code in answer.stdout
