"""The time-limited drop, from which the customer collects its data."""
