"""What runs on several machines, as processes on this one: PostgreSQL, Redis, the Prefect server, N workers, and many mailboxes to move."""
