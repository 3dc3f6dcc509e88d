// Setting up parts of a page, now and whenever htmx brings more of them.

export function each(selector: string, set: (element: HTMLElement) => void): void {
  const done = new WeakSet<HTMLElement>();
  const look = (root: ParentNode): void => {
    const found = [...root.querySelectorAll<HTMLElement>(selector)];
    if (root instanceof HTMLElement && root.matches(selector)) found.push(root);
    for (const one of found) {
      if (!done.has(one)) {
        done.add(one);
        set(one);
      }
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => look(document));
  else look(document);
  document.addEventListener("htmx:load", (event) => look((event as CustomEvent).detail.elt as HTMLElement));
}
