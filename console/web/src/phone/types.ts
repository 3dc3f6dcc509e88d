// What the parts of the phone tell each other.

/** An extension that may log in here, as /phone/credentials gives it. */
export interface Account { number: string; name: string; domain: string; ha1: string; servers: string[] }

/** ringing: somebody calls; dialling: nobody rings yet; waiting: it rings there; talking; over. */
export type State = "ringing" | "dialling" | "waiting" | "talking" | "over";

/** off: not logged in, on purpose; joining: under way; ready; away: the switch cannot be reached or says no. */
export type Login = "off" | "joining" | "ready" | "away";

export const LINES = 2;
