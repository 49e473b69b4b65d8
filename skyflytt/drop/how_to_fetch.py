"""The pages that tell the customer how to fetch its data: where, as whom, until when, and how to check it. Never a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from skyflytt.drop.place import Place
from skyflytt.project.fields import Language

Access = Literal["ftps", "links", "keys"]
"""How the customer comes in: an FTPS account, an index page of signed links, or temporary S3 keys."""

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES: tuple[Language, ...] = get_args(Language)
PAGES = tuple(f"HOW-TO-FETCH.{language}.{ending}" for language in LANGUAGES for ending in ("html", "txt"))
WAYS: Mapping[Access, tuple[str, ...]] = {
    "ftps": ("filezilla", "winscp", "rclone", "lftp"),
    "links": ("links", "curl"),
    "keys": ("aws", "rclone-s3"),
}
CHECKS = ("check-windows", "check-unix", "receipt")
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "check-unix": ("check-unix", "check-skyflytt"),
    "receipt": ("receipt-windows", "receipt-unix"),
}
"""Where a section has other commands than the one of its own name."""
FACTS: Mapping[Access, tuple[str, ...]] = {
    "ftps": ("server", "port", "login", "secret"),
    "links": (),
    "keys": ("endpoint", "bucket"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One way of fetching or checking: what to do, and the commands that do it."""

    name: str
    title: str
    steps: tuple[str, ...]
    commands: tuple[str, ...]


def how_to_fetch(
    place: Place, values: Mapping[str, str], access: Access = "ftps", *, encrypted: bool = False
) -> dict[str, str]:
    """`HOW-TO-FETCH.<language>.html` and `.txt` in every language: name → text.

    `values` has customer, files, zone and, for each language, `ends_at.<language>`; with access `keys` also bucket, prefix,
    endpoint and region. `encrypted` adds how to open the archives.
    """
    pages = {}
    for language in LANGUAGES:
        shown = {
            **{name: value for name, value in values.items() if not name.startswith("ends_at.")},
            "ends_at": values[f"ends_at.{language}"],
            "host": place.host,
            "port": str(place.port),
            "login": place.login,
        }
        texts = _texts()[language]
        parts = {
            "language": language,
            "t": texts,
            "v": shown,
            "facts": list(_facts(access, texts, shown)),
            "sections": list(_sections(access, texts, encrypted=encrypted)),
        }
        for ending in ("html", "txt"):
            template = _environment().get_template(f"how-to-fetch.{ending}.j2")
            pages[f"HOW-TO-FETCH.{language}.{ending}"] = template.render(parts)
    return pages


def _facts(access: Access, texts: Mapping[str, Any], shown: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    named = {**shown, "server": shown["host"], "secret": texts["secret_value"]}
    yield from ((texts[name], named[name]) for name in FACTS[access])
    yield texts["until"], f"{shown['ends_at']} ({shown['zone']})"


def _sections(access: Access, texts: Mapping[str, Any], *, encrypted: bool) -> Iterator[Section]:
    for name in (*WAYS[access], *(("encrypted",) if encrypted else ()), *CHECKS):
        text = texts["sections"][name]
        named = COMMANDS.get(name, (name,))
        commands = tuple(_commands()[one] for one in named if one in _commands())
        yield Section(name, text["title"], tuple(text["steps"]), commands)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(values)


@cache
def _texts() -> dict[Language, dict[str, Any]]:
    texts: dict[Language, dict[str, Any]] = yaml.safe_load((TEMPLATES / "how-to-fetch.yaml").read_text("utf-8"))
    return texts


@cache
def _commands() -> dict[str, str]:
    commands: dict[str, str] = yaml.safe_load((TEMPLATES / "commands.yaml").read_text("utf-8"))
    return commands


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
