"""How long the hall's pages take with the matters of a whole district: `python -m bench.pages`."""
