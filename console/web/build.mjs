// Builds what browsers load into ../static, with a list of it (built.json): a digest of each file, which is
// its address, and one of all sources, which a test holds against what lies here.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static");

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
const shared = { bundle: true, minify: true, target: "es2022", legalComments: "eof", outdir: target, logLevel: "warning" };
await build({ ...shared, entryPoints: { app: join(here, "src/app.ts") }, format: "iife" });
await build({ ...shared, entryPoints: { phone: join(here, "src/phone/index.ts") }, format: "iife" });
await build({ ...shared, entryPoints: { sw: join(here, "src/sw.ts") }, format: "iife" });
await build({ ...shared, entryPoints: { app: join(here, "css/app.css") } });
cpSync(join(here, "icons"), target, { recursive: true });

const listed = {};
for (const path of [...files(target)].sort()) listed[relative(target, path)] = digest(readFileSync(path));
const sources = createHash("sha256");
const own = ["src", "css", "icons"].flatMap((one) => [...files(join(here, one))]);
for (const path of [...own, join(here, "package.json"), join(here, "build.mjs")].sort()) {
  sources.update(relative(here, path)).update("\0").update(readFileSync(path)).update("\0");
}
writeFileSync(join(target, "built.json"), JSON.stringify({ sources: sources.digest("hex"), files: listed }, null, 1) + "\n");
