// The WebSocket to the switch.
import { WebSocketInterface } from "jssip";

const LINES_END = "\r\n";

/**
 * The switch keeps registrations by another name than that of the login, and so finds none to list in its answer
 * (FreeSWITCH, sofia_reg.c). JsSIP looks there for its own: what the answer leaves out is what was asked for.
 */
export function wire(url: string): WebSocketInterface {
  const socket = new WebSocketInterface(url);
  let asked = "";
  const send = socket.send.bind(socket);
  socket.send = (message) => {
    const text = String(message);
    if (text.startsWith("REGISTER ")) asked = /^Contact: .*$/m.exec(text)?.[0] ?? "";
    return send(message);
  };
  let given: (data: unknown) => void = () => undefined;
  Object.defineProperty(socket, "ondata", {
    get: () => (data: unknown) => given(typeof data === "string" ? completed(data, asked) : data),
    set: (handler) => { given = handler as typeof given; },
  });
  return socket;
}

function completed(message: string, contact: string): string {
  const registered = message.startsWith("SIP/2.0 200") && /^CSeq: \d+ REGISTER/im.test(message);
  if (!registered || !contact || /^(Contact|m):/im.test(message)) return message;
  return message.replace(LINES_END, `${LINES_END}${contact.trim()}${LINES_END}`);
}
