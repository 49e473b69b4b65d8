"""What was measured, line by line, and the ratios at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.file_peers import Measured

OURS = "skyflytt, verified"
MEMORY_AIM_MB = 300
PEERS = ("rclone", "rclone, checked", "lftp", "rsync over ssh")


@dataclass(frozen=True, slots=True)
class Cell:
    """What is copied where, and in which unit that counts."""

    place: str
    title: str
    unit: str
    amount: float


@dataclass
class Table:
    """The fastest round of each program, for each cell."""

    _ratios: list[tuple[Cell, dict[str, float], Measured]] = field(default_factory=list)

    def add(self, cell: Cell, found: dict[str, list[Measured]]) -> None:
        """Takes all rounds, and prints the best."""
        best = {name: min(each, key=lambda one: one.wall_s) for name, each in found.items()}
        print(f"  {cell.title}")
        for name, one in best.items():
            rate = f"{cell.amount / one.wall_s:9,.0f} {cell.unit:8}"
            print(
                f"    {name:22} {one.wall_s:8.2f} s   {rate} {one.cpu_s:7.2f} s CPU {one.peak_mb:6.0f} MB", flush=True
            )
        ours = best.pop(OURS)
        self._ratios.append((cell, {name: one.wall_s / ours.wall_s for name, one in best.items()}, ours))

    def show_ratios(self) -> None:
        """How many times as fast as each of them ours was; empty where one was not there, or has no such thing."""
        print(f"\nOurs is so many times as fast (memory aim: {MEMORY_AIM_MB} MB)")
        print(f"{'':34}{''.join(f'{name:>17}' for name in PEERS)}{'our peak':>12}")
        for cell, ratios, ours in self._ratios:
            each = "".join(f"{ratios[name]:17.2f}" if name in ratios else " " * 17 for name in PEERS)
            print(f"{cell.place:5} {cell.title:28}{each}{ours.peak_mb:9.0f} MB")
