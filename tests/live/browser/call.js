"use strict";

const later = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Waits until something holds, and says whether it ever did. */
async function until(met, ms = 15000) {
  for (const end = Date.now() + ms; Date.now() < end; await later(50)) if (met()) return true;
  return met();
}

/** One call with its peer connection. `status` is the last answer to its INVITE. */
class Call {
  constructor(phone, callId, local, remote, target) {
    Object.assign(this, { phone, callId, local, remote, target, status: 0, up: false, over: false });
    this.cseq = 1;
    this.ear = null;
    this.peer = new RTCPeerConnection({ iceServers: [] });
    this.peer.ontrack = ({ track }) => { this.ear = new Ear(new MediaStream([track])); };
  }

  speak() {
    const stream = tone(this.phone.hertz);
    this.peer.addTrack(stream.getAudioTracks()[0], stream);
  }

  /** The local description with all candidates: nobody trickles over SIP. Loopback alone is offered, or
      an address at which nobody is (`behind`), as from behind a router. */
  async described(description) {
    await this.peer.setLocalDescription(description);
    await until(() => this.peer.iceGatheringState === "complete");
    const lines = this.peer.localDescription.sdp.split("\r\n");
    const kept = lines.filter((line) => !line.startsWith("a=candidate") || line.includes(" 127.0.0.1 "));
    return kept.join("\r\n").replaceAll(" 127.0.0.1", ` ${this.phone.behind || "127.0.0.1"}`);
  }

  // Calling.

  async dial(number) {
    this.speak();
    this.offer = await this.described(await this.peer.createOffer());
    let more = [];
    for (let tried = 0; ; tried++) {
      this.branch = `z9hG4bK${token()}`;
      const answer = await this.invite(this.offer, more, this.branch);
      this.status = answer.status;
      if (answer.status < 300) return this.accepted(answer);
      this.refuse(answer);
      if (![401, 407].includes(answer.status) || tried) break;
      more = [credentials(answer, "INVITE", this.target, this.phone.user, this.phone.password)];
      this.cseq++;
    }
    return this.finish();
  }

  invite(body, more, branch) {
    const message = this.request("INVITE", [...more, ["Content-Type", "application/sdp"]], body);
    return this.phone.wire.request(message, branch, (answer) => this.progress(answer));
  }

  request(method, more = [], body = "", cseq = this.cseq) {
    return new Message(`${method} ${this.target} SIP/2.0`, [
      ["Max-Forwards", "70"], ["From", this.local], ["To", this.remote], ["Call-ID", this.callId],
      ["CSeq", `${cseq} ${method}`], ["Contact", this.phone.contact], ...more], body);
  }

  async progress(answer) {
    this.status = answer.status;
    if (answer.body && this.peer.signalingState === "have-local-offer") {
      await this.peer.setRemoteDescription({ type: "pranswer", sdp: answer.body });
    }
  }

  async accepted(answer) {
    this.remote = answer.get("to");
    this.target = answer.uri("contact");
    this.acknowledge();
    if (answer.body) await this.peer.setRemoteDescription({ type: "answer", sdp: answer.body });
    this.up = true;
  }

  acknowledge() {
    const ack = this.request("ACK");
    ack.headers.unshift(this.phone.wire.via(`z9hG4bK${token()}`));
    this.phone.wire.send(ack);
  }

  /** The ACK to a refusal has the INVITE's branch and the answer's To (RFC 3261, 17.1.1.3). */
  refuse(answer) {
    const kept = this.remote;
    this.remote = answer.get("to");
    const ack = this.request("ACK");
    this.remote = kept;
    ack.headers.unshift(this.phone.wire.via(this.branch));
    this.phone.wire.send(ack);
  }

  // Called.

  ring(invite) {
    this.incoming = invite;
    this.reply(180, "Ringing");
  }

  reply(status, reason, body = "") {
    const more = [["Contact", this.phone.contact]];
    if (body) more.push(["Content-Type", "application/sdp"]);
    this.phone.wire.send(this.incoming.answer(status, reason, this.tag, more, body));
  }

  async answer() {
    await this.peer.setRemoteDescription({ type: "offer", sdp: this.incoming.body });
    this.speak();
    this.reply(200, "OK", await this.described(await this.peer.createAnswer()));
    this.up = true;
  }

  reject(status = 486) {
    this.reply(status, "Busy Here");
    this.finish();
  }

  /** A re-INVITE of the other side. */
  async changed(invite) {
    this.incoming = invite;
    if (invite.body) {
      await this.peer.setRemoteDescription({ type: "offer", sdp: invite.body });
      this.reply(200, "OK", await this.described(await this.peer.createAnswer()));
    } else {
      this.reply(200, "OK", await this.described(await this.peer.createOffer()));
    }
  }

  // In a call.

  /** Another direction by a re-INVITE: `sendonly` holds, `sendrecv` takes back. */
  async direct(direction) {
    this.peer.getTransceivers()[0].direction = direction;
    const offer = await this.described(await this.peer.createOffer());
    this.cseq++;
    let answer = await this.invite(offer, [], `z9hG4bK${token()}`);
    if ([401, 407].includes(answer.status)) {
      const more = [credentials(answer, "INVITE", this.target, this.phone.user, this.phone.password)];
      this.acknowledge();
      this.cseq++;
      answer = await this.invite(offer, more, `z9hG4bK${token()}`);
    }
    this.acknowledge();
    await this.peer.setRemoteDescription({ type: "answer", sdp: answer.body });
    return answer.status;
  }

  press(digits) {
    this.peer.getSenders()[0].dtmf.insertDTMF(digits, 120, 100);
  }

  hears(hertz, ms = 15000) {
    return until(() => this.ear && Math.abs(this.ear.now() - hertz) < 20, ms);
  }

  async silent(ms = 15000) {
    let quiet = 0;
    return until(() => { quiet = this.ear && !this.ear.now() ? quiet + 1 : 0; return quiet > 10; }, ms);
  }

  /** What was agreed on: codec, state and cipher of the encryption. */
  async agreed() {
    const stats = [...(await this.peer.getStats()).values()];
    const sent = stats.find((one) => one.type === "outbound-rtp") || {};
    const codec = stats.find((one) => one.id === sent.codecId) || {};
    const transport = stats.find((one) => one.type === "transport") || {};
    return { codec: codec.mimeType, dtls: transport.dtlsState, cipher: transport.srtpCipher };
  }

  async hangup() {
    if (this.over) return;
    if (this.up) {
      this.cseq++;
      await this.phone.wire.request(this.request("BYE"), `z9hG4bK${token()}`);
      this.finish();
    } else if (this.incoming) {
      this.reject(603);
    } else {
      await this.phone.wire.request(this.request("CANCEL"), this.branch);
    }
  }

  finish() {
    this.over = true;
    this.up = false;
    this.peer.close();
  }
}
