"""Options and arguments that the commands of `skyflytt files` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def readable_patterns(patterns: list[str] | None) -> list[str] | None:
    from skyflytt.files.exclude import Exclusions  # noqa: PLC0415

    try:
        Exclusions(patterns or ())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return patterns


def readable_windows(windows: list[str] | None) -> list[str] | None:
    from skyflytt.files.timetable import read_window  # noqa: PLC0415

    for window in windows or ():
        try:
            read_window(window)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    return windows


Source = Annotated[
    str,
    typer.Argument(metavar="SOURCE", help="The folder that is left, as sftp://anna@files.example.com/data; only read."),
]
Target = Annotated[str, typer.Argument(metavar="TARGET", help="The folder at the new home; it must be there.")]
LedgerFile = Annotated[
    Path, typer.Option("--ledger", help="The ledger file; made if it is not there. Keep it for the next pass.")
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="PATTERN",
        callback=readable_patterns,
        help="Leave out what matches, as in a .gitignore; may be repeated.",
    ),
]
Bandwidth = Annotated[
    list[str] | None,
    typer.Option(
        "--bandwidth",
        metavar="WINDOW",
        callback=readable_windows,
        help="When the line is needed for work, as 'mon-fri 08:00-17:00 20' (megabit per second, this machine's time); may be repeated.",
    ),
]
Connections = Annotated[
    int | None,
    typer.Option(min=1, max=16, help="Connections at most; as many are used as pay (default: what both servers bear)."),
]
Links = Annotated[
    Literal["skip", "keep", "follow-inside"],
    typer.Option(
        "--symlinks",
        help="Symbolic links: leave them behind, keep them as links, or copy what they lead to inside the folder; never outside it.",
    ),
]
PassMode = Annotated[
    Literal["mirror", "append"] | None,
    typer.Option(
        "--mode",
        help="Follow what is changed and deleted at the source, or only ever add (default: mirror until --only-add was given).",
    ),
]
DetectBy = Annotated[
    Literal["size-mtime", "digest", "token"],
    typer.Option(
        "--detect",
        help="What shows that a file changed: size and time, its content (every file is read), or the source's own token (ETag, ctime).",
    ),
]
ListAnew = Annotated[
    bool,
    typer.Option(
        "--list-anew",
        help="List the whole source, also where it would tell what changed since the last pass (SharePoint, Dropbox).",
    ),
]
KeepNames = Annotated[
    bool, typer.Option("--keep-names", help="Leave names that the target refuses as they are; those files then fail.")
]
