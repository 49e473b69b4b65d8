"""What the demo prints while it runs: the hour, what happened, who decided, and bars for what is being moved."""

from __future__ import annotations

import logging
from datetime import datetime
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from skyflytt.playbook.steps import StepState

MARKS = {StepState.DONE: "[green]✓[/]", StepState.RUNNING: "[yellow]…[/]", StepState.FAILED: "[red]✗[/]"}


class Show(logging.Handler):
    """Also the handler of the log `skyflytt.progress`, whose records become bars."""

    def __init__(self, console: Console, zone: ZoneInfo) -> None:
        super().__init__(logging.INFO)
        self._console = console
        self._zone = zone
        columns = (TextColumn("    {task.description:<22}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._bars: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        logging.getLogger("skyflytt.progress").addHandler(self)
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        logging.getLogger("skyflytt.progress").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        name = f"{record.__dict__['step']} {record.__dict__['item']}"
        done, of = record.__dict__["done"], record.__dict__["of"]
        if name not in self._bars:
            self._bars[name] = self._progress.add_task(name, total=of)
        self._progress.update(self._bars[name], completed=done, total=of)
        if done >= of:
            self._progress.remove_task(self._bars.pop(name))

    def hour(self, at: datetime) -> None:
        self._console.print(f"\n[bold cyan]{at.astimezone(self._zone):%A %d %B %Y, %H:%M %Z}[/]")

    def event(self, what: str, counts: str) -> None:
        self._console.print(f"  [magenta]•[/] {what}: {counts}", highlight=False)

    def decision(self, said: str) -> None:
        self._console.print(f"  [bold yellow]»[/] {said}", highlight=False)

    def asked(self, answers: str) -> None:
        """What the name servers answered."""
        self._console.print(f"    [dim]name servers asked:[/] {answers}", highlight=False)

    def step(self, name: str, state: StepState, outcome: str) -> None:
        if state is not StepState.WAITING:
            self._console.print(f"  {MARKS[state]} [bold]{name}[/]  {outcome}", highlight=False)
