"""The sandbox's servers, each a process of its own: `python -m skyflytt.sandbox.servers.<kind>`."""
