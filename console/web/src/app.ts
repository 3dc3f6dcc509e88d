// What every page loads. Nothing here knows a page: behaviour hangs on data attributes, and is set up again
// for each part that htmx brings.
import htmx from "./htmx";
import "./sse";
import { each } from "./dom";

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf]")?.content;
  if (token) (event as CustomEvent).detail.headers["X-CSRF-Token"] = token;
});

each("[data-menu]", (button) => {
  button.addEventListener("click", () => {
    const open = document.body.classList.toggle("menu-open");
    button.setAttribute("aria-expanded", String(open));
  });
});

document.addEventListener("htmx:afterSettle", () => {
  document.body.classList.remove("menu-open");
});

void htmx;
