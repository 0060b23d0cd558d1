"""The catalogue over HTTP: what can be applied for, and the form of each situation."""
