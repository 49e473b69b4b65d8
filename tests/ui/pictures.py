"""What the tests saw, kept for people to look at: in the folder that SKYFLYTT_SCREENSHOTS names, else beside the test's other files."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

FOLDER = "SKYFLYTT_SCREENSHOTS"
LOADING = "[data-slot=skeleton], .animate-pulse"
MOST_MS = 10_000


@dataclass(frozen=True)
class Pictures:
    """A folder of pictures."""

    folder: Path

    @classmethod
    def beside(cls, folder: Path) -> Pictures:
        """In the folder that the environment names, else in this one."""
        made = Path(os.environ.get(FOLDER) or folder)
        made.mkdir(parents=True, exist_ok=True)
        return cls(made)

    def keep(self, page: Page, name: str) -> Path:
        """The page as it is now, or a little later where parts of it are still grey; a picture of the same name is replaced."""
        with suppress(AssertionError):
            expect(page.locator(LOADING)).to_have_count(0, timeout=MOST_MS)
        path = self.folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
        page.screenshot(path=path)
        return path
