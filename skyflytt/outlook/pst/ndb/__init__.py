"""The node database layer: header, maps, B-trees and blocks ([MS-PST] 2.2)."""

from __future__ import annotations

from skyflytt.outlook.pst.ndb.database import NodeDatabase
from skyflytt.outlook.pst.ndb.trees import Subnode, Tree

__all__ = ["NodeDatabase", "Subnode", "Tree"]
