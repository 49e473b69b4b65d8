"""Commands of `skyflytt` that talk to Prefect; the command line finds them by the entry points `skyflytt.commands`."""
