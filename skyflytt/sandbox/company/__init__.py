"""Norrsken Bygg AB, a small builder in Umeå with an office in Bodø: its people, mail, files and bookkeeping, the same for the same seed."""

SEED = 20260808
