"""The directory: domains and their users, merged as the switch merges them."""

from dialform.simulator.reading.markup import Element
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class User:
    """A user of the directory, merged with its group and domain (`switch_xml_merge_user`)."""

    id: str
    domain: str
    params: dict[str, str]
    variables: dict[str, str]
    attributes: dict[str, str]
    file: str
    line: int


@dataclass(slots=True)
class Domain:
    """A domain of the directory. `users` are by their id, in order."""

    name: str
    params: dict[str, str]
    variables: dict[str, str]
    element: Element
    users: dict[str, User] = field(default_factory=dict)

    def user(self, number: str, key: str = "id") -> User | None:
        """A user by an attribute, `id` meaning number-alias too; letter case says nothing."""
        wanted = number.lower()
        keys = ("id", "number-alias") if key.lower() == "id" else key.split(":")
        for user in self.users.values():
            if any(user.attributes.get(name, "\0").lower() == wanted for name in keys):
                return user
        return None


def read_domain(element: Element) -> Domain:
    """A `<domain>` with its users, in groups or without."""
    params, variables = element.pairs("params", "param"), element.pairs("variables", "variable")
    domain = Domain(element.get("name"), params, variables, element)
    groups = element.first("groups")
    if groups is None:
        _add(domain, element.first("users") or element, None)
        return domain
    for group in groups.all("group"):
        users = group.first("users")
        if users:
            _add(domain, users, group)
    return domain


def _add(domain: Domain, users: Element, group: Element | None) -> None:
    for user in users.all("user"):
        layers = [user, *([group] if group else []), domain.element]
        domain.users.setdefault(
            user.get("id"),
            User(
                user.get("id"),
                domain.name,
                _merged(layers, "params", "param"),
                _merged(layers, "variables", "variable"),
                user.attributes,
                user.file,
                user.line,
            ),
        )


def _merged(layers: list[Element], container: str, tag: str) -> dict[str, str]:
    """The nearest layer wins; names differ by more than their letters' case."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for layer in layers:
        for name, value in layer.pairs(container, tag).items():
            if name.lower() not in seen:
                found[name] = value
                seen.add(name.lower())
    return found
