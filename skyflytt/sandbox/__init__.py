"""An old provider and a new one on this machine, speaking the real protocols, for the demo, rehearsals and tests."""
