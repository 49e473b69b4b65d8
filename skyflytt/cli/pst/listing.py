"""`skyflytt pst list`: what is in a PST file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.outlook.pst.reading import PstFolder, PstReader


@dataclass(slots=True)
class Listed:
    """A folder with the bytes that its messages take in the file, their classes, and how many could not be read."""

    folder: PstFolder
    outside: bool
    bytes: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0


def listing(
    file: Annotated[Path, typer.Argument(help="The PST file.", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="Tell it as JSON.")] = False,
) -> None:
    """Show the folders of a PST file with counts, sizes and message classes."""
    from skyflytt.outlook.pst.reading import open_pst  # noqa: PLC0415

    with open_pst(file) as reader:
        listed = list(list_folders(reader))
        show = show_json if as_json else show_table
        show(reader, listed)
        lost = bool(reader.damaged_folders()) or any(one.unreadable for one in listed)
    if lost:
        raise typer.Exit(1)


def list_folders(reader: PstReader) -> Iterator[Listed]:
    """Those of the mailbox, then those outside it that hold anything."""
    for folder in reader.folders():
        yield _listed(reader, Listed(folder, outside=False))
    for folder in reader.outside():
        if folder.message_count or folder.associated_count:
            yield _listed(reader, Listed(folder, outside=True))


def _listed(reader: PstReader, listed: Listed) -> Listed:
    from skyflytt.outlook.errors import ItemDamaged  # noqa: PLC0415
    from skyflytt.outlook.mapi import tags  # noqa: PLC0415

    for _, read in reader.headers(listed.folder):
        if isinstance(read, ItemDamaged):
            listed.unreadable += 1
            continue
        size = read.properties.get(tags.MESSAGE_SIZE, 0)
        listed.bytes += size if isinstance(size, int) else 0
        listed.classes[str(read.properties.get(tags.MESSAGE_CLASS, "without a class"))] += 1
    return listed


def show_json(reader: PstReader, listed: list[Listed]) -> None:
    folders = [
        {
            "path": list(one.folder.path),
            "outside": one.outside,
            "role": one.folder.role,
            "container_class": one.folder.container_class,
            "messages": one.folder.message_count,
            "associated": one.folder.associated_count,
            "bytes": one.bytes,
            "classes": dict(one.classes),
            "unreadable": one.unreadable,
        }
        for one in listed
    ]
    whole = {
        "name": reader.display_name,
        "password": reader.password_protected,
        "damaged": reader.damaged,
        "damaged_folders": [{"item": one.item, "why": one.detail} for one in reader.damaged_folders()],
        "folders": folders,
    }
    typer.echo(json.dumps(whole, ensure_ascii=False))


def show_table(reader: PstReader, listed: list[Listed]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Column, Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("folder", Column("items", justify="right"), Column("kB", justify="right"), "classes", box=None)
    for one in listed:
        classes = ", ".join(f"{name} {count}" for name, count in one.classes.most_common())
        name = "/".join(one.folder.path) or reader.display_name
        name = f"{name} (outside the mailbox)" if one.outside else name
        cells = (name, str(one.folder.message_count), f"{one.bytes / 1000:.0f}", classes)
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)
    for sentence in _remarks(reader, listed):
        typer.echo(sentence)


def _remarks(reader: PstReader, listed: list[Listed]) -> Iterator[str]:
    if reader.password_protected:
        yield "The file has a password. Only Outlook asks for it; nothing in the file is encrypted by it."
    if reader.damaged:
        yield "The file is damaged; `skyflytt pst check` says where."
    for failure in reader.damaged_folders():
        yield failure.sentence
    if unreadable := sum(one.unreadable for one in listed):
        yield f"{unreadable} messages cannot be read, wholly or in part."
