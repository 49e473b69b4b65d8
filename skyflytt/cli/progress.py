"""Progress bars on a terminal; nothing where the output goes to a file or another program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class Bars:
    """One bar for each word that is told."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, int] = {}

    def of(self, what: str) -> Callable[[int, int], None]:
        """Shows how many of how many are done."""

        def tell(done: int, total: int) -> None:
            if what not in self._tasks:
                self._tasks[what] = int(self._progress.add_task(what, total=total))
            self._progress.update(self._tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        return tell

    def say(self, sentence: str) -> None:
        """A sentence above the bars, or a line on stderr."""
        self._progress.console.print(sentence, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def bars(*, transient: bool = False) -> Iterator[Bars]:
    """Bars on stderr, taken away at the end when `transient`."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=transient) as progress:
        yield Bars(progress)


@contextmanager
def counting(total: int) -> Iterator[Callable[[str, int], None]]:
    """Shows how many of `total` items were written, verified …, one bar for each word that is told."""
    with bars() as shown:
        yield lambda what, count: shown.of(what)(count, total)
