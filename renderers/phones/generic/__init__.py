"""Softphones."""
