"""`miaopi restore`."""

from service.operation.cli import restore as command

__all__ = ["command"]
