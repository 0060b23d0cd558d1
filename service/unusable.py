"""Why the service cannot start. On its own, so that whatever is opened at start can say so without knowing the settings."""


class Unusable(Exception):
    """The service cannot start with what it was given; the text says why."""
