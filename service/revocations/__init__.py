"""Taking approvals back: commitments that are checked later, and revocation with a hearing."""
