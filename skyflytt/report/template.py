"""The templates of the pages: everything in them is escaped, nothing in them is loaded from elsewhere, no script runs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from skyflytt.concern.words import number
from skyflytt.report import figures

TEMPLATES = Path(__file__).parent / "templates"
FILTERS: Mapping[str, Callable[..., object]] = {
    "number": number,
    "size": figures.size,
    "percent": figures.percent,
    "local": figures.local,
    "abbreviation": figures.abbreviation,
    "distance": figures.distance,
    "named": figures.named,
}


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """One of the templates with the style, and the policy that allows it. Raises jinja2's `UndefinedError` for a missing value."""
    style = _style()
    return _environment().get_template(template).render(**values, style=Markup(style), policy=policy_of(style))


def policy_of(style: str) -> str:
    """The content security policy of a page with this style: nothing is loaded, nothing runs, nothing is sent."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    made.filters.update(FILTERS)
    return made


def _seen(value: object) -> object:
    """Whatever a template shows goes through here: names come from outside."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else figures.plain(value)


@cache
def _style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")
