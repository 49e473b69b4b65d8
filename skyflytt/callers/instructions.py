"""What the owner of a device is told to do with it: a page in HTML and in text, in the owner's language (data/instructions.yaml)."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from skyflytt.callers.standing import Caller
from skyflytt.notice.local_time import at_text
from skyflytt.project.fields import Language
from skyflytt.project.model import Project

WORDS = Path(__file__).parent / "data" / "instructions.yaml"
STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top}"
)


@dataclass(frozen=True, slots=True)
class Page:
    """Instructions for one person: the same in HTML and in text. `body` is the text without title and greeting."""

    title: str
    greeting: str
    body: str
    html: str

    @property
    def text(self) -> str:
        """All of it as text."""
        return f"{self.title}\n\n{self.greeting}\n\n{self.body}\n"


@cache
def words(language: Language) -> dict[str, Any]:
    """The words of one language."""
    return dict(yaml.safe_load(WORDS.read_text(encoding="utf-8"))[language])


def kind_name(kind: str, language: Language) -> str:
    """What people call such a device."""
    return str(words(language)["kinds"][kind]["name"])


def page(project: Project, person: str, callers: Sequence[Caller], language: Language) -> Page:
    """What `person` has to do with these devices."""
    said = words(language)
    values = {"provider": project.contract.provider, "count": len(callers), "person": person}
    title, greeting, intro = (str(said[part]).format(**values) for part in ("title", "greeting", "intro"))
    steps = {kind: list(_steps(project, kind, language)) for kind in sorted({one.kind for one in callers})}
    parts = _Parts(language, title, greeting, intro, [_row(one, language, project.zone) for one in callers], steps)
    return Page(title, greeting, _text(parts), _html(parts))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What both forms of a page are made of."""

    language: Language
    title: str
    greeting: str
    intro: str
    rows: list[list[str]]
    steps: dict[str, list[str]]


def _steps(project: Project, kind: str, language: Language) -> Iterator[str]:
    said = words(language)
    places = {
        "provider": project.contract.provider,
        "mail": ", ".join(_mail_hosts(project)) or said["not_told"],
        "files": ", ".join(_file_places(project)) or said["not_told"],
    }
    for step in said["kinds"][kind]["steps"]:
        yield str(step).format(**places)


def _mail_hosts(project: Project) -> Iterable[str]:
    servers = (project.server(box.target.server) for box in project.mailboxes)
    hosts = (
        getattr(one, "host", None) or str(getattr(one, "url", "")).partition("//")[2].partition("/")[0]
        for one in servers
    )
    return dict.fromkeys(one for one in hosts if one)


def _file_places(project: Project) -> Iterable[str]:
    found = ((share, project.server(share.target.server)) for share in project.shares)
    return dict.fromkeys(
        f"{share.letter or share.name} = {host}" for share, server in found if (host := getattr(server, "host", None))
    )


def _row(caller: Caller, language: Language, zone: ZoneInfo) -> list[str]:
    kind = kind_name(caller.kind, language)
    if not caller.sure and caller.kind != "unknown":
        kind = f"{kind} ({words(language)['probably']})"
    named = " ".join(part for part in (kind, caller.device or caller.agent[:60]) if part)
    where = f"{caller.account or '?'} ({', '.join(caller.addresses[:2])})" if caller.addresses else caller.account
    return [named, where, at_text(caller.last, zone, language), str(caller.signed_in), str(caller.failed)]


def _text(parts: _Parts) -> str:
    said = words(parts.language)
    lines = [*textwrap.wrap(parts.intro, 100), ""]
    for row in parts.rows:
        lines.append(f"* {row[0]}")
        lines += [f"    {name}: {value}" for name, value in zip(said["columns"][1:], row[1:], strict=True)]
    for kind, steps in parts.steps.items():
        lines += ["", f"{kind_name(kind, parts.language)}:", ""]
        for number, step in enumerate(steps, 1):
            lines += textwrap.wrap(step, 100, initial_indent=f"{number}. ", subsequent_indent="   ")
    return "\n".join([*lines, "", said["ending"]])


def _html(parts: _Parts) -> str:
    said, e = words(parts.language), html.escape
    heads = "".join(f"<th>{e(name)}</th>" for name in said["columns"])
    table = "".join(f"<tr>{''.join(f'<td>{e(cell)}</td>' for cell in row)}</tr>" for row in parts.rows)
    below = "".join(
        f"<h2>{e(kind_name(kind, parts.language))}</h2><ol>{''.join(f'<li>{e(step)}</li>' for step in steps)}</ol>"
        for kind, steps in parts.steps.items()
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{parts.language}"><head><meta charset="utf-8"><title>{e(parts.title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{e(parts.title)}</h1><p>{e(parts.greeting)}</p><p>{e(parts.intro)}</p>"
        f"<table><tr>{heads}</tr>{table}</table>{below}<p>{e(said['ending'])}</p></body></html>\n"
    )
