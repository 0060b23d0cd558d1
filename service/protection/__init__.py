"""Personal data at rest: encrypted columns, blind indexes to look up by, the keys of both, and masking in lists and logs."""
