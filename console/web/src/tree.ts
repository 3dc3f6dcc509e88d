// A tree of boxes (data-tree): a child's tick ticks what it stands under, and that one's going clears it.
// The server does the same with a form that came without scripts (console/administration/tree.py).
import { each } from "./dom";

each("[data-tree]", (tree) => {
  tree.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const item = box.closest("li");
    if (box.type !== "checkbox" || !item) return;
    if (!box.checked) {
      for (const child of item.querySelectorAll<HTMLInputElement>("ul input[type=checkbox]")) child.checked = false;
      return;
    }
    for (let above = item.parentElement?.closest("li"); above; above = above.parentElement?.closest("li")) {
      const parent = above.querySelector<HTMLInputElement>(":scope > label > input[type=checkbox]");
      if (parent && !parent.disabled) parent.checked = true;
    }
  });
});
