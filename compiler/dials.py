"""How a tenant's people call the outside besides whole numbers, resolved."""

from dialform.compiler import resolved_numbers
from dialform.compiler.domestic import home_numbers, local_numbers, premium_numbers, short_numbers
from dialform.compiler.routes import short_routes
from dialform.compiler.scope import Scope


def resolve_dialling(scope: Scope) -> resolved_numbers.Dialling:
    """What the tenant's country and the site's routes make of what is dialled."""
    country, routes = scope.country, scope.view.routes.values()
    local = local_numbers(country)
    by_country = any(route.toll == "auto" for route in routes)
    return resolved_numbers.Dialling(
        home=home_numbers(country) if by_country else "",
        premium=premium_numbers(country) if by_country else "",
        local=resolved_numbers.DialPattern(local.regex, local.replacement) if local else None,
        short="|".join(filter(None, (short_routes(routes), short_numbers(country)))),
    )
