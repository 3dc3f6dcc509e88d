// htmx with its extension for server-sent events, which looks for it on the window.
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;
export default htmx;
