// The softphone in the header: it lives as long as the window does, while pages change below it.
import type { Call } from "./call";
import { Devices } from "./devices";
import { notice, taken } from "./notices";
import { Panel } from "./panel";
import { Phone } from "./phone";
import { Tones } from "./tones";
import type { Account } from "./types";
import { Windows } from "./windows";

async function fetched(): Promise<Account[]> {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf]")?.content ?? "";
  const answer = await fetch(`${document.body.dataset.root ?? ""}/phone/credentials`, {
    method: "POST", headers: { "X-CSRF-Token": token, Accept: "application/json" }, cache: "no-store",
  });
  const found = await answer.json().catch(() => ({})) as { lines?: Account[]; sentence?: string };
  if (!answer.ok || !found.lines) throw new Error(found.sentence ?? "The portal does not give a login for the phone");
  return found.lines;
}

function start(root: HTMLElement): void {
  const devices = new Devices();
  const tones = new Tones(root.dataset.country ?? "");
  let told = false;

  const panel = new Panel(root, devices, tones, (account) => phone.start(account));
  const windows = new Windows(() => panel.show());
  const phone = new Phone(devices, () => { panel.show(); sound(); }, rang, () => void load());
  panel.phone = phone;
  panel.elsewhere = () => windows.elsewhere;

  function sound(): void {
    const { live } = phone;
    const talks = live.some((call) => call.state === "talking");
    windows.talks(talks);
    const rings = live.some((call) => call.state === "ringing");
    if (!rings) windows.hush();
    if (!rings && told) { told = false; void taken(); }
    if (rings && (talks || windows.elsewhere)) tones.play("knock");
    else if (rings && tones.audible) windows.ring(() => tones.play("ring"));
    else if (live.some((call) => call.state === "waiting" && !call.early)) tones.play("waiting");
    else if (tones.now) tones.stop();
  }

  function rang(call: Call): void {
    panel.open(true);
    told = true;
    void notice(`${call.name || call.number} calls`, call.number);
  }

  async function load(): Promise<void> {
    if (!devices.possible) {
      panel.say("This browser cannot call: the portal has to be opened by https, in a browser with WebRTC.");
      return;
    }
    try {
      panel.give(await fetched());
      panel.say("");
    } catch (error) {
      panel.say((error as Error).message);
    }
  }

  // What may not sound yet may when somebody touches the page, or when the window that rang is closed.
  setInterval(() => { if (phone.live.length) sound(); }, 1000);

  // A number anywhere on a page: <button data-call="1002">, <a href="tel:…">.
  document.addEventListener("click", (event) => {
    const found = (event.target as Element).closest<HTMLElement>("[data-call], a[href^='tel:']");
    if (!found) return;
    event.preventDefault();
    void panel.dial(found.dataset.call ?? found.getAttribute("href") ?? "");
  });
  window.addEventListener("beforeunload", (event) => {
    if (phone.live.length) event.preventDefault();
  });
  window.addEventListener("pagehide", () => phone.stop());
  window.addEventListener("pageshow", (event) => { if (event.persisted) void load(); });
  void load();
}

const root = document.querySelector<HTMLElement>("[data-phone]");
if (root) start(root);
