// What one sees of the phone, and presses. The markup is the server's (templates/parts/phone.html).
import type { Call } from "./call";
import { clock } from "./words";

export type Press = "answer" | "end" | "mute" | "hold" | "transfer" | "join";

const STATES: Record<string, string> = {
  ringing: "calls you", dialling: "dialling", waiting: "ringing", talking: "", over: "",
};

export class Row {
  readonly element: HTMLElement;

  constructor(
    readonly call: Call,
    template: HTMLTemplateElement,
    press: (call: Call, what: Press) => void,
    transfer: (call: Call, to: string, ask: boolean) => void,
  ) {
    this.element = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    for (const button of this.all<HTMLButtonElement>("[data-press]")) {
      button.addEventListener("click", () => press(call, button.dataset.press as Press));
    }
    const form = this.one<HTMLFormElement>("[data-transfer]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const asks = (event as SubmitEvent).submitter?.hasAttribute("data-ask") ?? false;
      transfer(call, form.querySelector("input")?.value ?? "", asks);
    });
  }

  /** Shows the call as it is. `other` is whom it can be joined with. */
  show(other: Call | undefined): void {
    const { call } = this;
    const on = call.state === "talking";
    this.element.dataset.state = call.state;
    this.text("[data-who]", call.name || call.number || "Unknown");
    this.text("[data-number]", call.name && call.name !== call.number ? call.number : "");
    this.text("[data-state-text]", this.said());
    this.shown("[data-press=answer]", call.state === "ringing");
    this.shown("[data-press=mute]", on);
    this.shown("[data-press=hold]", on);
    this.shown("[data-press=transfer]", on);
    this.shown("[data-press=join]", on && other?.state === "talking");
    this.pressed("[data-press=mute]", call.muted, "Unmute", "Mute");
    this.pressed("[data-press=hold]", call.held, "Take back", "Hold");
    this.text("[data-press=end]", call.state === "ringing" ? "Decline" : call.state === "over" ? "Close" : "Hang up");
    if (!on) this.open(false);
    this.tick();
  }

  tick(): void {
    const { call } = this;
    this.text("[data-time]", call.since && call.state === "talking" ? clock((Date.now() - call.since) / 1000) : "");
  }

  /** Opens or closes the form for a transfer. */
  open(open = this.one("[data-transfer]").hidden): void {
    const form = this.one<HTMLFormElement>("[data-transfer]");
    form.hidden = !open;
    this.one("[data-press=transfer]").setAttribute("aria-expanded", String(open));
    if (open) form.querySelector("input")?.focus();
  }

  private said(): string {
    const { call } = this;
    if (call.state === "over") return call.ended;
    if (call.held) return "on hold";
    if (call.heldThere) return "holds you";
    return STATES[call.state] ?? "";
  }

  private pressed(selector: string, on: boolean, yes: string, no: string): void {
    this.one(selector).setAttribute("aria-pressed", String(on));
    this.text(selector, on ? yes : no);
  }

  private shown(selector: string, shown: boolean): void { this.one(selector).hidden = !shown; }

  private text(selector: string, text: string): void {
    const element = this.one(selector);
    if (element.textContent !== text) element.textContent = text;
  }

  private one<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.element.querySelector<T>(selector);
    if (!found) throw new Error(`the phone has no ${selector}`);
    return found;
  }

  private all<T extends HTMLElement>(selector: string): T[] { return [...this.element.querySelectorAll<T>(selector)]; }
}
