"""The same ruleset over millions of past cases, as a columnar query."""
