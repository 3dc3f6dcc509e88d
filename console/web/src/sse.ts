// The extension reads window.htmx as it is loaded: it stands behind htmx.ts in the order of imports.
import "htmx-ext-sse";
