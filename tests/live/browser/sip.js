"use strict";

/* SIP over WebSocket (RFC 7118): one message a frame, no repeats, no keep-alives of ours. */

const token = () => Math.random().toString(36).slice(2, 12);
const COMPACT = { v: "via", f: "from", t: "to", m: "contact", i: "call-id", l: "content-length", c: "content-type" };

class Message {
  constructor(start, headers, body = "") {
    this.start = start;
    this.headers = headers;
    this.body = body;
  }

  static parse(text) {
    const [head, ...rest] = text.split("\r\n\r\n");
    const [start, ...lines] = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
    const headers = lines.map((line) => {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon).trim().toLowerCase();
      return [COMPACT[name] || name, line.slice(colon + 1).trim()];
    });
    return new Message(start, headers, rest.join("\r\n\r\n"));
  }

  get status() { return this.start.startsWith("SIP/2.0") ? Number(this.start.split(" ")[1]) : 0; }
  get method() { return this.status ? this.get("cseq").split(" ")[1] : this.start.split(" ")[0]; }
  get branch() { return (/branch=([^;,\s]+)/.exec(this.get("via")) || [])[1]; }
  all(name) { return this.headers.filter(([key]) => key === name).map(([, value]) => value); }
  get(name) { return this.all(name)[0] || ""; }
  tag(name) { return (/;\s*tag=([^;\s>]+)/.exec(this.get(name)) || [])[1] || ""; }
  uri(name) { return (/<([^>]*)>/.exec(this.get(name)) || [null, this.get(name)])[1]; }

  encode() {
    const length = new TextEncoder().encode(this.body).length;
    const lines = this.headers.map(([name, value]) => `${name}: ${value}`);
    return [this.start, ...lines, `Content-Length: ${length}`, "", this.body].join("\r\n");
  }

  /** The answer to this request with the headers that it must copy (RFC 3261, 8.2.6). */
  answer(status, reason, tag, more = [], body = "") {
    const to = this.get("to") + (this.tag("to") || status === 100 ? "" : `;tag=${tag}`);
    const copied = this.headers.filter(([name]) => ["via", "from", "call-id", "cseq"].includes(name));
    return new Message(`SIP/2.0 ${status} ${reason}`, [...copied, ["To", to], ...more], body);
  }
}

/** The header that answers a challenge (RFC 2617). */
function credentials(refusal, method, uri, user, password) {
  const [asks, gives] = refusal.status === 407
    ? ["proxy-authenticate", "Proxy-Authorization"] : ["www-authenticate", "Authorization"];
  const asked = {};
  for (const [, key, quoted, bare] of refusal.get(asks).matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)) {
    asked[key] = quoted === undefined ? bare : quoted;
  }
  const cnonce = token();
  const secret = md5(`${user}:${asked.realm}:${password}`);
  const middle = asked.qop ? `:00000001:${cnonce}:auth:` : ":";
  const response = md5(`${secret}:${asked.nonce}${middle}${md5(`${method}:${uri}`)}`);
  const parts = [`username="${user}"`, `realm="${asked.realm}"`, `nonce="${asked.nonce}"`, `uri="${uri}"`,
    `response="${response}"`, "algorithm=MD5"];
  if (asked.qop) parts.push("qop=auth", "nc=00000001", `cnonce="${cnonce}"`);
  return [gives, `Digest ${parts.join(", ")}`];
}

/** A WebSocket that speaks SIP; `handle` gets each request of the other side. */
class Wire {
  constructor(url, handle) {
    this.url = url;
    this.handle = handle;
    this.pending = new Map();
    this.host = `${token()}.invalid`;
  }

  open() {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(this.url, "sip");
      this.socket.onopen = () => resolve(true);
      this.socket.onerror = () => reject(new Error(`no WebSocket at ${this.url}`));
      this.socket.onmessage = ({ data }) => this.received(data);
    });
  }

  received(data) {
    if (!data.trim()) return;
    const message = Message.parse(data);
    if (!message.status) return this.handle(message);
    const waits = this.pending.get(`${message.branch} ${message.method}`);
    if (waits) waits(message);
  }

  send(message) { this.socket.send(message.encode()); }

  via(branch) {
    const kind = this.url.startsWith("wss") ? "WSS" : "WS";
    return ["Via", `SIP/2.0/${kind} ${this.host};branch=${branch};rport`];
  }

  /** Sends a request; resolves with its final answer, after `progress` saw the others. */
  request(message, branch, progress = () => {}) {
    message.headers.unshift(this.via(branch));
    return new Promise((resolve) => {
      this.pending.set(`${branch} ${message.method}`, (answer) => {
        if (answer.status < 200) progress(answer); else resolve(answer);
      });
      this.send(message);
    });
  }
}
