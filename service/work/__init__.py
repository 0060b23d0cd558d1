"""Work to be done later: rows written in the transaction that makes it necessary, done at least once, by whichever process has time."""
