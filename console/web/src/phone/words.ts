// What the phone says, in words that people use.

const CAUSES: Record<string, string> = {
  "Busy": "Busy",
  "Rejected": "Not taken",
  "Unavailable": "Cannot be reached",
  "Not Found": "There is no such number",
  "Address Incomplete": "The number is not complete",
  "Incompatible SDP": "The other side has no sound that fits",
  "Authentication Error": "The login is not taken any more",
  "Terminated": "Over",
  "Canceled": "Cancelled",
  "No Answer": "No answer",
  "Expires": "No answer",
  "User Denied Media Access": "The microphone may not be used: allow it in the browser",
  "WebRTC Error": "The browser cannot open a call",
  "Connection Error": "The connection is lost",
  "Request Timeout": "The switch does not answer",
  "RTP Timeout": "The sound stopped",
};

/** Why a call ended. */
export function why(cause: string): string {
  return CAUSES[cause] ?? "Not possible";
}

/** Seconds as on a clock. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** What can be dialled of what somebody typed or pasted; "" where nothing of it can. */
export function dialled(text: string): string {
  const bare = text.trim().replace(/^tel:|^sip:/i, "").replace(/@.*$/, "").replace(/[\s()./-]/g, "");
  return /^[+*#]?[\w*#.+]{1,64}$/.test(bare) ? bare : "";
}
