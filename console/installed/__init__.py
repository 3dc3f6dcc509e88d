"""The portal as an app: manifest, service worker, and the page without a network."""

from dialform.console.installed.pages import PAGES

__all__ = ["PAGES"]
