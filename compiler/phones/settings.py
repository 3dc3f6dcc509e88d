"""Settings that a vendor has no parameter for (`[without]` of its table): there they do nothing."""

from collections.abc import Iterator, Sequence

from dialform.compiler.phones.known import Known, alike
from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import phones as rules


def check_settings(scope: Scope, phones: Sequence[Known]) -> Iterator[Flaw]:
    """An info finding for each setting of a profile or line that does nothing on a model."""
    lacking = [phone for phone in phones if phone.vendor.without]
    for phone, more in alike(lacking, lambda one: one.kind):
        for setting, place in _of_profile(phone):
            yield from _told(scope, phone, setting, place, more)
    for phone in lacking:
        for index, line in enumerate(phone.device.lines):
            for name in sorted(line.model_fields_set - {"extension"}):
                own: Path = ("devices", phone.mac, "lines", index, name)
                yield from _told(scope, phone, f"line.{name}", own, "")


def _of_profile(phone: Known) -> Iterator[tuple[str, Path]]:
    """What its profile says, by the names that `[without]` has, with its place."""
    profile, path = phone.profile, ("device_profiles", phone.device.profile or "")
    for name in sorted(profile.model_fields_set):
        if name == "screen":
            for part in sorted(profile.screen.model_fields_set):
                yield f"screen.{part}", (*path, "screen", part)
        elif name == "transport" and profile.transport == "tcp":
            yield "transport.tcp", (*path, name)
        else:
            yield name, (*path, name)
    for index, key in enumerate(profile.keys):
        if key.label is not None:
            yield "keys.label", (*path, "keys", index, "label")
            return


def _told(scope: Scope, phone: Known, setting: str, place: Path, more: str) -> Iterator[Flaw]:
    reasons = phone.vendor.without
    template = phone.device.template or phone.model.template
    why = reasons.get(setting) or reasons.get(f"{template}/{setting}")
    if why:
        values = {"setting": setting, "model": phone.title, "why": why, "more": more}
        yield scope.flaw(rules.NoSuchSetting, *place, on="key", **values)
