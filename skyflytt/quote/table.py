"""A quote as CSV: the same lines as the sheet, with what its formulas come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from skyflytt.evidence.lists import HashedFile, csv_line
from skyflytt.quote.cells import harmless
from skyflytt.quote.quote import Quote
from skyflytt.quote.words import Words

Value = str | float
COLUMNS = ("phase", "per", "count", "hours_each", "hours", "price")


def write_csv(quote: Quote, words: Words, path: Path) -> None:
    """One table: the lines of work, the risks by their code and subject, and the totals. Numbers have a point, and no other marks."""
    file = HashedFile(path)
    file.write(csv_line([words.columns[column] for column in COLUMNS]))
    for row in rows(quote, words):
        file.write(csv_line([harmless(value) if isinstance(value, str) else number(value) for value in row]))
    file.finish()


def rows(quote: Quote, words: Words) -> Iterator[Sequence[Value]]:
    rate, labels = quote.hourly_rate, words.labels
    for line in quote.lines:
        hours = line.hours
        yield words.phases[line.phase], words.per[line.per], line.count, line.hours_each, hours, hours * rate
    for risk in quote.risks:
        yield labels["risks"], f"{risk.id} · {risk.subject}", 1, risk.hours, risk.hours, risk.hours * rate
    subtotal = sum(line.hours for line in quote.lines) + sum(risk.hours for risk in quote.risks)
    extra = quote.hours - subtotal
    yield labels["subtotal"], "", "", "", subtotal, subtotal * rate
    yield labels["extra"], f"{quote.contingency_percent:g} %", "", "", extra, extra * rate
    yield labels["total"], quote.currency, "", "", quote.hours, quote.price


def number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
