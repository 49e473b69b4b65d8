"""The cards as the customer gets them in the drop: a page in its language, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from skyflytt.application.card import Card, open_points
from skyflytt.notice.local_time import at_text
from skyflytt.project.fields import Language

HTML, JSON = "application-cards.html", "application-cards.json"
TEMPLATES = Path(__file__).parent / "templates"


def card_pages(
    cards: Iterable[Card], *, customer: str, at: datetime, zone: ZoneInfo, language: Language
) -> dict[str, bytes]:
    """Name and content of both files; none where the project has no application."""
    listed = list(cards)
    if not listed:
        return {}
    shown = [_shown(card, zone, language) for card in listed]
    template = _environment().get_template("cards.html.j2")
    html = template.render(
        language=language, t=_texts()[language], customer=customer, at=at_text(at, zone, language), cards=shown
    )
    plain = [
        json.loads(card.model_dump_json()) | {"open": [point for point, _ in open_points(card)]} for card in listed
    ]
    return {HTML: html.encode(), JSON: (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode()}


def _shown(card: Card, zone: ZoneInfo, language: Language) -> Mapping[str, Any]:
    texts = _texts()[language]
    restore = card.restore
    rows = {
        "version": card.version,
        "licence": card.licence_holder,
        "activation-key": card.activation_key_at,
        "restore": restore
        and f"{texts[restore.result]}: {restore.by}, {at_text(restore.at, zone, language)}. {restore.remark}".rstrip(
            ". "
        ),
        "documentation": card.documentation,
    }
    if card.accounts or card.archive_at:
        rows["archive"] = card.archive_at
    told = [(texts["points"][point], value, _why_not(card, point)) for point, value in rows.items()]
    return {"card": card, "rows": told, "no_backup": _why_not(card, "backup"), "notes": sorted(card.notes.items())}


def _why_not(card: Card, point: str) -> str:
    return next((reason for one, reason in card.not_needed.items() if one == point), "")


@cache
def _texts() -> dict[Language, dict[str, Any]]:
    texts: dict[Language, dict[str, Any]] = yaml.safe_load((TEMPLATES / "cards.yaml").read_text("utf-8"))
    return texts


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
