"""What proves a ruleset right: cases, coverage, verification, mutants, differences."""
