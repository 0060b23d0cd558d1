"""Approvers' work: the queue of what the rules did not decide, and deciding it."""
