"""Rulesets from draft to archive: written, proved, published by a second person, in force from a day, stopped, rolled back."""
