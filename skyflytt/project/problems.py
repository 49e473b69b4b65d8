"""What is wrong with a project file: all of it at once, each with its place and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skyflytt.errors.base import NeedsPerson


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong. `line` and `column` count from 1; `path` is the place in the data, such as `mailboxes[0].name`."""

    file: str
    line: int
    column: int
    path: str
    what: str
    write_instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}. Write: {self.write_instead}"


class ProjectFileInvalid(NeedsPerson):
    """The project file {item} cannot be used: {detail}"""

    code = "project.file-invalid"
    advice = "Correct the file as the lines above say; `skyflytt project check` shows what is left."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        rest = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(problems[0].file, f"line {problems[0].line}: {problems[0].what}{rest}")

    def __reduce__(self) -> tuple[object, ...]:
        return ProjectFileInvalid, (self.problems,)
