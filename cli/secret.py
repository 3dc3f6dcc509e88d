"""`dialform secret`: set, show, rotate and list."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common
from dialform.cli.exits import Exit
from dialform.values import dataclass, replace

if TYPE_CHECKING:
    from dialform.cli.inventory import SecretUse, TenantFiles
    from dialform.compiler.secrets import SecretError, SecretStore
    from dialform.schema.tree import Tree

KINDS = ("sip", "pin")
"""Of an extension or mailbox."""
PHONE_KINDS = ("token", "http", "admin")
"""Of a phone."""


class Refused(click.ClickException):
    """The command cannot do this with the site or the secrets as they are."""

    exit_code = Exit.INVALID_SITE


@click.group("secret")
def command() -> None:
    """Set, show, rotate and list secrets. Of these only `show` ever prints one."""


@command.command("set")
@common.SITE
@common.SECRETS
@click.option("--file", "name", metavar="NAME", help="Write a file of the secrets folder instead.")
@click.option(
    "--recipient", "recipients", metavar="KEY", multiple=True,
    help="An age or SSH public key to encrypt for, instead of the hosts'. May be repeated.",
)  # fmt: skip
@click.option("--stdin", is_flag=True, help="Read the secret from standard input.")
@click.option("--random", is_flag=True, help="Make one up.")
def set_(
    site: Path | None, secrets: Path | None, name: str | None, recipients: tuple[str, ...],
    stdin: bool, random: bool,
) -> int:  # fmt: skip
    """Encrypt a secret for the hosts, to be pasted into the site; or write it into a file.

    Encrypts for the `age:` key of every host in platform.yaml and prints {age: "..."}. With
    --file NAME the secret goes into the secrets folder, where {secret: NAME} finds it.
    """
    from dialform.cli import secretset

    if name is not None:
        if recipients:
            raise click.UsageError("--recipient has no meaning beside --file.")
        folder = secretset.folder_for(secrets)
        secretset.check_name(folder, name)
        secretset.write(folder, name, secretset.ask(stdin=stdin, random=random, name=name))
        return 0
    keys = list(recipients) or secretset.host_keys(common.site_root(site))
    text = secretset.ask(stdin=stdin, random=random)
    click.echo(secretset.encrypted(text, keys))
    return 0


@command.command("show")
@click.argument("target", metavar="TENANT/NUMBER[/KIND]|TENANT/MAC/KIND")
@common.SITE
@common.SECRETS
def show(target: str, site: Path | None, secrets: Path | None) -> int:
    """Print the SIP password of an extension (sip) or the PIN of a mailbox (pin); of a phone the token of its
    address, the password of its login there (http), or that of its own web page (admin).

    Nothing else stands on standard output. Needs the secrets folder with the master secret.
    """
    from dialform.compiler.secrets import SecretError

    wanted = _wanted(common.site_root(site), target)
    store = _store(secrets)
    try:
        value = wanted.use.value(store)
    except SecretError as error:
        raise Refused(f"{wanted.use.name}: {_said(error)}") from error
    if store.placeholders:
        raise Refused(
            f"{wanted.use.name} cannot be known without the host's secrets: "
            "name their folder with --secrets DIR (the master secret is its file 'master')."
        )
    click.echo(value)
    return 0


@command.command("rotate")
@click.argument("target", metavar="TENANT/NUMBER[/KIND]|TENANT/MAC")
@common.SITE
@common.SECRETS
def rotate(target: str, site: Path | None, secrets: Path | None) -> int:
    """Give an extension another password, a mailbox another PIN, or a phone another address and login: raise
    `rotate:` in its file.

    The master secret is not needed: the new secret is derived when the site is compiled.
    """
    from dialform.schema.editing import EditError, edited

    wanted = _wanted(common.site_root(site), target)
    use = wanted.use
    if use.derived is None:
        raise click.UsageError(
            f"{use.name} is written at {use.place.file}:{use.place.line} and not derived: "
            "change it there."
        )
    new = use.derived.rotate + 1
    # The counter stands beside the secret.
    path = use.path[:-1]
    source = next(one for one in wanted.tenant.document.sources if one.has(path))
    try:
        made = edited(source.file, source.text.encode(), (*source.written(path), "rotate"), new)
    except EditError:
        where = f"{use.place.file}:{use.place.line}"
        raise Refused(f"{where} is written in an unusual way: put `rotate: {new}` there.") from None
    _overwrite(wanted.tree.root / source.file, made.decode())
    name = use.name.rpartition("/")[0] if use.derived.kind in PHONE_KINDS else use.name
    click.echo(f"{name}: rotate {use.derived.rotate} -> {new} in {source.file}")
    click.echo(_AFTER[use.derived.kind].format(name=name, mac=use.derived.number))
    return 0


_AFTER = {
    "sip": "Once this is committed and compiled, phones must log in with the new password "
    "(`dialform secret show {name}`); those with the old one are refused.",
    **dict.fromkeys(
        PHONE_KINDS,
        "Once this is committed and compiled, the phone has another address, another login there and, unless "
        "its profile or the platform names one, another password of its web page. Its old address gives "
        "nothing any more: type the new one (`dialform device url {mac}`), or open a window "
        "(`dialform device enroll {mac}`).",
    ),
    "pin": "Once this is committed and compiled, the mailbox opens with the new PIN only "
    "(`dialform secret show {name}`).",
}


@command.command("list")
@common.SITE
@common.SECRETS
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def list_(site: Path | None, secrets: Path | None, form: str) -> int:
    """List every secret that the site refers to or derives, and whether it can be had here."""
    from dialform.cli.inventory import site_secrets
    from dialform.schema.tree import scan

    root = common.site_root(site)
    store = _store(secrets)
    try:
        rows = [_row(use, store) for use in site_secrets(scan(root))]
    except OSError as error:
        raise Refused(f"{error.filename} cannot be read: {error.strerror}") from error
    if form == "json":
        click.echo(json.dumps({"master": store.has_master, "secrets": rows}, indent=2))
        return 0
    wide = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        found = "found" if row["found"] else f"missing: {row['reason']}"
        click.echo(f"{row['name']:{wide}}  {row['form']:24}  {row['file']}:{row['line']}  {found}")
    missing = sum(not row["found"] for row in rows)
    click.echo(
        f"{len(rows)} secrets, {missing} missing; "
        f"master secret {'found' if store.has_master else 'missing'}"
    )
    return 0


def _row(use: "SecretUse", store: "SecretStore") -> dict[str, Any]:
    why = use.why_missing(store)
    return {
        "name": use.name,
        "file": use.place.file,
        "line": use.place.line,
        "form": _form(use),
        "found": not why,
        "reason": why,
    }


def _form(use: "SecretUse") -> str:
    """How a secret is had. A name is shown only where it can be no secret by mistake."""
    if use.derived is not None:
        return f"derived, rotate {use.derived.rotate}"
    assert use.ref is not None
    if use.ref.form in ("secret", "env"):
        name = (
            use.ref.text if use.ref.text.replace("-", "_").replace(".", "_").isidentifier() else "?"
        )
        return f"{{{use.ref.form}: {name}}}"
    return "{age: ...}" if use.ref.form == "age" else "plain text"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a target such as `acme/1001/pin` means in a site."""

    tree: "Tree"
    tenant: "TenantFiles"
    use: "SecretUse"


def _wanted(root: Path, target: str) -> _Wanted:
    """Find a target. Raises click.UsageError for what is not there, Refused for a broken file."""
    from dialform.cli.inventory import read_tenant, tenant_secrets
    from dialform.compiler.scope import near
    from dialform.schema.tree import scan

    slug, _, rest = target.partition("/")
    number, _, kind = rest.partition("/")
    mac = _mac(number)
    if not number or (kind and kind not in (PHONE_KINDS if mac else KINDS)):
        raise click.UsageError(
            f"'{target}' is no TENANT/NUMBER, as in acme/1001 or acme/1001/pin, and no TENANT/MAC/token, "
            "/http or /admin."
        )
    tree = scan(root)
    if slug not in tree.tenants:
        raise click.UsageError(f"There is no tenant '{slug}' ({near(slug, tree.tenants)}).")
    try:
        tenant = read_tenant(tree, slug)
    except OSError as error:
        raise Refused(f"{error.filename} cannot be read: {error.strerror}") from error
    if tenant is None:
        raise Refused(f"Tenant '{slug}' has errors: see `dialform validate`.")
    if mac:
        return _Wanted(tree, tenant, _of_phone(tree, tenant, mac, kind))
    found = {use.name: use for use in tenant_secrets(tenant)}
    # A mailbox without an extension has nothing but a PIN.
    kinds = [kind] if kind else list(KINDS)
    for one in kinds:
        if use := found.get(f"{slug}/{number}/{one}"):
            return _Wanted(tree, tenant, use)
    if not tenant.whole:
        raise Refused(f"Tenant '{slug}' has errors: see `dialform validate`.")
    if number in tenant.model.extensions and kind == "pin":
        raise click.UsageError(f"Extension {number} of '{slug}' has no mailbox, so it has no PIN.")
    if number in tenant.model.voicemails:
        raise click.UsageError(f"{number} of '{slug}' is a mailbox only: it has no SIP password.")
    known = {name.split("/")[1] for name in found if name.count("/") == 2}
    raise click.UsageError(
        f"Tenant '{slug}' has no extension or mailbox '{number}' ({near(number, known)})."
    )


def _mac(text: str) -> str:
    """A MAC in any usual spelling as 12 hex digits; empty for what is none."""
    from dialform.compiler.phones.known import is_mac

    bare = text.translate(str.maketrans("", "", ":-.")).lower()
    return bare if is_mac(bare) else ""


def _of_phone(tree: "Tree", tenant: "TenantFiles", mac: str, kind: str) -> "SecretUse":
    """A secret of a phone; without a kind whichever is derived. Raises click.UsageError."""
    from dialform.cli.inventory import phone_secrets, web_password
    from dialform.compiler.platform import load_platform
    from dialform.compiler.scope import near
    from dialform.compiler.webphones import WEBPHONE

    phones = [key for key, one in tenant.model.devices.items() if one.vendor != WEBPHONE]
    if mac not in phones:
        raise click.UsageError(
            f"Tenant '{tenant.slug}' has no phone '{mac}' ({near(mac, phones)})."
        )
    shared = web_password(load_platform(tree, tree.read))
    uses = list(phone_secrets(tenant, mac, web=shared is None))
    for use in uses:
        if use.path[-1] == (kind or PHONE_KINDS[0]):
            return use
    path = ("device_profiles", tenant.model.devices[mac].profile or "", "admin_password")
    profile = tenant.model.device_profiles.get(path[1])
    if profile is not None and profile.admin_password is not None:
        place = tenant.document.place(path)
        return replace(uses[0], name=f"{tenant.slug}/{mac}/admin", place=place, path=path,
                       ref=profile.admin_password, derived=None)  # fmt: skip
    assert shared is not None
    return replace(shared, name=f"{tenant.slug}/{mac}/admin")


def _store(secrets: Path | None) -> "SecretStore":
    from dialform.compiler.secrets import SecretError, open_store

    try:
        return open_store(common.secrets_folder(secrets), os.environ)
    except SecretError as error:
        raise Refused(_said(error)) from error


def _said(error: "SecretError") -> str:
    return f"{error.reason}; {error.hint}" if error.hint else error.reason


def _overwrite(path: Path, text: str) -> None:
    """Replace a file of the site whole or not at all; its mode and byte order mark stay."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        raw = path.read_bytes()
        mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
        temporary.write_bytes(mark + text.encode())
        temporary.chmod(path.stat().st_mode & 0o7777)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error
