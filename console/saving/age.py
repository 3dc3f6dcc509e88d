"""How old what a page shows of the repository is, where the remote was not reached at the last try."""

from dialform.console.page import Context
from dialform.console.saving.repository import Repository


def say_age(context: Context) -> None:
    """Say on the page that is answered since when the repository was not reached; nothing where it was."""
    from dialform.console.templating import when, zone_of

    repository = Repository.of(context.ground)
    if not repository.fetching.trouble:
        return
    since = when(repository.reached, zone_of(context))
    text = (
        f"The repository was not reached since {since}."
        if since
        else "The repository was never reached."
    )
    context.notices.append(
        ("note", f"{text} What others changed since is not shown here, and saving has to wait.")
    )
