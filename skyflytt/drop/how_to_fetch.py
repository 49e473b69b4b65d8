"""The pages that tell the customer how to fetch its data: where, as whom, until when. Never the secret."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from skyflytt.drop.place import Place
from skyflytt.project.fields import Language

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES: tuple[Language, ...] = get_args(Language)


def how_to_fetch(place: Place, values: Mapping[str, str]) -> dict[str, str]:
    """`HOW-TO-FETCH.<language>.html` and `.txt` in every language: name → text.

    `values` has customer, files and, for each language, `ends_at.<language>`, and zone.
    """
    pages = {}
    for language in LANGUAGES:
        for ending in ("html", "txt"):
            pages[f"HOW-TO-FETCH.{language}.{ending}"] = _page(place, language, values, ending)
    return pages


def _page(place: Place, language: Language, values: Mapping[str, str], ending: str) -> str:
    texts = _texts()[language]
    shown = {
        **{name: value for name, value in values.items() if not name.startswith("ends_at.")},
        "ends_at": values[f"ends_at.{language}"],
        "host": place.host,
        "port": str(place.port),
        "login": place.login,
    }
    template = _environment().get_template(f"how-to-fetch.{ending}.j2")
    return template.render(
        language=language, t=texts, v=shown, facts=_facts(place, texts, shown), steps=texts[place.kind]
    )


def _facts(place: Place, texts: Mapping[str, Any], shown: Mapping[str, str]) -> list[tuple[str, str]]:
    until = (texts["until"], f"{shown['ends_at']} ({shown['zone']})")
    if place.kind == "s3":
        return [until]
    sign_in = [(texts[name], shown[name]) for name in ("login",)]
    server = [(texts["server"], shown["host"]), (texts["port"], shown["port"])]
    return [*server, *sign_in, (texts["secret"], texts["secret_value"]), until]


def _fill(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(values)


@cache
def _texts() -> dict[Language, dict[str, Any]]:
    texts: dict[Language, dict[str, Any]] = yaml.safe_load((TEMPLATES / "how-to-fetch.yaml").read_text("utf-8"))
    return texts


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        trim_blocks=True,
    )
    environment.filters["fill"] = _fill
    return environment
