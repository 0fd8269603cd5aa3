import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface BackupManifest {
  sections: { name: string }[];
}

/** Changes a row in a backup: the files still match the manifest, but the row does not match the checksums. */
export function forge(from: string, to: string, dir: string): void {
  mkdirSync(dir);
  execFileSync('tar', ['-xzf', from, '-C', dir]);
  const section = 'database/tables/organizations';
  const file = join(dir, section, '000001');
  const before = readFileSync(file, 'utf8');
  const after = before.replace('org-x\torg-x', 'org-x\tforged');
  expect(after).not.toBe(before);
  writeFileSync(file, after);
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as BackupManifest;
  const sum = manifest.sections.find(({ name }) => name === section);
  Object.assign(sum ?? {}, {
    bytes: Buffer.byteLength(after),
    sha256: createHash('sha256').update(after).digest('hex'),
  });
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  const names = execFileSync('tar', ['-tzf', from], { encoding: 'utf8' }).trim().split('\n');
  execFileSync('tar', ['-czf', to, '-C', dir, ...names]);
}
