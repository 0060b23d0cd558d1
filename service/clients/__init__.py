"""Machine clients: portals that call for people who agreed to it. What they may is in the table of access, by scope."""
