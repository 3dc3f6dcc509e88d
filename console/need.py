"""What a page needs of its visitor: one row a page, which a test holds against every role."""

from dialform.compiler.reviewing.roles import Role
from dialform.console.visitor import Visitor
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """The least role, and permissions of which one is enough. `public` pages need nobody signed in."""

    role: Role = "end_user"
    tokens: tuple[str, ...] = ()
    public: bool = False

    def met(self, visitor: Visitor | None) -> bool:
        """Whether somebody may come."""
        if self.public:
            return True
        if visitor is None or not visitor.at_least(self.role):
            return False
        return not self.tokens or visitor.holds(*self.tokens)


ANYBODY = Need()
"""Whoever is signed in."""
PUBLIC = Need(public=True)
ADMIN = Need("admin")
MANAGER = Need("tenant_admin")


def holding(*tokens: str, role: Role = "end_user") -> Need:
    """Whoever holds one of these permissions."""
    return Need(role, tokens)
