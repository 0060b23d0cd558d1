"""Signing in by a provider elsewhere (OpenID Connect), beside the accounts' own passwords. Who may do what stays the accounts' to say."""
