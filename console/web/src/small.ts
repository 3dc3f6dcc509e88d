// Small things that any page may use: copying, a choice that sends its form, a form that is sent once.
import { each } from "./dom";

// <button type="button" data-copy="text"> or data-copy="#id" of what holds it.
each("[data-copy]", (button) => {
  button.addEventListener("click", () => {
    const what = button.dataset.copy ?? "";
    const text = what.startsWith("#") ? document.querySelector(what)?.textContent ?? "" : what;
    const label = button.textContent;
    void navigator.clipboard.writeText(text.trim()).then(() => {
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  });
});

// <select data-sends> sends its form when it is changed.
each("[data-sends]", (element) => {
  element.addEventListener("change", () => (element as HTMLSelectElement).form?.requestSubmit());
});

// A second click on the same button sends nothing while the first is under way.
each("form[method=post]", (form) => {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); event.stopImmediatePropagation(); }
    sent = true;
    setTimeout(() => { sent = false; }, 2000);
  }, { capture: true });
  form.addEventListener("htmx:afterRequest", () => { sent = false; });
});

// A form with changes is not left by mistake: <form data-keep>.
let kept: HTMLFormElement | null = null;
each("form[data-keep]", (form) => {
  form.addEventListener("input", () => { kept = form as HTMLFormElement; });
  form.addEventListener("submit", () => { kept = null; });
});
window.addEventListener("beforeunload", (event) => {
  if (kept?.isConnected) event.preventDefault();
});
