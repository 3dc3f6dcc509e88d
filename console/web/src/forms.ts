// Forms of objects: the list of suggestions follows the kind of a destination, and what was typed is kept as a draft.
import { each } from "./dom";
import htmx from "./htmx";

const QUIET = 2000; // milliseconds without a key until a draft is sent

each("select[data-destination]", (element) => {
  const select = element as HTMLSelectElement;
  const target = select.parentElement?.querySelector<HTMLInputElement>("input.target");
  select.addEventListener("change", () => {
    if (!target) return;
    target.setAttribute("list", `offers-to-${select.value || "any"}`);
    target.value = "";
    if (select.value) target.focus();
  });
});

each("form[data-object-form]", (element) => {
  const form = element as HTMLFormElement;
  const address = form.dataset.draft;
  if (!address) return;
  let timer = 0;
  let sent = false;
  form.addEventListener("submit", () => {
    sent = true;
    window.clearTimeout(timer);
  });
  form.addEventListener("input", () => {
    sent = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (sent || !form.isConnected) return;
      const data = new FormData(form);
      data.set("act", "draft");
      for (const name of [...data.keys()]) if (data.get(name) instanceof File) data.delete(name);
      void fetch(address, { method: "POST", body: data }).catch(() => undefined);
    }, QUIET);
  });
});

// Links of a picture change the page as others do, so that the phone in the header stays: htmx knows links of HTML alone.
each("svg.flow a[href]", (element) => {
  element.addEventListener("click", (event) => {
    const main = document.getElementById("main");
    if (!main || !(event instanceof MouseEvent) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const link = document.createElement("a");
    link.href = element.getAttribute("href") ?? "";
    link.hidden = true;
    main.append(link);
    htmx.process(link);
    link.click();
  });
});
