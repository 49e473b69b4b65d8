"""A sandbox Exchange: an EWS server over one SQLite file. A test double, not Exchange; it follows [MS-OXWS*], so that clients of Exchange
get what they expect, and it fails on demand in the ways that Exchange is known to fail.

`running.start()` and `running.stop()` run it; `store.open_store()` fills it; `faults` says how it fails.
"""
