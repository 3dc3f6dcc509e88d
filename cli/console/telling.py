"""What goes wrong in the portal's commands, as one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from dialform.cli import common, ofagent


@contextmanager
def sentences() -> Iterator[None]:
    """Turn errors of the portal into errors of the command line."""
    from dialform.console.errors import Away, ConsoleError, NotThere

    try:
        yield
    except NotThere as error:
        raise common.NotThere(str(error)) from None
    except Away as error:
        raise click.ClickException(ofagent.sentence(error)) from None
    except ConsoleError as error:
        raise common.Unusable(str(error)) from None
