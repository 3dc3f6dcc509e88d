"use strict";

/** A SIP user agent: one WebSocket, one login, any number of calls. */
class Phone {
  constructor({ url, user, domain, password, hertz, behind }) {
    Object.assign(this, { user, domain, password, hertz, behind });
    this.wire = new Wire(url, (request) => this.handle(request));
    this.aor = `sip:${user}@${domain}`;
    this.contact = `<sip:${user}@${this.wire.host};transport=ws>`;
    this.calls = [];
    this.registration = token();
    this.cseq = 0;
  }

  /** Opens the socket, and asks for the microphone: without its permission addresses stay hidden. */
  async open() {
    await navigator.mediaDevices.getUserMedia({ audio: true });
    await sound.resume();
    return this.wire.open();
  }

  async register(expires = 600) {
    const uri = `sip:${this.domain}`;
    let more = [];
    for (let tried = 0; ; tried++) {
      this.cseq++;
      const message = new Message(`REGISTER ${uri} SIP/2.0`, [
        ["Max-Forwards", "70"], ["From", `<${this.aor}>;tag=${this.registration}`], ["To", `<${this.aor}>`],
        ["Call-ID", this.registration], ["CSeq", `${this.cseq} REGISTER`], ["Contact", this.contact],
        ["Expires", String(expires)], ...more]);
      const answer = await this.wire.request(message, `z9hG4bK${token()}`);
      if (answer.status !== 401 || tried > 1) return answer.status;
      more = [credentials(answer, "REGISTER", uri, this.user, this.password)];
    }
  }

  /** Dials, and returns at once: the call's `status`, `up` and `over` say the rest. */
  call(number) {
    const uri = `sip:${number}@${this.domain}`;
    const call = new Call(this, token(), `<${this.aor}>;tag=${token()}`, `<${uri}>`, uri);
    this.calls.push(call);
    call.dialled = call.dial(number);
    return this.calls.length - 1;
  }

  handle(request) {
    const call = this.calls.find((one) => one.callId === request.get("call-id"));
    const { method } = request;
    if (method === "ACK") return;
    if (method === "INVITE") {
      if (call) { call.changed(request); return; }
      const tag = token();
      const mine = `${request.get("to")};tag=${tag}`;
      const fresh = new Call(this, request.get("call-id"), mine, request.get("from"), request.uri("contact"));
      fresh.tag = tag;
      this.calls.push(fresh);
      fresh.ring(request);
      return;
    }
    this.wire.send(request.answer(200, "OK", token()));
    if (call && method === "CANCEL" && !call.up) { call.reply(487, "Request Terminated"); call.finish(); }
    if (call && method === "BYE") call.finish();
  }
}
