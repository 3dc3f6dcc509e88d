// One call: what JsSIP knows of it, in the words of a phone.
import { C } from "jssip";
import type { EndEvent, IncomingEvent, OutgoingEvent, RTCSession, RTCSessionEventMap } from "jssip/lib/RTCSession";
import type { Devices } from "./devices";
import type { State } from "./types";
import { why } from "./words";

const GATHERED = 800; // milliseconds after the first candidate: a network that does not answer holds up no call
const SETTLED = 15_000;

type Handlers = Partial<RTCSessionEventMap>;

export class Call {
  state: State;
  held = false;
  heldThere = false;
  muted = false;
  early = false;
  /** When it was answered, in milliseconds. */
  since = 0;
  ended = "";
  readonly sound = new Audio();
  session!: RTCSession;

  constructor(
    readonly number: string,
    readonly name: string,
    readonly incoming: boolean,
    private readonly devices: Devices,
    private readonly changed: (call: Call) => void,
  ) {
    this.state = incoming ? "ringing" : "dialling";
    this.sound.autoplay = true;
    void this.through();
  }

  /** What JsSIP tells of it. */
  get handlers(): Handlers {
    return {
      peerconnection: ({ peerconnection }) => this.listen(peerconnection),
      icecandidate: ({ ready }) => { setTimeout(ready, GATHERED); },
      progress: (event: IncomingEvent | OutgoingEvent) => {
        if (this.incoming) return;
        this.early = Boolean("response" in event && event.response?.body);
        this.to("waiting");
      },
      accepted: () => { this.since = Date.now(); this.to("talking"); },
      confirmed: () => { if (!this.since) this.since = Date.now(); this.to("talking"); },
      hold: ({ originator }) => { this.holds(originator, true); },
      unhold: ({ originator }) => { this.holds(originator, false); },
      muted: () => { this.muted = true; this.changed(this); },
      unmuted: () => { this.muted = false; this.changed(this); },
      ended: (event) => this.over(event),
      failed: (event) => this.over(event),
    };
  }

  take(session: RTCSession): void {
    this.session = session;
    if (!this.incoming) return;
    for (const [name, handler] of Object.entries(this.handlers)) session.on(name as never, handler as never);
    if (session.connection) this.listen(session.connection);
  }

  async answer(): Promise<void> {
    if (this.state !== "ringing") return;
    const mediaConstraints = await this.devices.constraints();
    if (this.session.isInProgress()) this.session.answer({ mediaConstraints, pcConfig: { iceServers: [] } });
  }

  end(): void {
    if (this.session.isEnded()) return;
    this.session.terminate(this.state === "ringing" ? { status_code: 486, reason_phrase: "Busy Here" } : {});
  }

  mute(muted: boolean): void {
    if (muted) this.session.mute({ audio: true }); else this.session.unmute({ audio: true });
  }

  /** Puts the other side on hold, or takes it back; resolves when that is so, or cannot be. */
  hold(held: boolean): Promise<void> {
    if (this.held === held || this.state !== "talking") return Promise.resolve();
    return new Promise((resolve) => {
      const begun = held ? this.session.hold({}, resolve) : this.session.unhold({}, resolve);
      if (!begun) resolve();
      setTimeout(resolve, SETTLED);
    });
  }

  press(digit: string): void {
    this.session.sendDTMF(digit, { transportType: C.DTMF_TRANSPORT.RFC2833, duration: 120, interToneGap: 80 });
  }

  /** Hands the other side to a number, or to whoever is on `other`. Raises a sentence where that fails. */
  transfer(target: string, other?: Call): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (text: string) => () => reject(new Error(text));
      const done = (): void => { resolve(); this.end(); other?.end(); };
      this.session.refer(target, {
        ...(other ? { replaces: other.session } : {}),
        eventHandlers: {
          requestFailed: fail("The switch does not transfer this call"),
          accepted: done,
          failed: fail("The transfer did not get through: the call is still yours"),
        },
      });
      // The switch may end the call before it says that it did it.
      this.session.on("ended", () => resolve());
    });
  }

  /** Another loudspeaker or microphone, while one talks. */
  async through(): Promise<void> {
    const speaker = this.devices.chosen("speaker");
    if ("setSinkId" in this.sound) await this.sound.setSinkId(speaker).catch(() => undefined);
  }

  async speakBy(): Promise<void> {
    const sender = this.session?.connection?.getSenders().find((one) => one.track?.kind === "audio");
    if (!sender || this.state !== "talking") return;
    const stream = await navigator.mediaDevices.getUserMedia(await this.devices.constraints());
    const [track] = stream.getAudioTracks();
    if (!track) return;
    const before = sender.track;
    track.enabled = before?.enabled ?? true;
    await sender.replaceTrack(track);
    before?.stop();
  }

  private listen(connection: RTCPeerConnection): void {
    connection.addEventListener("track", ({ track }) => {
      this.sound.srcObject = new MediaStream([track]);
      void this.sound.play().catch(() => undefined);
    });
  }

  private holds(originator: string, held: boolean): void {
    if (originator === "local") this.held = held; else this.heldThere = held;
    this.changed(this);
  }

  private to(state: State): void {
    if (this.state === "over") return;
    this.state = state;
    this.changed(this);
  }

  private over({ cause, originator, message }: EndEvent): void {
    if (this.state === "over") return;
    const elsewhere = originator !== "local" && /elsewhere/i.test(message?.getHeader?.("Reason") ?? "");
    this.ended = elsewhere ? "Answered elsewhere" : why(cause);
    this.sound.srcObject = null;
    this.to("over");
  }
}
