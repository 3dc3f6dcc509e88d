// What every page loads. Nothing here knows a page: behaviour hangs on data attributes, and is set up again
// for each part that htmx brings.
import htmx from "./htmx";
import "./frame";
import "./menu";
import "./dialogs";
import "./small";
import "./tree";
import "./installed";
import "./live";
import "./mailbox";
import "./faxes";
import "./forms";

void htmx;
