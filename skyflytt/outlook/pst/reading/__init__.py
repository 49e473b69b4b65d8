"""Reading PST files, Unicode and ANSI, by libpff; damaged ones as far as they can be read."""

from skyflytt.outlook.pst.reading.folders import FolderPath, PstFolder
from skyflytt.outlook.pst.reading.opening import open_pst
from skyflytt.outlook.pst.reading.reader import PstReader, Read
from skyflytt.outlook.pst.reading.roles import FolderRole

__all__ = ["FolderPath", "FolderRole", "PstFolder", "PstReader", "Read", "open_pst"]
