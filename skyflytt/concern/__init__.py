"""What discovery finds out before anything is moved: facts, the concerns that follow from them, and an estimate of the time."""
