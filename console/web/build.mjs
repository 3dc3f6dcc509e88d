// Builds what browsers load into ../static, with a list of it (built.json): a digest of each file, which is
// its address, and one of all sources, which a test holds against what lies here.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
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

mkdirSync(target, { recursive: true });
const shared = { metafile: true, bundle: true, minify: true, target: "es2022", legalComments: "eof", outdir: target, logLevel: "warning" };
const made = [
  await build({ ...shared, entryPoints: { app: join(here, "src/app.ts") }, format: "iife" }),
  await build({ ...shared, entryPoints: { phone: join(here, "src/phone/index.ts") }, format: "iife" }),
  await build({ ...shared, entryPoints: { sw: join(here, "src/sw.ts") }, format: "iife" }),
  await build({ ...shared, entryPoints: { app: join(here, "css/app.css") } }),
];
cpSync(join(here, "icons"), target, { recursive: true });

// Whose work is in what was built, with the words that they ask to be kept with it.
const inputs = made.flatMap((one) => Object.keys(one.metafile.inputs));
const packages = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean));
const licences = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
  return `${name} ${about.version} (${about.license ?? text.split("\n")[0]})\n\n${text}\n`;
});
writeFileSync(join(target, "licences.txt"), `Packages that are part of these files:\n\n${licences.join("\n----\n\n")}`);

// What an older build left goes; a portal that runs beside this misses nothing meanwhile.
const outputs = made.flatMap((one) => Object.keys(one.metafile.outputs).map((path) => resolve(path)));
const icons = [...files(join(here, "icons"))].map((path) => join(target, relative(join(here, "icons"), path)));
const fresh = new Set([...outputs, ...icons, join(target, "licences.txt")]);
for (const path of files(target)) if (!fresh.has(path)) rmSync(path);

const listed = {};
for (const path of [...files(target)].sort()) listed[relative(target, path)] = digest(readFileSync(path));
const sources = createHash("sha256");
const own = ["src", "css", "icons"].flatMap((one) => [...files(join(here, one))]);
for (const path of [...own, join(here, "package.json"), join(here, "build.mjs")].sort()) {
  sources.update(relative(here, path)).update("\0").update(readFileSync(path)).update("\0");
}
writeFileSync(join(target, "built.json"), JSON.stringify({ sources: sources.digest("hex"), files: listed }, null, 1) + "\n");
