"""An authoritative name server of the sandbox: queries, transfers and signed updates over UDP and TCP; a second one follows the first."""
