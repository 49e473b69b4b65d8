"""Read a playbook: one of the catalogue by its name, or a file."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from skyflytt.errors.playbook import PlaybookWrong
from skyflytt.playbook.gates import GATES
from skyflytt.playbook.model import Playbook

CATALOGUE = Path(__file__).parent / "catalogue"


def load_playbook(name: str) -> Playbook:
    """The catalogue's playbook of this name. Raises `PlaybookWrong`."""
    return read_playbook(CATALOGUE / f"{name}.yaml")


def read_playbook(path: Path) -> Playbook:
    """The playbook in a YAML file. Raises `PlaybookWrong` with the place of each mistake."""
    try:
        playbook = Playbook.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError as missing:
        raise PlaybookWrong(path.stem, f"there is no file {path.name}") from missing
    except yaml.YAMLError as error:
        raise PlaybookWrong(path.stem, " ".join(str(error).split())) from error
    except ValidationError as error:
        raise PlaybookWrong(path.stem, "; ".join(_mistakes(error))) from error
    for step in playbook.steps:
        for gate in step.gates:
            if gate not in GATES:
                raise PlaybookWrong(
                    path.stem, f"step {step.name}: no gate {gate}; there are {', '.join(sorted(GATES))}"
                )
    return playbook


def _mistakes(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in one['loc']) or 'the file'}: {one['msg']}"
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
