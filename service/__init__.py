"""The service over HTTP: accounts, the catalogue, evidence, cases. One folder a noun."""
