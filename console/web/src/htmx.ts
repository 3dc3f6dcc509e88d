// htmx as all of this uses it.
import htmx from "htmx.org";

// The policy forbids both, on pages too that say nothing of htmx in their head.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
export default htmx;
