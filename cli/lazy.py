"""Groups of commands whose modules are imported when a command is asked for, not before."""

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group made from a table: command → its module in `dialform.cli`, and one line of help.

    The module holds the command as `command`. What is `hidden` runs, but is not listed.
    """

    def __init__(
        self, *, table: Mapping[str, tuple[str, str]], hidden: Collection[str] = (), **more: Any
    ) -> None:
        super().__init__(**more)
        self._table = table
        self._hidden = hidden

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands that people type."""
        return [name for name in self._table if name not in self._hidden]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in self._table:
            return None
        module = import_module(f"dialform.cli.{self._table[cmd_name][0]}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._table[name][1]) for name in self.list_commands(ctx)])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Name the nearest command where there is no such one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self._table, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", ctx) from error
