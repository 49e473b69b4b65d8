"""Reads a project file: a valid project, or everything that is wrong with the file at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from skyflytt.project.explain import Explainer
from skyflytt.project.fields import FOLDER
from skyflytt.project.model import CONTRADICTION, Project
from skyflytt.project.problems import Problem, ProjectFileInvalid
from skyflytt.project.read_text import read_text, refused
from skyflytt.project.references import find_contradictions
from skyflytt.project.syntax import Flaw, compose
from skyflytt.project.tree import Tree


def load_project(path: Path | str) -> Project:
    """The project in the YAML file `path`, with its local paths absolute. Raises `ProjectFileInvalid` with all problems."""
    path = Path(path)
    tree = read_tree(path)
    error: ValidationError | None = None
    try:
        project = Project.model_validate(tree.data, context={FOLDER: path.absolute().parent})
    except ValidationError as found:
        error = found
    problems = [
        Problem(str(path), flaw.line, flaw.column, flaw.path, flaw.what, flaw.write_instead) for flaw in tree.flaws
    ]
    problems += problems_of(str(path), tree, error)
    if problems:
        raise ProjectFileInvalid(one_per_place(problems))
    return project


def read_tree(path: Path) -> Tree:
    node = compose(read_text(path))
    if node is None:
        raise refused(path, "the file is empty", "project: norrsken (and the other keys)")
    if isinstance(node, Flaw):
        raise refused(path, node.what, node.write_instead, node.line, node.column)
    try:
        return Tree(node)
    except RecursionError:
        raise refused(path, "the file is nested far too deeply", "a project file in YAML") from None


def problems_of(file: str, tree: Tree, error: ValidationError | None) -> Iterator[Problem]:
    if error is None:
        return
    explainer = Explainer(file, tree)
    for details in error.errors(include_url=False):
        if details["type"] != CONTRADICTION:
            yield explainer.problem(details)
    for found in find_contradictions(tree.data):
        yield explainer.at(found.loc, found.what, found.write_instead)


def one_per_place(problems: list[Problem]) -> list[Problem]:
    """In the file's order; where a value is wrong in two ways, the first, more basic one is enough. Missing keys all stay."""
    kept: dict[tuple[int, int, str], Problem] = {}
    for problem in problems:
        kept.setdefault((problem.line, problem.column, problem.path), problem)
    return sorted(kept.values())
