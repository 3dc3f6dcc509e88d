// What surrounds the pages: the menu on small screens, the focus after a change of page, answers that are errors.
import { each } from "./dom";

document.addEventListener("htmx:configRequest", (event) => {
  const { headers, elt } = (event as CustomEvent).detail;
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf]")?.content;
  if (token) headers["X-CSRF-Token"] = token;
  // What is asked for again and again is no click: it keeps no session from idling out (console/page.py).
  if (/^every\b/.test((elt as Element).getAttribute("hx-trigger") ?? "")) headers["X-Passive"] = "1";
});

function menu(open: boolean): void {
  document.body.classList.toggle("menu-open", open);
  document.querySelector("[data-menu]")?.setAttribute("aria-expanded", String(open));
}

each("[data-menu]", (button) => {
  button.addEventListener("click", () => menu(!document.body.classList.contains("menu-open")));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("menu-open")) return;
  menu(false);
  document.querySelector<HTMLElement>("[data-menu]")?.focus();
});

// An error is a page of its own, wherever its part was meant to go.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event as CustomEvent;
  if (detail.xhr.status < 400 || !/<main id="main"/.test(detail.serverResponse)) return;
  detail.target = document.getElementById("main") ?? detail.target;
  detail.selectOverride = "#main";
  detail.swapOverride = "outerHTML show:window:top";
  detail.shouldSwap = true;
});

// A new page is read from its start: the focus goes there, and a screen reader says its title.
document.addEventListener("htmx:afterSettle", (event) => {
  const element = (event as CustomEvent).detail.elt as HTMLElement;
  if (element.id !== "main") return;
  menu(false);
  const wanted = element.querySelector<HTMLElement>("[autofocus]:not(dialog *)") ?? element;
  wanted.focus({ preventScroll: wanted === element });
  const said = document.querySelector("[data-said]");
  if (said) said.textContent = document.title;
});

const bar = (): Element | null => document.querySelector("[data-loading]");
document.addEventListener("htmx:beforeRequest", () => bar()?.classList.add("on"));
document.addEventListener("htmx:afterRequest", () => bar()?.classList.remove("on"));

// Nobody answered: say so where the page is.
document.addEventListener("htmx:sendError", () => {
  const main = document.getElementById("main");
  if (!main || main.querySelector("[data-away]")) return;
  const line = document.createElement("p");
  line.className = "flash bad";
  line.setAttribute("role", "alert");
  line.dataset.away = "";
  line.textContent = "The portal cannot be reached. Nothing was sent. Try again when the network is back.";
  main.prepend(line);
});
