"""A tenant's call flow drawn: Mermaid, Graphviz, SVG."""
