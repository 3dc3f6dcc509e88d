// Pages that move by themselves: one stream a page, closed while nobody looks at it, opened again where it
// was. Rows that did not change are left alone, so that a focus or a selection in them stays.
import htmx from "./htmx";
import { each } from "./dom";

const HIDDEN = 5000; // milliseconds after which a page that nobody sees lets go of its stream

function part(view: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-view="${CSS.escape(view)}"]`);
}

// What a row looked like when it came: its times have been counted on since.
const came = new WeakMap<Element, string>();

// The children of `now` become those of `next`; those with the same id and text stay as they are.
function merge(now: Element, next: Element): void {
  const old = new Map([...now.children].filter((one) => one.id).map((one) => [one.id, one]));
  const wanted = [...next.children].map((one) => {
    const same = one.id ? old.get(one.id) : undefined;
    if (same && came.get(same) === one.outerHTML) return same;
    came.set(one, one.outerHTML);
    return one;
  });
  const stay = new Set<Element>(wanted);
  for (const one of [...now.children]) if (!stay.has(one)) one.remove();
  wanted.forEach((one, at) => {
    if (now.children[at] !== one) now.insertBefore(one, now.children[at] ?? null);
  });
}

function show(target: HTMLElement, html: string): void {
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const focused = document.activeElement instanceof HTMLElement && target.contains(document.activeElement)
    ? document.activeElement : null;
  const label = focused?.getAttribute("aria-label") ?? "";
  const [rows, next] = [target.querySelector("[data-rows]"), fresh.querySelector("[data-rows]")];
  if (rows && next && frame(target) === frame(fresh)) merge(rows, next);
  else target.replaceChildren(...fresh.childNodes);
  if (focused && !focused.isConnected && label) {
    target.querySelector<HTMLElement>(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  }
  htmx.process(target);
  count();
}

// All of a view but its rows: where that is the same, only rows are exchanged.
function frame(root: HTMLElement): string {
  const copy = root.cloneNode(true) as HTMLElement;
  copy.querySelector("[data-rows]")?.replaceChildren();
  return copy.innerHTML;
}

// How long something goes on is counted here: the server sends when it began.
let ahead = 0; // seconds that this machine's clock is ahead of the server's
function span(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}
function count(): void {
  const now = Date.now() / 1000 - ahead;
  for (const one of document.querySelectorAll<HTMLElement>("[data-since]")) {
    const text = span(now - Number(one.dataset.since));
    if (one.textContent !== text) one.textContent = text;
  }
}
setInterval(count, 1000);

// Whether one may not watch any more: signed out, say. The page that is loaded then says so.
async function refused(url: URL): Promise<boolean> {
  const stop = new AbortController();
  try {
    const answer = await fetch(url, { headers: { accept: "text/event-stream" }, signal: stop.signal });
    return [401, 403, 404].includes(answer.status);
  } catch {
    return false;
  } finally {
    stop.abort();
  }
}

each("[data-live]", (root) => {
  ahead = Date.now() / 1000 - Number(root.dataset.clock);
  count();
  let source: EventSource | null = null;
  let last = "";
  let resting = 0;
  const lost = root.querySelector<HTMLElement>("[data-live-lost]");

  const close = (): void => {
    source?.close();
    source = null;
  };
  const open = (): void => {
    if (source || !root.isConnected) return;
    const url = new URL(root.dataset.live ?? "", location.href);
    if (last) url.searchParams.set("since", last);
    const mine = new EventSource(url);
    source = mine;
    mine.onopen = () => { if (lost) lost.hidden = true; };
    mine.onerror = () => {
      if (lost) lost.hidden = false;
      // A browser comes back by itself where the connection broke; where it was refused it does not.
      if (mine.readyState === EventSource.CLOSED && source === mine) {
        close();
        void refused(url).then((gone) => {
          if (gone) location.reload();
          else setTimeout(open, 5000 + Math.random() * 5000);
        });
      }
    };
    mine.addEventListener("beat", (event) => { ahead = Date.now() / 1000 - Number(event.data); });
    for (const view of (url.searchParams.get("views") ?? "").split(",")) {
      mine.addEventListener(view, (event) => {
        last = event.lastEventId || last;
        const target = part(view);
        if (target) show(target, event.data);
      });
    }
  };
  const looked = (): void => {
    clearTimeout(resting);
    if (!document.hidden) open();
    else resting = window.setTimeout(close, HIDDEN);
  };
  document.addEventListener("visibilitychange", looked);
  document.addEventListener("htmx:afterSettle", () => {
    if (!root.isConnected) {
      close();
      document.removeEventListener("visibilitychange", looked);
    }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", looked);
  looked();
});

// Transfer: one dialog for all calls of the page. Listened to on the document, for rows come and go.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-transfer]") : null;
  const dialog = document.getElementById("live-transfer");
  const form = dialog?.querySelector<HTMLFormElement>("[data-transfer-form]");
  if (!link || !form || !(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  event.stopPropagation();
  form.querySelector("button[type=submit]")?.setAttribute("formaction", link.dataset.transfer ?? "");
  const who = form.querySelector("[data-transfer-who]");
  if (who) who.textContent = link.dataset.who ?? "";
  dialog.removeAttribute("popover");
  dialog.showModal();
  form.querySelector<HTMLInputElement>("input[name=to]")?.focus();
}, { capture: true });

each("[data-transfer-form]", (form) => {
  form.addEventListener("htmx:afterRequest", () => form.closest("dialog")?.close());
});
