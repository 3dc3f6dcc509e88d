// Which microphone and which loudspeaker: chosen once, kept by the browser.

const KEPT = "dialform.phone.";

export type Kind = "microphone" | "speaker" | "ringer";

export class Devices {
  private readonly listeners: (() => void)[] = [];

  constructor() {
    navigator.mediaDevices?.addEventListener("devicechange", () => this.changed());
  }

  /** Whether the browser has anything to call with: it has not where a page comes without TLS. */
  get possible(): boolean {
    return Boolean(navigator.mediaDevices && window.RTCPeerConnection);
  }

  onchange(listener: () => void): void {
    this.listeners.push(listener);
  }

  chosen(kind: Kind): string {
    return read(kind);
  }

  choose(kind: Kind, id: string): void {
    write(kind, id);
    this.changed();
  }

  /** What there is to choose from. Without permission for the microphone browsers hide the names. */
  async there(kind: Kind): Promise<MediaDeviceInfo[]> {
    const wanted = kind === "microphone" ? "audioinput" : "audiooutput";
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter((one) => one.kind === wanted && one.deviceId !== "default" && one.deviceId !== "");
  }

  /** What to ask the browser for. A microphone that was pulled out falls back to another one. */
  async constraints(): Promise<MediaStreamConstraints> {
    const id = this.chosen("microphone");
    const common = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const there = id !== "" && (await this.there("microphone")).some((one) => one.deviceId === id);
    return { audio: there ? { ...common, deviceId: { exact: id } } : common, video: false };
  }

  /** Asks for the microphone, so that its permission and the names are known. */
  async ask(): Promise<boolean> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(await this.constraints());
      for (const track of stream.getTracks()) track.stop();
      this.changed();
      return true;
    } catch {
      return false;
    }
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

export function read(name: string): string {
  try { return localStorage.getItem(KEPT + name) ?? ""; } catch { return ""; }
}

export function write(name: string, value: string): void {
  try { localStorage.setItem(KEPT + name, value); } catch { /* kept for this page alone */ }
}
