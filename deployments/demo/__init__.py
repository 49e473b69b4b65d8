"""The demo: one customer's whole exit on this machine, over real protocols, with a clock that it moves from notice to erasure."""
