// The portal as an app: a service worker that shows a page without a network, and tells of a new version.
import { each } from "./dom";

const root = (): string => document.body.dataset.root ?? "";

function tell(worker: ServiceWorker): void {
  if (document.querySelector(".updated")) return;
  const box = document.createElement("div");
  box.className = "updated";
  box.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = "There is a new version of this page.";
  const now = document.createElement("button");
  now.type = "button";
  now.className = "primary";
  now.textContent = "Load it";
  now.addEventListener("click", () => worker.postMessage("now"));
  const later = document.createElement("button");
  later.type = "button";
  later.className = "quiet";
  later.textContent = "Later";
  later.addEventListener("click", () => box.remove());
  box.append(text, now, later);
  document.body.append(box);
}

async function start(): Promise<void> {
  const container = navigator.serviceWorker;
  const first = !container.controller;
  const found = await container.register(`${root()}/sw.js`, { scope: `${root()}/` });
  if (found.waiting && !first) tell(found.waiting);
  found.addEventListener("updatefound", () => {
    const fresh = found.installing;
    fresh?.addEventListener("statechange", () => {
      if (fresh.state === "installed" && container.controller) tell(fresh);
    });
  });
  let loaded = first;
  container.addEventListener("controllerchange", () => {
    // The first one takes over a page that is new already.
    if (loaded) { loaded = false; return; }
    // A window in which somebody talks goes on as it is.
    if (document.querySelector<HTMLElement>("[data-phone]")?.dataset.busy) return;
    window.location.reload();
  });
  setInterval(() => void found.update().catch(() => undefined), 3_600_000);
}

// Without TLS, or in a private window, there is none, and the portal works all the same.
if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => void start().catch(() => undefined));
}

// The page without a network goes by itself when the portal answers again.
each("[data-reload]", (button) => {
  const load = (): void => window.location.reload();
  const look = (): void => {
    void fetch(`${root()}/manifest.webmanifest`, { cache: "no-store" }).then((found) => { if (found.ok) load(); }, () => undefined);
  };
  button.addEventListener("click", load);
  window.addEventListener("online", look);
  setInterval(look, 4000);
});
