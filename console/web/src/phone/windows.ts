// Several windows of the portal: each has its own line at the switch, and one of them rings aloud.

export class Windows {
  private readonly channel = "BroadcastChannel" in window ? new BroadcastChannel("dialform-phone") : null;
  private readonly me = String(Math.random());
  private readonly busy = new Map<string, number>();
  private mine = false;
  private release: (() => void) | null = null;
  private asking = false;

  constructor(private readonly changed: () => void) {
    this.channel?.addEventListener("message", ({ data }) => {
      if (data.busy) this.busy.set(data.from, Date.now()); else this.busy.delete(data.from);
      this.changed();
    });
    setInterval(() => this.tell(), 5000);
    window.addEventListener("pagehide", () => this.channel?.postMessage({ from: this.me, busy: false }));
  }

  /** Whether somebody is talked to in another window. */
  get elsewhere(): boolean {
    return [...this.busy.values()].some((at) => Date.now() - at < 12_000);
  }

  /** Says that one talks here, or not any more. */
  talks(mine: boolean): void {
    if (mine === this.mine) return;
    this.mine = mine;
    this.tell(true);
  }

  /** Does something while no other window does it: `aloud` begins it, and `hush` ends it. */
  ring(aloud: () => void): void {
    if (this.release || this.asking) return;
    if (!navigator.locks) { aloud(); return; }
    this.asking = true;
    void navigator.locks.request("dialform-ring", { ifAvailable: true }, (lock) => {
      this.asking = false;
      if (!lock) return undefined;
      aloud();
      return new Promise<void>((resolve) => { this.release = resolve; });
    });
  }

  hush(): void {
    this.release?.();
    this.release = null;
  }

  private tell(always = false): void {
    if (always || this.mine) this.channel?.postMessage({ from: this.me, busy: this.mine });
  }
}
