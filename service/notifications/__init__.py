"""Telling people what happened: their inbox, e-mail, and webhooks for programs."""
