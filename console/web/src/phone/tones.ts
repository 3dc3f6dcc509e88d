// Tones that the browser makes itself: ringing, ringing at the other end, busy, keys.

/** Frequencies in hertz, and how long (seconds) it sounds and is quiet, again and again. */
interface Tone { hertz: number[]; rhythm: number[]; level?: number }

const NORTH_AMERICA: Record<string, Tone> = {
  waiting: { hertz: [440, 480], rhythm: [2, 4] },
  busy: { hertz: [480, 620], rhythm: [0.5, 0.5] },
};
const BRITAIN: Record<string, Tone> = {
  waiting: { hertz: [400, 450], rhythm: [0.4, 0.2, 0.4, 2] },
  busy: { hertz: [400], rhythm: [0.375, 0.375] },
};
const ELSEWHERE: Record<string, Tone> = {
  waiting: { hertz: [425], rhythm: [1, 4] },
  busy: { hertz: [425], rhythm: [0.5, 0.5] },
};
const OF_COUNTRIES: Record<string, Record<string, Tone>> = {
  US: NORTH_AMERICA, CA: NORTH_AMERICA, GB: BRITAIN, IE: BRITAIN, AU: BRITAIN, NZ: BRITAIN,
};
const OURS: Record<string, Tone> = {
  ring: { hertz: [587, 740], rhythm: [0.35, 0.15, 0.35, 2.2], level: 0.16 },
  knock: { hertz: [440], rhythm: [0.25, 5], level: 0.05 },
};
const KEYS: Record<string, [number, number]> = {
  "1": [697, 1209], "2": [697, 1336], "3": [697, 1477], "4": [770, 1209], "5": [770, 1336], "6": [770, 1477],
  "7": [852, 1209], "8": [852, 1336], "9": [852, 1477], "*": [941, 1209], "0": [941, 1336], "#": [941, 1477],
};

export class Tones {
  private context: AudioContext | null = null;
  private stopper: (() => void) | null = null;
  private playing = "";
  private speaker = "";

  constructor(private readonly country: string) {
    // Browsers let a page sound once somebody has touched it.
    const touch = (): void => { void this.ready().resume().catch(() => undefined); };
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, touch, { once: true, capture: true });
  }

  get audible(): boolean {
    return this.ready().state === "running";
  }

  get now(): string {
    return this.playing;
  }

  /** Where they sound; "" for where the system says. */
  async out(speaker: string): Promise<void> {
    this.speaker = speaker;
    const context = this.context as (AudioContext & { setSinkId?: (id: string) => Promise<void> }) | null;
    await context?.setSinkId?.(speaker).catch(() => undefined);
  }

  /** Sounds until `stop`; the same again does not begin anew. */
  play(name: string): void {
    if (this.playing === name) return;
    this.stop();
    const tone = OURS[name] ?? (OF_COUNTRIES[this.country] ?? ELSEWHERE)[name];
    if (!tone) return;
    this.playing = name;
    const context = this.ready();
    const level = new GainNode(context, { gain: 0 });
    level.connect(context.destination);
    const sources = tone.hertz.map((hertz) => new OscillatorNode(context, { frequency: hertz }));
    for (const source of sources) { source.connect(level); source.start(); }
    const high = tone.level ?? 0.08;
    const whole = tone.rhythm.reduce((sum, part) => sum + part, 0);
    const round = (start: number): void => {
      let at = start;
      tone.rhythm.forEach((part, place) => {
        if (place % 2 === 0) {
          level.gain.setTargetAtTime(high, at, 0.012);
          level.gain.setTargetAtTime(0, at + part, 0.02);
        }
        at += part;
      });
    };
    round(context.currentTime + 0.02);
    let next = context.currentTime + whole;
    const timer = setInterval(() => {
      if (context.currentTime > next - 1) { round(next); next += whole; }
    }, 400);
    this.stopper = () => {
      clearInterval(timer);
      for (const source of sources) source.stop();
      level.disconnect();
    };
  }

  stop(): void {
    this.stopper?.();
    this.stopper = null;
    this.playing = "";
  }

  /** A key was pressed. */
  key(digit: string): void {
    const pair = KEYS[digit];
    if (!pair || !this.audible) return;
    const context = this.ready();
    const level = new GainNode(context, { gain: 0.05 });
    level.connect(context.destination);
    const end = context.currentTime + 0.12;
    for (const hertz of pair) {
      const source = new OscillatorNode(context, { frequency: hertz });
      source.connect(level);
      source.start();
      source.stop(end);
    }
  }

  private ready(): AudioContext {
    if (!this.context) {
      this.context = new AudioContext({ latencyHint: "interactive" });
      if (this.speaker) void this.out(this.speaker);
    }
    return this.context;
  }
}
