// The phone: one login at the switch, two lines, whatever page is shown.
import { UA } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import { Call } from "./call";
import type { Devices } from "./devices";
import { LINES, type Account, type Login } from "./types";
import { wire } from "./wire";

const EXPIRES = 300; // seconds: what a window that vanished leaves behind is gone after that

export class Phone {
  login: Login = "off";
  trouble = "";
  /** New messages in the mailbox, as the switch tells. */
  messages = 0;
  calls: Call[] = [];
  private agent: UA | null = null;
  private account: Account | null = null;
  private refused = 0;

  constructor(
    private readonly devices: Devices,
    private readonly changed: () => void,
    private readonly rang: (call: Call) => void,
    private readonly renew: () => void,
  ) {}

  get live(): Call[] {
    return this.calls.filter((call) => call.state !== "over");
  }

  get number(): string {
    return this.account?.number ?? "";
  }

  /** Logs in as an extension. */
  start(account: Account): void {
    this.stop();
    this.account = account;
    const sockets = account.servers.map(wire);
    const agent = new UA({
      sockets,
      uri: `sip:${account.number}@${account.domain}`,
      authorization_user: account.number,
      realm: account.domain,
      ha1: account.ha1,
      display_name: account.name,
      // It would ask for 90 seconds, and the switch takes no less than 120 (RFC 4028: 422). The switch watches the sound.
      session_timers: false,
      register: true,
      register_expires: EXPIRES,
      user_agent: "Dialform portal",
      connection_recovery_min_interval: 2,
      connection_recovery_max_interval: 20,
    });
    agent.on("connecting", () => this.is("joining", this.trouble));
    agent.on("registered", () => { this.refused = 0; this.is("ready"); });
    agent.on("unregistered", () => this.is("away", this.trouble));
    agent.on("disconnected", () => this.is("away", "The switch cannot be reached from here"));
    agent.on("registrationFailed", ({ response }) => {
      const code = response?.status_code ?? 0;
      this.is("away", code ? "The switch does not take the login" : "The switch does not answer");
      // The password may have changed since it was fetched: once more with what holds now.
      if ((code === 401 || code === 403) && this.refused++ === 0) this.renew();
    });
    agent.on("newRTCSession", (event: { originator: string; session: RTCSession }) => {
      if (event.originator === "remote") this.called(event.session);
    });
    agent.on("sipEvent", ({ request }: { request: { body?: string } }) => this.told(request.body ?? ""));
    this.agent = agent;
    this.is("joining");
    agent.start();
  }

  stop(): void {
    this.agent?.stop();
    this.agent = null;
    this.is("off");
  }

  /** Dials. Raises a sentence where it cannot. */
  async dial(number: string, name = ""): Promise<Call> {
    if (!this.agent || !this.account || this.login !== "ready") throw new Error(this.trouble || "The phone is not ready");
    if (this.live.length >= LINES) throw new Error("Both lines are busy: end one of the calls first");
    await this.quiet();
    const call = this.add(new Call(number, name, false, this.devices, () => this.changed()));
    const mediaConstraints = await this.devices.constraints();
    const session = this.agent.call(this.address(number), {
      mediaConstraints, pcConfig: { iceServers: [] }, eventHandlers: call.handlers,
    }) as unknown as RTCSession;
    call.take(session);
    this.changed();
    return call;
  }

  /** Takes a call; whoever is talked to is put on hold. */
  async answer(call: Call): Promise<void> {
    await this.quiet(call);
    await call.answer();
  }

  /** Goes on with a call, and holds the other one. */
  async resume(call: Call): Promise<void> {
    await this.quiet(call);
    await call.hold(false);
  }

  /** Puts everybody on hold, except of one. */
  async quiet(except?: Call): Promise<void> {
    for (const other of this.live) if (other !== except && other.state === "talking") await other.hold(true);
  }

  address(number: string): string {
    return `sip:${encodeURIComponent(number).replaceAll("%2B", "+")}@${this.account?.domain ?? ""}`;
  }

  forget(call: Call): void {
    this.calls = this.calls.filter((one) => one !== call);
    this.changed();
  }

  private called(session: RTCSession): void {
    if (this.live.length >= LINES) {
      session.terminate({ status_code: 486, reason_phrase: "Busy Here" });
      return;
    }
    const from = session.remote_identity;
    const call = new Call(from.uri.user, from.display_name ?? "", true, this.devices, () => this.changed());
    call.take(session);
    this.add(call);
    this.rang(call);
    this.changed();
  }

  /** How many messages wait (RFC 3842). */
  private told(body: string): void {
    if (!/^Messages-Waiting:/im.test(body)) return;
    this.messages = Number(/^Voice-Message: *(\d+)/im.exec(body)?.[1] ?? 0);
    this.changed();
  }

  private add(call: Call): Call {
    this.calls = [...this.calls.filter((one) => one.state !== "over"), call];
    return call;
  }

  private is(login: Login, trouble = ""): void {
    this.login = login;
    this.trouble = trouble;
    this.changed();
  }
}
