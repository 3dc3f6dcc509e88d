"""A site's prices and what one tenant agreed to, straight from its files."""

import sys
from pathlib import Path

from dialform.billing.rating.prices import PriceIndex
from dialform.cli import common, proofs
from dialform.compiler.agreed import terms_of
from dialform.compiler.check import Run, validate
from dialform.compiler.platform import load_platform
from dialform.compiler.prune import shape_check_all
from dialform.compiler.scope import Scope
from dialform.compiler.terms import Terms
from dialform.proof.compiled import restricted
from dialform.schema.diagnostic import Severity
from dialform.schema.document import load
from dialform.schema.tenant import Tenant
from dialform.schema.tree import Tree, scan
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Agreed:
    """The tenant under its platform, its terms, and what things cost."""

    tree: Tree
    scope: Scope
    terms: Terms
    index: PriceIndex


def agreed(root: Path, slug: str, secrets: Path | None) -> Agreed:
    """Read it. An unknown tenant is a usage error; a site with errors ends the command, after its findings.

    Other tenants are not looked at: what is wrong with them does not matter here.
    """
    whole = scan(root)
    proofs.known_tenant(whole, slug)
    tree = restricted(whole, [slug])
    run = Run(tree, common.store(common.secrets_folder(secrets)), jobs=1)
    errors = [one for one in validate(run) if one.severity is Severity.ERROR]
    platform = load_platform(tree, run.read)
    files = [(path, run.read(path)) for path in tree.tenants[slug]]
    document, _ = load(f"tenants.d/{slug}", files)
    model = shape_check_all(Tenant, document.name, document.data, {"company": slug})[0]
    if errors or platform.view is None or model is None:
        common.report(root, errors, "text", stream=sys.stderr)
        raise common.Unusable("The site has errors: mend them first.")
    scope = Scope(slug, document.name, model, platform.view)
    return Agreed(tree, scope, terms_of(scope), PriceIndex(platform.book.prices()))
