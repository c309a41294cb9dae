"""The command line: one file a command, thin. Heavy rooms are imported by the command that needs them."""

from retold.cli.main import main

__all__ = ["main"]
