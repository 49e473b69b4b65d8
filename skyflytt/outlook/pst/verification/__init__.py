"""PST files read back by libpff, which had no part in writing them, and compared with what was meant."""

from skyflytt.outlook.pst.verification.comparison import compare
from skyflytt.outlook.pst.verification.differences import Difference, FolderCount, Verification
from skyflytt.outlook.pst.verification.verify import verify_pst

__all__ = ["Difference", "FolderCount", "Verification", "compare", "verify_pst"]
