"""Makes a quote from what a discovery wrote down, and writes it beside."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from skyflytt.concern.concern import Concern
from skyflytt.concern.estimate import Estimate
from skyflytt.errors.files import WorkspaceFull
from skyflytt.errors.quote import NoDiscovery
from skyflytt.project.fields import Language
from skyflytt.project.model import Project
from skyflytt.quote.hours import Hours
from skyflytt.quote.quote import Quote, quote_of
from skyflytt.quote.sheet import workbook
from skyflytt.quote.table import write_csv
from skyflytt.quote.words import words_in

NAME = "quote"


@dataclass(frozen=True, slots=True)
class WrittenQuote:
    """Both forms of one quote."""

    xlsx: Path
    csv: Path


def quote_from(project: Project, discovery: Path, hours: Hours, currency: str | None = None) -> Quote:
    """The quote of a discovery.json. Raises `NoDiscovery`: there is none, it is another project's, or nobody can read it."""
    try:
        found = json.loads(discovery.read_text(encoding="utf-8"))
        of, at = found["project"], datetime.fromisoformat(found["at"])
        estimate = TypeAdapter(Estimate).validate_python(found["estimate"])
        concerns = TypeAdapter(tuple[Concern, ...]).validate_python(found["concerns"])
    except FileNotFoundError as error:
        raise NoDiscovery(project.project, f"{discovery} is not there") from error
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise NoDiscovery(project.project, f"{discovery} cannot be read: {type(error).__name__}") from error
    if of != project.project:
        raise NoDiscovery(project.project, f"{discovery} is of the project {of}")
    return quote_of(project, at, estimate, concerns, hours, currency=currency)


def write_quote(quote: Quote, folder: Path, language: Language | None = None) -> WrittenQuote:
    """Write quote.xlsx and quote.csv, each in one step. Raises `WorkspaceFull`."""
    words = words_in(language or quote.project.customer.language)
    written = WrittenQuote(folder / f"{NAME}.xlsx", folder / f"{NAME}.csv")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = written.xlsx.with_name(f".{written.xlsx.name}.{os.getpid()}.tmp")
        beside.write_bytes(workbook(quote, words))
        beside.replace(written.xlsx)
        write_csv(quote, words, written.csv)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise WorkspaceFull(str(folder), error.strerror or "") from error
    return written
