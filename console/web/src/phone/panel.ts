// The phone's panel in the header: what stands in it, and what happens when something in it is used.
import type { Call } from "./call";
import { type Devices, type Kind, read, write } from "./devices";
import type { Phone } from "./phone";
import type { Tones } from "./tones";
import type { Account } from "./types";
import { type Press, Row } from "./view";
import { clock, dialled } from "./words";

const KINDS: Kind[] = ["microphone", "speaker", "ringer"];

export class Panel {
  private rows = new Map<Call, Row>();
  private accounts: Account[] = [];
  phone!: Phone;
  elsewhere: () => boolean = () => false;

  constructor(
    private readonly root: HTMLElement,
    private readonly devices: Devices,
    private readonly tones: Tones,
    private readonly choose: (account: Account) => void,
  ) {
    this.one("[data-phone-open]").addEventListener("click", () => this.open(this.one("[data-phone-panel]").hidden));
    root.addEventListener("keydown", (event) => this.keyed(event));
    const form = this.one<HTMLFormElement>("[data-dial]");
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.dial(this.typed.value); });
    for (const key of this.all("[data-key]")) key.addEventListener("click", () => this.key(key.dataset.key ?? ""));
    for (const kind of KINDS) {
      this.select(kind).addEventListener("change", () => devices.choose(kind, this.select(kind).value));
    }
    this.one("[data-allow]").addEventListener("click", () => void this.allow());
    this.one("[data-try]").addEventListener("click", () => this.attempt());
    this.one<HTMLDetailsElement>("[data-sound]").addEventListener("toggle", () => void this.list());
    this.one<HTMLDetailsElement>("[data-history]").addEventListener("toggle", () => void this.past());
    const lines = this.one<HTMLSelectElement>("[data-line]");
    lines.addEventListener("change", () => this.line(lines.value));
    devices.onchange(() => void this.list());
    setInterval(() => { for (const row of this.rows.values()) row.tick(); this.head(); }, 1000);
  }

  /** The extensions that may be used here. */
  give(accounts: Account[]): void {
    this.accounts = accounts;
    const lines = this.one<HTMLSelectElement>("[data-line]");
    lines.replaceChildren(...accounts.map((one) => new Option(`${one.number} ${one.name}`, one.number)));
    this.one("[data-line-field]").hidden = accounts.length < 2;
    const kept = accounts.find((one) => one.number === read("line")) ?? accounts[0];
    if (kept) { lines.value = kept.number; this.choose(kept); }
  }

  /** Shows what is. */
  show(): void {
    const { calls } = this.phone;
    for (const [call, row] of this.rows) {
      if (!calls.includes(call)) { row.element.remove(); this.rows.delete(call); }
    }
    const template = this.one<HTMLTemplateElement>("[data-call-template]");
    for (const call of calls) {
      let row = this.rows.get(call);
      if (!row) {
        row = new Row(call, template, (one, what) => void this.press(one, what),
          (one, to, ask) => void this.transfer(one, to, ask));
        this.rows.set(call, row);
        this.one("[data-calls]").append(row.element);
      }
      row.show(calls.find((other) => other !== call && other.state !== "over"));
    }
    this.head();
  }

  say(text: string): void {
    this.one("[data-phone-says]").textContent = text;
  }

  open(open: boolean): void {
    this.one("[data-phone-panel]").hidden = !open;
    this.one("[data-phone-open]").setAttribute("aria-expanded", String(open));
    if (open && !this.phone.live.length) this.typed.focus();
  }

  async dial(text: string): Promise<void> {
    const number = dialled(text);
    if (!number) { this.say("Type a number or an extension to call."); return; }
    this.open(true);
    try {
      await this.phone.dial(number);
      this.typed.value = "";
      this.say("");
    } catch (error) {
      this.say(`${(error as Error).message}.`);
    }
  }

  private head(): void {
    const { login, trouble, live } = this.phone;
    const words = { off: "Phone", joining: "Phone: joining", ready: "Phone", away: "Phone: away" };
    const talking = live.find((call) => call.state === "talking" && !call.held) ?? live[0];
    let said = words[login];
    if (talking) {
      const who = talking.name || talking.number;
      said = talking.state === "talking" ? `${who} ${clock((Date.now() - talking.since) / 1000)}`
        : talking.state === "ringing" ? `${who} calls` : `Calling ${who}`;
    } else if (login === "ready" && this.elsewhere()) said = "Phone: in another window";
    this.root.dataset.login = login;
    this.root.dataset.busy = live.some((one) => one.state === "ringing") ? "ringing" : live.length ? "talking" : "";
    this.put("[data-phone-state]", said);
    this.one("[data-messages]").hidden = !this.phone.messages;
    this.put("[data-messages]", `Hear ${this.phone.messages} new ${this.phone.messages === 1 ? "message" : "messages"}`);
    this.put("[data-phone-login]", login === "ready" ? `Extension ${this.phone.number} is ready.`
      : login === "away" ? `${trouble || "The phone is not logged in"}. It tries again by itself.`
        : login === "joining" ? "Logging in…" : trouble);
  }

  private async press(call: Call, what: Press): Promise<void> {
    const other = this.phone.live.find((one) => one !== call);
    if (call.state === "over") { this.phone.forget(call); return; }
    if (what === "answer") await this.phone.answer(call);
    else if (what === "end") call.end();
    else if (what === "mute") call.mute(!call.muted);
    else if (what === "hold") await (call.held ? this.phone.resume(call) : call.hold(true));
    else if (what === "transfer") this.rows.get(call)?.open();
    else if (other) await this.handing(call.transfer(this.phone.address(other.number), other));
  }

  private async transfer(call: Call, text: string, ask: boolean): Promise<void> {
    const number = dialled(text);
    if (!number) { this.say("Type who shall get the call."); return; }
    this.rows.get(call)?.open(false);
    if (ask) { await this.dial(number); return; }
    await call.hold(true);
    await this.handing(call.transfer(this.phone.address(number)));
  }

  private async handing(done: Promise<void>): Promise<void> {
    this.say("Transferring…");
    try { await done; this.say("The call was transferred."); } catch (error) { this.say(`${(error as Error).message}.`); }
  }

  private key(digit: string): void {
    const talking = this.phone.live.find((call) => call.state === "talking" && !call.held);
    if (talking) {
      talking.press(digit);
      this.put("[data-pressed]", (this.one("[data-pressed]").textContent ?? "") + digit);
    } else this.typed.value += digit;
    this.tones.key(digit);
  }

  private keyed(event: KeyboardEvent): void {
    const writes = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "Escape" && !this.phone.live.length) {
      this.open(false);
      this.one("[data-phone-open]").focus();
    } else if (!writes && /^[0-9*#]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.key(event.key);
    }
  }

  private line(number: string): void {
    const account = this.accounts.find((one) => one.number === number);
    if (!account) return;
    if (this.phone.live.length) {
      this.say("End the calls first: another extension is another login.");
      this.one<HTMLSelectElement>("[data-line]").value = this.phone.number;
      return;
    }
    write("line", number);
    this.choose(account);
  }

  private async allow(): Promise<void> {
    const allowed = await this.devices.ask();
    this.say(allowed ? "" : "The browser does not let the page use the microphone. Allow it beside the address.");
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  }

  private attempt(): void {
    if (this.tones.now) return;
    this.tones.play("ring");
    setTimeout(() => { if (!this.phone.live.length) this.tones.stop(); }, 2500);
  }

  private async list(): Promise<void> {
    await this.tones.out(this.devices.chosen("ringer"));
    for (const call of this.phone.live) { await call.through(); await call.speakBy().catch(() => undefined); }
    if (!this.one<HTMLDetailsElement>("[data-sound]").open) return;
    for (const kind of KINDS) {
      const there = await this.devices.there(kind);
      const options = there.map((one, place) => new Option(one.label || `${kind} ${place + 1}`, one.deviceId));
      const select = this.select(kind);
      select.replaceChildren(new Option("As the system says", ""), ...options);
      select.value = this.devices.chosen(kind);
      if (select.selectedIndex < 0) select.value = "";
    }
  }

  private async past(): Promise<void> {
    if (!this.one<HTMLDetailsElement>("[data-history]").open) return;
    const place = this.one("[data-past]");
    try {
      const found = await fetch(`${document.body.dataset.root ?? ""}/phone/history`, { headers: { "HX-Request": "true" } });
      if (!found.ok) throw new Error();
      // A part of our own server, in which all that is somebody's is escaped.
      place.innerHTML = await found.text();
    } catch {
      place.textContent = "The calls cannot be shown now.";
    }
  }

  private get typed(): HTMLInputElement { return this.one<HTMLInputElement>("[data-typed]"); }
  private select(kind: Kind): HTMLSelectElement { return this.one<HTMLSelectElement>(`[data-device=${kind}]`); }

  private put(selector: string, text: string): void {
    const element = this.one(selector);
    if (element.textContent !== text) element.textContent = text;
  }

  private one<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.root.querySelector<T>(selector);
    if (!found) throw new Error(`the phone has no ${selector}`);
    return found;
  }

  private all(selector: string): HTMLElement[] { return [...this.root.querySelectorAll<HTMLElement>(selector)]; }
}
