"""Cases: applications submitted, decided and kept, with their receipts."""
