// htmx with its extension for server-sent events, which looks for it on the window.
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;
// The policy forbids both, on pages too that say nothing of htmx in their head.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
export default htmx;
