"""The catalogue over HTTP: what can be applied for."""
