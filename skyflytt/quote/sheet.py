"""A quote as a workbook: what a seller may change are plain numbers, and everything that follows from them are formulas."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from skyflytt.quote.cells import shown
from skyflytt.quote.quote import Quote
from skyflytt.quote.words import Words

BOLD = Font(bold=True)
GIVEN = PatternFill("solid", fgColor="FFF6D5")
"""What may be changed."""
HOURS, MONEY, WHOLE = "#,##0.00", "#,##0.00", "#,##0"
TOP = Alignment(vertical="top", wrap_text=True)


class Formula(str):
    """One of ours. Every other text is a text, whatever it begins with."""

    __slots__ = ()


def workbook(quote: Quote, words: Words) -> bytes:
    """The .xlsx file. Sheets refer to each other by name, so that the order of the seller's own sheets does not matter."""
    book = Workbook()
    book.worksheets[0].title = words.sheets["quote"]
    sheets = {key: book.create_sheet(name) for key, name in words.sheets.items() if key != "quote"}
    sheets["quote"] = book.worksheets[0]
    _assumptions(sheets["assumptions"], quote, words)
    _workloads(sheets["workloads"], quote, words)
    _risks(sheets["risks"], quote, words)
    _quote(sheets["quote"], quote, words)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _assumptions(sheet: Worksheet, quote: Quote, words: Words) -> None:
    labels, estimate, zone = words.labels, quote.estimate, quote.project.zone
    _put(sheet, 1, (labels["rate"], quote.hourly_rate), (None, MONEY), given={2})
    _put(sheet, 2, (labels["currency"], quote.currency))
    _put(sheet, 3, (labels["contingency"], quote.contingency_percent), (None, HOURS), given={2})
    _put(sheet, 4, (words.columns["passes"], estimate.passes_until_cutover), (None, WHOLE), given={2})
    _put(sheet, 5, (labels["cutover_by"], f"{estimate.cutover_by.astimezone(zone):%Y-%m-%d %H:%M}"))
    _put(sheet, 6, (labels["unmeasured"], ", ".join(estimate.unmeasured) or labels["none"]))
    _put(sheet, 7, (labels["method"], estimate.method))
    _widths(sheet, 28, 90)


def _workloads(sheet: Worksheet, quote: Quote, words: Words) -> None:
    columns = ("kind", "name", "items", "size", "first", "delta", "passes", "machine", "basis", "sampled")
    _head(sheet, columns, words)
    passes = Formula(f"={_at(words, 'assumptions')}$B$4")
    row = 1
    for row, one in enumerate(quote.estimate.workloads, 2):
        machine = Formula(f"=E{row}+(G{row}-1)*F{row}")
        hours = (one.first_pass_hours or 0.0, one.delta_pass_hours or 0.0)
        values = (
            one.kind,
            one.name,
            one.items,
            one.size_bytes / 1e9,
            *hours,
            passes,
            machine,
            one.basis.value,
            one.sampled,
        )
        _put(sheet, row, values, (None, None, WHOLE, HOURS, HOURS, HOURS, WHOLE, HOURS, None, WHOLE), given={5, 6})
    total = (words.labels["total"], "", *(Formula(f"=SUM({column}2:{column}{max(row, 2)})") for column in "CDEF"), "")
    machine_total = Formula(f"=SUM(H2:H{max(row, 2)})")
    _put(sheet, row + 2, (*total, machine_total), (None, None, WHOLE, HOURS, HOURS, HOURS, None, HOURS), bold=True)
    _widths(sheet, 12, 28, 12, 12, 16, 16, 10, 16, 30, 14)


def _risks(sheet: Worksheet, quote: Quote, words: Words) -> None:
    _head(sheet, ("category", "id", "title", "subject", "found", "hours_each", "counts", "hours", "price"), words)
    row = 1
    for row, one in enumerate(quote.risks, 2):
        hours, price = Formula(f"=F{row}*G{row}"), Formula(f"=H{row}*{_at(words, 'assumptions')}$B$1")
        values = (one.category, one.id, one.title, one.subject, one.found, one.hours, 1, hours, price)
        _put(sheet, row, values, (None,) * 5 + (HOURS, WHOLE, HOURS, MONEY), given={6, 7})
    sums = (Formula(f"=SUM({column}2:{column}{max(row, 2)})") for column in "HI")
    _put(sheet, row + 2, (words.labels["total"], *("",) * 6, *sums), (None,) * 7 + (HOURS, MONEY), bold=True)
    _widths(sheet, 10, 34, 40, 30, 80, 14, 14, 12, 16)


def _quote(sheet: Worksheet, quote: Quote, words: Words) -> None:
    labels, project, rate = words.labels, quote.project, f"{_at(words, 'assumptions')}$B$1"
    _put(sheet, 1, (labels["customer"], project.customer.name), bold=True)
    _put(sheet, 2, (labels["project"], project.project))
    _put(sheet, 3, (labels["provider"], project.contract.provider))
    _put(sheet, 4, (labels["at"], f"{quote.at.astimezone(project.zone):%Y-%m-%d %H:%M}"))
    _put(sheet, 5, (labels["currency"], quote.currency))
    first = 8
    _head(sheet, ("phase", "per", "count", "hours_each", "hours", "price"), words, first - 1)
    machine = Formula(
        f"={_at(words, 'workloads')}$H${len(quote.estimate.workloads) + 3 if quote.estimate.workloads else 3}"
    )
    for row, line in enumerate(quote.lines, first):
        count = machine if line.per == "pass-hour" else line.count
        values = (words.phases[line.phase], words.per[line.per], count, line.hours_each)
        sums = (Formula(f"=C{row}*D{row}"), Formula(f"=E{row}*{rate}"))
        _put(
            sheet,
            row,
            (*values, *sums),
            (None, None, HOURS, HOURS, HOURS, MONEY),
            given={3, 4} - ({3} if count is machine else set()),
        )
    _totals(sheet, quote, words, first, first + len(quote.lines))
    _widths(sheet, 30, 26, 12, 16, 14, 18)


def _totals(sheet: Worksheet, quote: Quote, words: Words, first: int, row: int) -> None:
    labels, last = words.labels, max(row - 1, first)
    risk_row = len(quote.risks) + 3 if quote.risks else 3
    risks, percent = _at(words, "risks"), f"{_at(words, 'assumptions')}$B$3/100"
    formats = (None,) * 4 + (HOURS, MONEY)

    def put(at: int, label: str, hours: str, price: str, *, bold: bool = False) -> None:
        _put(sheet, at, (labels[label], "", "", "", Formula(hours), Formula(price)), formats, bold=bold)

    put(row + 1, "work", f"=SUM(E{first}:E{last})", f"=SUM(F{first}:F{last})")
    put(row + 2, "risks", f"={risks}$H${risk_row}", f"={risks}$I${risk_row}")
    put(row + 3, "subtotal", f"=E{row + 1}+E{row + 2}", f"=F{row + 1}+F{row + 2}")
    put(row + 4, "extra", f"=E{row + 3}*{percent}", f"=F{row + 3}*{percent}")
    put(row + 5, "total", f"=E{row + 3}+E{row + 4}", f"=F{row + 3}+F{row + 4}", bold=True)


def _at(words: Words, sheet: str) -> str:
    return f"'{words.sheets[sheet]}'!"


def _head(sheet: Worksheet, columns: Sequence[str], words: Words, row: int = 1) -> None:
    _put(sheet, row, [words.columns[column] for column in columns], bold=True)
    if row == 1:
        sheet.freeze_panes = "A2"


def _put(
    sheet: Worksheet,
    row: int,
    values: Sequence[str | float],
    formats: Sequence[str | None] = (),
    *,
    given: frozenset[int] | set[int] = frozenset(),
    bold: bool = False,
) -> None:
    """One row from the first column on; columns of `given` are coloured as what may be changed."""
    for column, value in enumerate(values, 1):
        cell: Any = sheet.cell(row, column)
        if isinstance(value, Formula):
            cell.value = str(value)
        elif isinstance(value, str):
            _text(cell, value)
        else:
            cell.value = value
        if column <= len(formats) and formats[column - 1]:
            cell.number_format = str(formats[column - 1])
        if column in given:
            cell.fill = GIVEN
        if bold:
            cell.font = BOLD


def _text(cell: Any, text: str) -> None:
    """A text that stays one, even when somebody edits the cell (`quotePrefix`)."""
    if not text:
        return
    cell.value = shown(text)
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.alignment = TOP


def _widths(sheet: Worksheet, *widths: int) -> None:
    for column, width in zip("ABCDEFGHIJ", widths, strict=False):
        sheet.column_dimensions[column].width = width
