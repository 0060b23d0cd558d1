"""Who uses the service: accounts and their sessions. At present made-up people, who can sign in from this machine only."""
