"""The online path: conditions, outcomes, conclusion, receipt, explanation."""
