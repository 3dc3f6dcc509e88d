// The menu: which groups are open stays so while the window is, and an admin's last tenants are near.
import htmx from "./htmx";
import { each } from "./dom";

const LATELY = 5; // tenants besides the one that is open
const GROUPS = "menu.groups", TENANTS = "menu.tenants";

function kept<T>(key: string, none: T): T {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") ?? none;
  } catch {
    return none;
  }
}

function keep(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The browser forbids it, or has no room: then nothing is remembered.
  }
}

each("#menu details[data-group]", (element) => {
  const [group, title] = [element as HTMLDetailsElement, element.dataset.group ?? ""];
  const here = group.querySelector("[aria-current]") !== null;
  const wanted = kept<Record<string, boolean>>(GROUPS, {})[title];
  if (wanted !== undefined && !here) group.open = wanted;
  // A click, by keyboard too: what the page itself opens is nobody's wish.
  group.querySelector("summary")?.addEventListener("click", () => {
    const all = kept<Record<string, boolean>>(GROUPS, {});
    keep(GROUPS, { ...all, [title]: !group.open });
  });
});

each("#menu [data-whose]", (element) => {
  const { whose, name } = element.dataset;
  const before = kept<[string, string][]>(TENANTS, []).filter(([slug]) => slug !== whose);
  const list = element.querySelector<HTMLElement>("[data-lately]");
  if (list) {
    list.replaceChildren(...before.slice(0, LATELY).map(([slug, shown]) => {
      const link = document.createElement("a");
      link.href = `${list.dataset.url}${encodeURIComponent(slug)}${list.dataset.on}`;
      link.textContent = shown;
      const line = document.createElement("li");
      line.append(link);
      return line;
    }));
    htmx.process(list); // these came after it looked: as plain links they would end a call in the header
    list.hidden = !before.length;
  }
  if (whose && name) before.unshift([whose, name]);
  keep(TENANTS, before.slice(0, LATELY + 1));
});

// Where nobody is signed in, nothing is kept of who was.
if (!document.querySelector("meta[name=csrf]")) {
  try {
    [GROUPS, TENANTS].forEach((key) => sessionStorage.removeItem(key));
  } catch {
    // The browser forbids it: nothing was kept.
  }
}
