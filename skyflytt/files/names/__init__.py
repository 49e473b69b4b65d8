"""Which names a target can keep, as data; what is called otherwise there, and how its own name is found again."""
