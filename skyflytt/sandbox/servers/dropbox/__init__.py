"""A simulator of Dropbox's interface for programs (API v2) and of its token endpoint, made from Dropbox's documentation.

It is not Dropbox, proves nothing about it, and says so in every answer. Each assumption that it was made from is a line of
docs/reference/dropbox.md with its address. What it holds is in memory, and ends with it.
"""
