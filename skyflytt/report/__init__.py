"""A project's report page: what is wrong, what comes next, how far the move is. Read from the ledger, written as one HTML file."""
