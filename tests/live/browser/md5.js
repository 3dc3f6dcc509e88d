"use strict";

/** MD5 of a text in UTF-8, as hex (RFC 1321): digest authentication still asks for it. */
function md5(text) {
  const bytes = new TextEncoder().encode(text);
  const words = new Uint32Array(((bytes.length + 72) >> 6) << 4);
  bytes.forEach((byte, n) => { words[n >> 2] |= byte << ((n % 4) * 8); });
  words[bytes.length >> 2] |= 0x80 << ((bytes.length % 4) * 8);
  words[words.length - 2] = bytes.length * 8;
  const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
  const mixes = [
    (b, c, d) => (b & c) | (~b & d), (b, c, d) => (b & d) | (c & ~d),
    (b, c, d) => b ^ c ^ d, (b, c, d) => c ^ (b | ~d),
  ];
  const places = [(n) => n, (n) => 5 * n + 1, (n) => 3 * n + 5, (n) => 7 * n];
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  for (let start = 0; start < words.length; start += 16) {
    let [a, b, c, d] = state;
    for (let n = 0; n < 64; n++) {
      const round = n >> 4;
      const sine = Math.floor(Math.abs(Math.sin(n + 1)) * 2 ** 32);
      const sum = (a + mixes[round](b, c, d) + sine + words[start + (places[round](n) % 16)]) | 0;
      const shift = shifts[round][n % 4];
      [a, b, c, d] = [d, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0, b, c];
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  }
  return [...new Uint8Array(state.buffer)].map((x) => x.toString(16).padStart(2, "0")).join("");
}
