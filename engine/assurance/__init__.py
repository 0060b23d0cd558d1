"""What proves a ruleset right: the cases beside it, and what they have shown of it."""
