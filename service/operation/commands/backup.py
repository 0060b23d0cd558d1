"""`miaopi backup`."""

from service.operation.cli import backup as command

__all__ = ["command"]
