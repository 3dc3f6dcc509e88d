// Dialogs of parts/dialog.html: modal where scripts run; without, the browser opens them as popovers.
import { each } from "./dom";

each("[data-dialog]", (button) => {
  button.addEventListener("click", (event) => {
    const found = document.getElementById(button.dataset.dialog ?? "");
    if (!(found instanceof HTMLDialogElement)) return;
    event.preventDefault();
    found.removeAttribute("popover");
    if (!found.open) found.showModal();
  });
});

each("dialog [data-close]", (button) => {
  button.addEventListener("click", (event) => {
    const dialog = button.closest("dialog");
    if (!dialog?.open) return;
    event.preventDefault();
    dialog.close();
  });
});

// A question of the server (console/asking.py): what is put into the page's own dialog opens it.
each("#ask", (element) => {
  const dialog = element as HTMLDialogElement;
  document.addEventListener("htmx:afterSwap", (event) => {
    if ((event as CustomEvent).detail.target === dialog && !dialog.open) dialog.showModal();
  });
  // Answered with yes it stays, unseen, for as long as its form is under way.
  let sent = false;
  dialog.addEventListener("submit", () => { sent = true; dialog.close(); });
  dialog.addEventListener("close", () => { if (!sent) dialog.replaceChildren(); });
  dialog.addEventListener("htmx:afterRequest", () => {
    sent = false;
    if (!dialog.open) dialog.replaceChildren(); // open: what came in answer asks again
  });
});

each("dialog.dialog", (dialog) => {
  // A click beside it closes it, where nothing was typed.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && !dialog.querySelector("input:not([type=hidden]), textarea, select")) {
      (dialog as HTMLDialogElement).close();
    }
  });
});
