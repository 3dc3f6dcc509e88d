"use strict";

/* What the phone says (a tone) and what it hears (the loudest tone). */

const sound = new AudioContext({ sampleRate: 48000 });

/** A stream with one tone, in hertz. */
function tone(hertz) {
  const source = new OscillatorNode(sound, { frequency: hertz });
  const level = new GainNode(sound, { gain: 0.4 });
  const sink = sound.createMediaStreamDestination();
  source.connect(level).connect(sink);
  source.start();
  return sink.stream;
}

class Ear {
  constructor(stream) {
    // Chromium decodes a remote stream only while something plays it.
    this.player = new Audio();
    this.player.srcObject = stream;
    this.player.muted = true;
    this.player.play();
    this.analyser = new AnalyserNode(sound, { fftSize: 8192, smoothingTimeConstant: 0 });
    sound.createMediaStreamSource(stream).connect(this.analyser);
    this.levels = new Float32Array(this.analyser.frequencyBinCount);
  }

  /** The loudest tone in hertz; 0 where it is quiet. */
  now() {
    this.analyser.getFloatFrequencyData(this.levels);
    let best = 0;
    for (let n = 1; n < this.levels.length; n++) if (this.levels[n] > this.levels[best]) best = n;
    return this.levels[best] > -55 ? (best * sound.sampleRate) / this.analyser.fftSize : 0;
  }
}
