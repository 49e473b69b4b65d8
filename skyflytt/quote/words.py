"""The words of a quote in the customer's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from skyflytt.project.fields import Language


@dataclass(frozen=True, slots=True)
class Words:
    """Each by its key, as words.yaml has them."""

    sheets: dict[str, str]
    phases: dict[str, str]
    per: dict[str, str]
    columns: dict[str, str]
    labels: dict[str, str]


@cache
def words_in(language: Language) -> Words:
    everything = yaml.safe_load((files("skyflytt") / "quote" / "words.yaml").read_text(encoding="utf-8"))
    return Words(**everything[language])
