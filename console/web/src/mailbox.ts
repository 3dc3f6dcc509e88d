// Mailboxes: a message that is played is marked as heard; a greeting is recorded with the microphone.
import { each } from "./dom";

const RATE = 8000;
const LONGEST = 300;

each("[data-messages]", (form) => {
  const sounds = [...form.querySelectorAll<HTMLAudioElement>("audio")];
  for (const sound of sounds) {
    sound.addEventListener("play", () => sounds.filter((one) => one !== sound).forEach((one) => one.pause()));
    sound.addEventListener("playing", () => void heard(form as HTMLFormElement, sound));
  }
});

async function heard(form: HTMLFormElement, sound: HTMLAudioElement): Promise<void> {
  const message = sound.closest<HTMLElement>("[data-message]");
  const badge = message?.querySelector("[data-new]");
  if (!message || !badge) return;
  const sent = new URLSearchParams({
    csrf: form.querySelector<HTMLInputElement>("input[name=csrf]")?.value ?? "",
    message: message.dataset.message ?? "",
    do: "heard",
  });
  const answer = await fetch(form.action, { method: "POST", body: sent, headers: { "X-Quiet": "1" } });
  if (!answer.ok) return;
  badge.remove();
  message.classList.remove("unheard");
}

each("[data-record]", (form) => {
  const panel = form.querySelector<HTMLElement>("[data-record-panel]");
  const start = form.querySelector<HTMLButtonElement>("[data-record-start]");
  const stop = form.querySelector<HTMLButtonElement>("[data-record-stop]");
  const said = form.querySelector<HTMLElement>("[data-record-said]");
  const sound = form.querySelector<HTMLAudioElement>("[data-record-heard]");
  const file = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!panel || !start || !stop || !said || !sound || !file) return;
  // Browsers lend the microphone to pages that came by TLS, or from this machine.
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined") return;
  panel.hidden = false;
  let recorder: MediaRecorder | null = null;

  start.addEventListener("click", async () => {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      said.textContent = "The browser does not lend the microphone: allow it for this page, or send a file.";
      return;
    }
    const parts: Blob[] = [];
    recorder = new MediaRecorder(stream);
    const late = window.setTimeout(() => recorder?.stop(), LONGEST * 1000);
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", async () => {
      window.clearTimeout(late);
      stream.getTracks().forEach((track) => track.stop());
      start.hidden = false;
      stop.hidden = true;
      try {
        const made = await telephone(new Blob(parts));
        take(file, made);
        if (sound.src) URL.revokeObjectURL(sound.src);
        sound.src = URL.createObjectURL(made);
        sound.hidden = false;
        start.textContent = "Record again";
        said.textContent = "Recorded. Listen to it, then use it.";
        sound.focus();
      } catch {
        said.textContent = "Nothing was recorded. Try again, or send a file.";
      }
    });
    recorder.start();
    start.hidden = true;
    stop.hidden = false;
    stop.focus();
    said.textContent = "Recording…";
  });
  stop.addEventListener("click", () => recorder?.stop());
});

function take(input: HTMLInputElement, made: Blob): void {
  const held = new DataTransfer();
  held.items.add(new File([made], "greeting.wav", { type: "audio/wav" }));
  input.files = held.files;
}

// What was recorded as telephones play it: one side, 8000 samples a second, 16 bits each.
async function telephone(recorded: Blob): Promise<Blob> {
  const context = new AudioContext();
  let decoded: AudioBuffer;
  try {
    decoded = await context.decodeAudioData(await recorded.arrayBuffer());
  } finally {
    void context.close();
  }
  const length = Math.max(1, Math.ceil(decoded.duration * RATE));
  const slow = new OfflineAudioContext(1, length, RATE);
  const source = slow.createBufferSource();
  source.buffer = decoded;
  source.connect(slow.destination);
  source.start();
  return wave((await slow.startRendering()).getChannelData(0));
}

function wave(samples: Float32Array): Blob {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const word = (at: number, text: string): void => {
    for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index));
  };
  word(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => {
    const held = Math.max(-1, Math.min(1, sample));
    view.setInt16(44 + index * 2, Math.round(held * 32767), true);
  });
  return new Blob([view], { type: "audio/wav" });
}
