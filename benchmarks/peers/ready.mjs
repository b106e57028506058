// What a peer's server shares with the others: its arguments, and how it says that it listens.
import { readFileSync } from "node:fs";

export const [port, callers] = process.argv.slice(2).map(Number);
export const url = `http://127.0.0.1:${port}`;

export const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

// One line of JSON; a row is `Asked` in entries.py.
export const ready = (product, setting, rows) =>
  console.log(JSON.stringify({ product, version: versionOf(product), setting, rows }));
