"""From a resolved phone to the files that it fetches.

A vendor is a folder: `vendor.toml`, templates, and `words.py` for what it says in its own way.
"""

from dialform.renderers.phones.index import index_of
from dialform.renderers.phones.render import render_phones
from dialform.renderers.phones.service import service_file
from dialform.renderers.phones.templating import remember_templates

__all__ = ["index_of", "remember_templates", "render_phones", "service_file"]
