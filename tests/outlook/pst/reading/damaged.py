"""Run as a program: reads a PST file in many damaged forms, each as far as it goes; prints how many could be opened.

It is a process of its own so that a crash inside libpff would be seen as its end, not as the end of the tests.
"""

from __future__ import annotations

import faulthandler
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from skyflytt.outlook.errors import ItemDamaged, NotAPst, PstDamaged, PstEncryptionUnknown
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.pst.reading import PstReader, open_pst


def forms(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    """Cut short at many lengths; single bytes, runs and whole blocks overwritten, mostly where the file is not empty."""
    dice = random.Random(seed)
    used = [position for position, byte in enumerate(data) if byte]
    for number in range(count):
        if number % 3 == 0:
            yield data[: dice.randrange(len(data))]
            continue
        damaged = bytearray(data)
        for _ in range(dice.choice((1, 3, 10, 100, 1000))):
            start, size = dice.choice(used), dice.choice((1, 1, 1, 16, 512, 8192))
            damaged[start : start + size] = dice.choice((dice.randbytes, bytes))(min(size, len(data) - start))
        yield bytes(damaged)


def read_all(reader: PstReader) -> int:
    count = 0
    for folder in (*reader.folders(), *reader.outside()):
        for associated in (False, True):
            for _, read in reader.messages(folder, associated=associated):
                assert isinstance(read, Message | ItemDamaged)
                count += 1
    for _, read in (*reader.orphans(), *reader.recovered()):
        assert isinstance(read, Message | ItemDamaged)
        count += 1
    return count


def main(source: str, scratch: str, seed: str, count: str) -> None:
    faulthandler.enable()
    opened = 0
    for damaged in forms(Path(source).read_bytes(), int(seed), int(count)):
        Path(scratch).write_bytes(damaged)
        try:
            with open_pst(Path(scratch), salvage=True) as reader:
                opened += 1
                read_all(reader)
        except (NotAPst, PstDamaged, PstEncryptionUnknown):
            pass
    print(opened)


if __name__ == "__main__":
    main(*sys.argv[1:])
