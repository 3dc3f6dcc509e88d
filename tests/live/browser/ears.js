"use strict";

/* Listens to what a page's calls bring, whoever plays it: `heard` holds each tone (hertz) since the last mark. */
window.heard = [];
(() => {
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...given) {
      super(...given);
      this.addEventListener("track", ({ track }) => {
        const sound = new AudioContext({ sampleRate: 48000 });
        const analyser = new AnalyserNode(sound, { fftSize: 8192, smoothingTimeConstant: 0 });
        sound.createMediaStreamSource(new MediaStream([track])).connect(analyser);
        const levels = new Float32Array(analyser.frequencyBinCount);
        const timer = setInterval(() => {
          if (track.readyState === "ended") { clearInterval(timer); return; }
          analyser.getFloatFrequencyData(levels);
          let best = 0;
          for (let n = 1; n < levels.length; n++) if (levels[n] > levels[best]) best = n;
          if (levels[best] > -55) window.heard.push((best * sound.sampleRate) / analyser.fftSize);
        }, 40);
      });
    }
  };
})();
