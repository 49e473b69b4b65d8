"""Write the certificate of a deletion into the evidence, in every language that somebody at the customer reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from skyflytt.decommission.record import approvers_of
from skyflytt.errors.evidence import PdfLibrariesMissing
from skyflytt.evidence.certificate import Parties, certificate_html, certificate_pdf
from skyflytt.phase.migration import Migration
from skyflytt.project.fields import Language


def write_certificates(migration: Migration, record: Mapping[str, Any], folder: Path) -> list[Path]:
    """`certificate.<language>.html` and `.pdf`; what keeps a PDF from being drawn is told, and the HTML stands."""
    project, written = migration.project, []
    approvers = approvers_of(migration.ledger, migration.name, record)
    parties = Parties(project.customer.name, project.contract.provider, project.zone, approvers)
    for language in languages(migration):
        html = certificate_html(record, parties, language)
        written.append(folder / f"certificate.{language}.html")
        written[-1].write_text(html, encoding="utf-8")
        pdf = folder / f"certificate.{language}.pdf"
        pdf.unlink(missing_ok=True)
        try:
            pdf.write_bytes(certificate_pdf(html))
            written.append(pdf)
        except PdfLibrariesMissing as missing:
            migration.tell(f"{missing.sentence} {missing.advice}")
    return written


def languages(migration: Migration) -> list[Language]:
    """The customer's own language first, then those of its people, and English for whoever audits."""
    customer = migration.project.customer
    wanted: list[Language] = [customer.language, *(customer.language_of(one) for one in customer.contacts), "en"]
    return list(dict.fromkeys(wanted))
