#!/usr/bin/env bash
# write-file-atomic 7.0.1: on a nearly full file system it replaces a file with part of the new bytes, and resolves.
# Needs Linux and unshare (Debian's util-linux), as root or with user namespaces allowed, to mount a small tmpfs.
#
# A write may take fewer bytes than it was given without an error; on a nearly full disk it takes what fits. The
# package calls `fs.write` once, ignores `bytesWritten`, syncs and renames: the old file is gone, the new one is cut
# short, and the promise resolves. Its `sync` does the same. Node's own `fs.promises.writeFile` goes on writing until
# everything is written or the system answers ENOSPC.
# Consequence: write the temporary file with `FileHandle.writeFile`, then sync and rename (and sync the directory).
set -euo pipefail
unshare -rm true 2>/dev/null || { echo "needs unshare -rm (user and mount namespaces)" >&2; exit 2; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
npm init -y >/dev/null && npm install --silent --no-audit --no-fund write-file-atomic@7.0.1
mkdir small
cat >run.mjs <<'JS'
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
const file = 'small/settings';
const before = Buffer.alloc(8_192, 'a');
const after = Buffer.alloc(77_042, 'b');
const writers = {
  'write-file-atomic': () => writeFileAtomic(file, after),
  'write-file-atomic, sync': async () => writeFileAtomic.sync(file, after),
  'fs.promises.writeFile and rename': async () => {
    await writeFile('small/temporary', after);
    await rename('small/temporary', file);
  },
};
for (const [name, write] of Object.entries(writers)) {
  writeFileSync(file, before);
  const how = await write().then(() => 'resolved', (error) => `rejected with ${error.code}`);
  const now = readFileSync(file);
  const which = now.equals(before) ? 'old file kept' : now.equals(after) ? 'new file whole' : 'new file cut short';
  console.log(`${name}: ${how}; ${which}: ${now.length} bytes (old ${before.length}, new ${after.length})`);
  rmSync('small/temporary', { force: true });
}
JS
echo "Node $(node --version), write-file-atomic $(node -p 'require("write-file-atomic/package.json").version')"
unshare -rm sh -c 'mount -t tmpfs -o size=64k tmpfs small && node run.mjs' | tee seen
# How much fits depends on the page size, so only the cut is compared.
sed -E 's/cut short: [0-9]+ bytes/cut short/' seen >compared
cat >expected <<'TEXT'
write-file-atomic: resolved; new file cut short (old 8192, new 77042)
write-file-atomic, sync: resolved; new file cut short (old 8192, new 77042)
fs.promises.writeFile and rename: rejected with ENOSPC; old file kept: 8192 bytes (old 8192, new 77042)
TEXT
diff expected compared
