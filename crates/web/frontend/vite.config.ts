import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Files below this size gain nothing from compression. */
const SMALL = 512;

/** Writes `name.gz` and `name.br` beside each text file that was built, so that the server compresses nothing. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    closeBundle() {
      const folder = join(import.meta.dirname, "dist");
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|svg|json|txt)$/.test(name) || name.startsWith(".vite")) continue;
        const plain = readFileSync(join(folder, name));
        if (plain.length < SMALL) continue;
        writeFileSync(join(folder, `${name}.gz`), gzipSync(plain, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(plain, { params }));
      }
    },
  };
}

/** The style sheets of areas, by their names: `src/<area>/<area>.css`, each for the pages of its area. */
function areas(): Record<string, string> {
  const names = readdirSync(join(import.meta.dirname, "src"));
  const sheets = names.map((name) => [name, `src/${name}/${name}.css`] as const);
  return Object.fromEntries(sheets.filter(([, sheet]) => existsSync(join(import.meta.dirname, sheet))));
}

export default defineConfig({
  base: "/assets/",
  publicDir: false,
  build: {
    manifest: true,
    target: "es2022",
    assetsDir: ".",
    // data: fonts and images would be refused or wasteful; everything is a file with a hash in its name
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { input: { main: "src/main.ts", ...areas() } },
  },
  plugins: [precompress()],
  logLevel: "warn",
});
