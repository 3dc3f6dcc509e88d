"""What the commands about phones share: the phones in reach, those that are meant, the service's folder."""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import ofagent
from dialform.cli.desk import Desk, whose
from dialform.cli.desk import options as desk_options

if TYPE_CHECKING:
    from dialform.reconcile.desk.devices import Device

OPTIONS = desk_options("devices")
WHOSE = partial(whose, "devices")
SERVICE = click.option(
    "--service", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="The provisioning service's state folder. Default: provisioning/ in the agent's.",
)  # fmt: skip


def service_folder(desk: Desk, service: Path | None) -> Path:
    """The state folder of the provisioning service, whether it is there or not."""
    return service or (desk.folders.state or ofagent.state_folder(None)) / "provisioning"


def in_reach(desk: Desk) -> "list[Device]":
    """The phones that were compiled and are in reach."""
    from dialform.reconcile.desk.devices import devices

    with said():
        return devices(desk.folders.current, desk.scope)


def meant(known: "Sequence[Device]", typed: Sequence[str]) -> "list[Device]":
    """The phones of these MACs, each once, in any usual spelling. One out of reach is not there."""
    from dialform.reconcile.desk import typed as typing
    from dialform.reconcile.desk.devices import hint, one_of
    from dialform.reconcile.desk.errors import Unusable

    found = {}
    for text in typed:
        try:
            mac = typing.mac(text)
        except Unusable as error:
            raise click.UsageError(f"{error}{hint(text, known)}") from None
        with said():
            found[mac] = one_of(known, mac)
    return list(found.values())


@contextlib.contextmanager
def said() -> Iterator[None]:
    """What goes wrong with folders and phones, as one sentence."""
    from dialform.provisioning.errors import ProvisioningError
    from dialform.reconcile.desk.errors import DeskError

    try:
        yield
    except DeskError as error:
        raise click.ClickException(str(error)) from None
    except ProvisioningError as error:
        raise click.ClickException(ofagent.sentence(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None
