"""The same message, but not the same content: what a server made of it that takes messages apart and writes them anew."""

from skyflytt.mail.rewritten.explaining import between
from skyflytt.mail.rewritten.reading import reasons
from skyflytt.mail.rewritten.reasons import REASONS, Reason, markdown, sentence

__all__ = ["REASONS", "Reason", "between", "markdown", "reasons", "sentence"]
