"""What a check came to: a sentence for each thing, and what to click where one is missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from skyflytt.errors.base import Failure, Transient


class State(StrEnum):
    FINE = "fine"
    MISSING = "missing"
    NOTE = "note"
    """Worth knowing; the work can begin without it."""
    NOT_ASKED = "not asked"
    """Something that comes before it is missing, or the system did not answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`about` is what was looked at; `means` is a sentence, `click` one more where somebody has to act, `code` that of the failure."""

    state: State
    about: str
    means: str
    click: str = ""
    code: str = ""
    documentation: str = ""

    @property
    def sentence(self) -> str:
        return " ".join(part for part in (f"{self.about}: {ended(self.means)}", ended(self.click)) if part)


@dataclass(frozen=True, slots=True)
class ServerCheck:
    """`uses` are what the project does with the server, in words."""

    server: str
    kind: str
    uses: tuple[str, ...]
    findings: tuple[Finding, ...]

    def of(self, *states: State) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.state in states)

    @property
    def ready(self) -> bool:
        return not self.of(State.MISSING, State.NOT_ASKED)

    @property
    def summary(self) -> str:
        """In a sentence or two, what on-call reads first."""
        left = self.of(State.MISSING, State.NOT_ASKED)
        if not left:
            return f"{self.server} is ready: {len(self.of(State.FINE))} things were looked at, and all are there."
        missing = len(self.of(State.MISSING))
        asked = f", {len(left) - missing} could not be asked for" if len(left) > missing else ""
        return f"{self.server} is not ready: {missing} missing{asked}. {left[0].sentence}"

    def as_data(self) -> dict[str, Any]:
        findings = [asdict(one) | {"state": one.state.value} for one in self.findings]
        return {
            "server": self.server,
            "kind": self.kind,
            "ready": self.ready,
            "uses": list(self.uses),
            "findings": findings,
        }


def ended(sentence: str) -> str:
    return sentence if not sentence or sentence[-1] in ".!?" else f"{sentence}."


def of_failure(about: str, failure: Failure, click: str = "", documentation: str = "") -> Finding:
    """What does not answer now is not missing: it is asked for again."""
    state = State.NOT_ASKED if isinstance(failure, Transient) else State.MISSING
    return Finding(state, about, failure.sentence, click or failure.advice, failure.code, documentation)


def fine(about: str, means: str) -> Finding:
    return Finding(State.FINE, about, means)
