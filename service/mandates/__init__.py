"""Who may act for whom: mandates that people give, and guardians and representatives as registers and the office know them."""
