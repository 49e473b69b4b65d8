"""Automations of Prefect's server as data: what it does by itself when a run dies, and whom it tells of what."""
