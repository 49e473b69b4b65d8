"""The one-page certificate of a deletion, for people: HTML, and PDF where the libraries for it are installed.

Everything on it comes from the deletion record, so that the same record gives the same bytes on the same machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from skyflytt.deadline.clock import SystemClock
from skyflytt.decommission.absence import Verdict, worst
from skyflytt.errors.evidence import PdfLibrariesMissing
from skyflytt.notice.local_time import at_text
from skyflytt.project.fields import Language

PAGE = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
GROUPS: dict[Language, str] = {"sv": "\u00a0", "nb": "\u00a0", "sr": ".", "en": ","}
MOST_PLACES = 8
"""More of one kind are told by their sum, so that it stays one page; the record has each."""
DEBIAN = "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation"


@dataclass(frozen=True, slots=True)
class Parties:
    """Who it is about; `approvers` are the names in the order of the record's approvals."""

    customer: str
    provider: str
    zone: ZoneInfo
    approvers: Sequence[str]


@cache
def words_of(language: Language) -> dict[str, Any]:
    """The certificate's words in this language."""
    return dict(_words()[language])


@cache
def _words() -> dict[str, dict[str, Any]]:
    text = (Path(__file__).parent / "certificate.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def certificate_html(record: Mapping[str, Any], parties: Parties, language: Language) -> str:
    """The page in this language."""
    words = words_of(language)
    return PAGE.get_template("certificate.html.j2").render(
        words=words,
        record=record,
        language=language,
        customer=parties.customer,
        provider=parties.provider,
        zone=parties.zone.key,
        begun=_at(record["started_at"], parties, language),
        ended=_at(record["completed_at"], parties, language),
        rehearsal="" if record["clock"] == SystemClock.name else words["rehearsal"].format(clock=record["clock"]),
        places=_places(record, words, language),
        total=_counts(record["places"], language),
        left=[f"{words['kind'][one['kind']]} {one['number']}" for one in record["not_applicable"]],
        approvals=_approvals(record, parties, words, language),
        warnings=[
            words["warning"].format(
                days=one["days_before"],
                unit=words["days"]["one" if one["days_before"] == 1 else "many"],
                at=_at(one["at"], parties, language),
                recipients=one["recipients"],
            )
            for one in record["warnings"]
        ],
        holds=_holds(record, words),
        checks=_checks(record, words),
        copies=_copies(record, words, language),
    )


def certificate_pdf(html: str) -> bytes:
    """The page as PDF. Raises `PdfLibrariesMissing` where WeasyPrint or the libraries it draws with are not installed."""
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]  # noqa: PLC0415 - loads Pango: only where a page is drawn
    except (ImportError, OSError) as error:
        raise PdfLibrariesMissing("certificate", " ".join(str(error).split())) from error
    return bytes(HTML(string=html, url_fetcher=_nothing_from_outside).write_pdf())


def _nothing_from_outside(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(f"the certificate loads nothing from outside ({url})")


def _at(text: str, parties: Parties, language: Language) -> str:
    return at_text(datetime.fromisoformat(text), parties.zone, language)


def _number(value: int, language: Language) -> str:
    return f"{value:,}".replace(",", GROUPS[language])


def _places(record: Mapping[str, Any], words: Mapping[str, Any], language: Language) -> list[dict[str, str]]:
    rows = record["places"]
    if len(rows) <= MOST_PLACES:
        return [{"name": f"{words['kind'][row['kind']]} {row['number']}", **_counts([row], language)} for row in rows]
    kinds = sorted({row["kind"] for row in rows})
    of_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in kinds}
    return [
        {"name": f"{words['kind'][kind]} × {len(of_kind[kind])}", **_counts(of_kind[kind], language)} for kind in kinds
    ]


def _counts(rows: Sequence[Mapping[str, Any]], language: Language) -> dict[str, str]:
    names = ("objects", "bytes", "deleted", "remaining")
    return {name: _number(sum(row[name] or 0 for row in rows), language) for name in names}


def _approvals(
    record: Mapping[str, Any], parties: Parties, words: Mapping[str, Any], language: Language
) -> list[dict[str, str]]:
    return [
        {"name": name, "role": words["role"][one["role"] or "other"], "at": _at(one["at"], parties, language)}
        for name, one in zip(parties.approvers, record["approvals"], strict=True)
    ]


def _holds(record: Mapping[str, Any], words: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "name": words["hold"][one["hold"]],
            "answer": words["answer"][one["answer"]],
            "law": words["kept_until"].format(law=one["law"], day=one["kept_until"]) if one["law"] else "",
        }
        for one in record["holds"]
    ]


def _checks(record: Mapping[str, Any], words: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for check in words["check"]:
        verdicts = [Verdict(one["verdict"]) for one in record["absence"] if one["check"] == check]
        verdict = worst(verdicts)
        found.append({"name": words["check"][check], "verdict": verdict.value, "places": len(verdicts)})
    return found


def _copies(record: Mapping[str, Any], words: Mapping[str, Any], language: Language) -> list[dict[str, str]]:
    found = []
    for one in record["residual_copies"]:
        if one["bytes"] == 0:
            until = words["gone"]
        elif one["ages_out"]:
            until = words["until"].format(day=date.fromisoformat(one["ages_out"]))
        else:
            until = words["not_stated"]
        size = "" if one["bytes"] is None else f"{_number(one['bytes'], language)} B"
        found.append({"name": words["copy"][one["copy"]], "bytes": size, "until": until})
    return found
