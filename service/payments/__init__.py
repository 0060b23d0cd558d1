"""Money that approvals give: orders to the bank, and what is got back where an approval is revoked."""
