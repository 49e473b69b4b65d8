"""The cutover's parts: it waits for passes, changes the zones, tries whether mail flows, and collects what comes late."""
