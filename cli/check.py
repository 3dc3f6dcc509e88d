"""`dialform validate`."""

from pathlib import Path

import click

from dialform.cli import common


@click.command("validate")
@common.SITE
@common.SECRETS
@common.FORMAT
@common.STRICT
@common.JOBS
@click.option("--infos", is_flag=True, help="Show every info finding, not only the first few.")
def command(
    site: Path | None, secrets: Path | None, form: str, strict: bool, jobs: int, infos: bool
) -> int:
    """Check the site: its files, shape, permissions, quotas, numbers and call flow.

    Exits 3 where there is an error, else 0.
    """
    root = common.site_root(site)
    folder = common.secrets_folder(secrets)
    # Late, so that `--help` and completion do not wait for the models.
    from dialform.compiler.check import Run, validate
    from dialform.schema.tree import scan

    bar = common.progress("checking")
    run = Run(scan(root), common.store(folder), jobs, bar)
    diagnostics = validate(run, strict=strict)
    common.report(root, diagnostics, form, all_infos=infos)
    return common.exit_for(diagnostics)
