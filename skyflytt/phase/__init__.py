"""What the phases do to one mailbox, share or drop of a project: the steps that flows run as tasks, and commands run by hand."""
