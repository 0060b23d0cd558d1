"""Half-filled forms: there tomorrow, and gone once they were submitted."""
