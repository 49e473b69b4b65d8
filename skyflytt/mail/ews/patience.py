"""What happens when the server asks to be left alone for a while."""

from skyflytt.patience import Patience, nobody_listens, spoken

__all__ = ["Patience", "nobody_listens", "spoken"]
