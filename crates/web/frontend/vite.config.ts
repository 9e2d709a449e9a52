import { readdirSync, readFileSync, writeFileSync } from "node:fs";
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
    rollupOptions: { input: "src/main.ts" },
  },
  plugins: [precompress()],
  logLevel: "warn",
});
