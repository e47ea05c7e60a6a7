// Makes what a browser needs: node build.mjs SOURCES TARGET, run
// where npm has put its packages.
//
// SOURCES is src/yieldpoint. What is made depends on nothing but it and the packages.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const packages = createRequire(path.resolve("package.json"));
const { build } = packages("esbuild");
const { loadPyodide } = packages("pyodide");

const [sources, target] = process.argv.slice(2);
const pyodide = path.resolve("node_modules/pyodide");
const tryit = path.join(sources, "sphinxext/tryit");

const write = (name, content) => fs.writeFileSync(path.join(target, name), content);
const copy = (folder, name) => fs.copyFileSync(path.join(folder, name), path.join(target, name));

for (const name of ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"]) copy(pyodide, name);
copy(tryit, "worker.mjs");
// Pyodide reads which packages it may fetch: none.
const { info } = JSON.parse(fs.readFileSync(path.join(pyodide, "pyodide-lock.json")));
write("pyodide-lock.json", JSON.stringify({ info, packages: {} }));

// The byte code has to come from the very Python that will run it.
const python = await loadPyodide({ fullStdLib: false });
python.FS.mkdirTree("/in");
python.FS.mount(python.FS.filesystems.NODEFS, { root: sources }, "/in");
python.FS.writeFile("/stdlib.zip", fs.readFileSync(path.join(pyodide, "python_stdlib.zip")));
python.FS.writeFile("pack.py", fs.readFileSync(path.join(tryit, "_pack.py")));
python.runPython(`
import sys, zipfile
from pathlib import Path
import pack

own = pack.package_files(Path("/in"))
pack.pack("/yieldpoint.zip", "/lib/yieldpoint.zip", own, {n for n in own if n.endswith(".py")})

# What is imported soon gets byte code, and the rest does not: it would be as heavy again.
sys.path.append("/yieldpoint.zip")
import yieldpoint.loop, yieldpoint._tryit.watching

with zipfile.ZipFile("/stdlib.zip") as old:
    library = {n: old.read(n) for n in old.namelist() if not n.endswith("/")}
root = "/lib/python314.zip"
pack.pack("/python_stdlib.zip", root, library, pack.imported(root))
`);
write("python_stdlib.zip", python.FS.readFile("/python_stdlib.zip"));
write("yieldpoint.zip", python.FS.readFile("/yieldpoint.zip"));

const page = path.join(tryit, "page");
const { metafile } = await build({
  entryPoints: ["tryit.mjs", "editor.mjs", "tryit.css"]
    .map((name) => path.join(page, name))
    .filter((file) => fs.existsSync(file)),
  outdir: target,
  outExtension: { ".js": ".mjs" },
  nodePaths: [path.resolve("node_modules")],
  bundle: true,
  minify: true,
  loader: { ".txt": "text" },
  splitting: true,
  format: "esm",
  metafile: true,
  legalComments: "none", // NOTICES.txt has them
});

// What is shipped, with the licence of each part.
const read = (...names) => fs.readFileSync(path.join(...names), "utf-8").trim();
const licence = (name) => read(tryit, "build/licences", name);
const bundled = Object.keys(metafile.inputs)
  .map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
  .filter(Boolean);
const notices = [...new Set(bundled)].sort().map((name) => {
  const folder = path.resolve("node_modules", name);
  const { version } = JSON.parse(read(folder, "package.json"));
  return [`${name} ${version}`, read(folder, "LICENSE")];
});
notices.push(
  [`pyodide ${python.version}`, `${licence("Pyodide.txt")}\n\n${licence("MPL-2.0.txt")}`],
  ["CPython, in pyodide.asm.wasm and python_stdlib.zip", licence("Python.txt")],
);
const line = "=".repeat(72);
const parts = notices.map(([title, text]) => `${line}\n${title}\n${line}\n\n${text}\n`);
write("NOTICES.txt", `${licence("About.txt")}\n\n${parts.join("\n")}`);
