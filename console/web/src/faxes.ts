// Picking a contact writes it into a field, behind what stands there already.
import { each } from "./dom";

each("[data-pick]", (button) => {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.into ?? "") as HTMLTextAreaElement | null;
    if (!field) return;
    const there = field.value.split(/[\n;,]+/).map((one) => one.trim()).filter(Boolean);
    const name = button.dataset.pick ?? "";
    if (!there.includes(name)) there.push(name);
    field.value = there.join(", ");
    field.focus();
  });
});
