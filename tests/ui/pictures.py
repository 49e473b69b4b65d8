"""What the tests saw, kept for people to look at: in the folder that SKYFLYTT_SCREENSHOTS names, else beside the test's other files."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

FOLDER = "SKYFLYTT_SCREENSHOTS"


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
        """The page as it is now; a picture of the same name is replaced."""
        path = self.folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
        page.screenshot(path=path)
        return path
