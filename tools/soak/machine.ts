import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own that can be filled up. Needs the right to mount; without it `isReal` is false. */
export class SmallDisk {
  readonly path: string;
  isReal: boolean;

  constructor(path: string, megabytes: number) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    const args = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', path];
    this.isReal = spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
  }

  /** Takes the free space, all but `spareBytes`. */
  fill(spareBytes = 0): void {
    const { bavail, bsize } = statfsSync(this.path);
    const bytes = bavail * bsize - spareBytes;
    try {
      if (bytes > 0) writeFileSync(join(this.path, 'filler'), Buffer.alloc(bytes));
    } catch (error) {
      // Others write to the disk meanwhile, so that the last block may not be free any more.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  empty(): void {
    rmSync(join(this.path, 'filler'), { force: true });
  }

  remove(): void {
    if (this.isReal) execFileSync('umount', ['-l', this.path]);
    this.isReal = false;
  }
}
