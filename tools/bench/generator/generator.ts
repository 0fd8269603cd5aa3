/** The process that loads a server: keeps the connections, and does what a scenario asks it. */
import { answer } from '../lib/answer.ts';
import { beatOneByOne, burst, beatSlowly, stopBeating } from './heartbeats.ts';
import type { Target } from '../lib/target.ts';
import { Fleet } from './fleet.ts';
import { comeBack } from './returning.ts';
import { measureConfigPush, measureSettingsPush, type ConfigPush, type SettingsPush } from './pushes.ts';
import { acknowledge, measureMessages, type MessageLoad } from './messages.ts';
import { measureReports, type ReportLoad } from './reports.ts';
import { measureRequests, type RequestLoad } from './requests.ts';

let current: Fleet | undefined;

/** The fleet of the target that was set first of all. */
function fleet(): Fleet {
  if (!current) throw new Error('no target yet');
  return current;
}

const actions = {
  target: ({ target, prefix }: { target: Target; prefix?: string | undefined }) => {
    current = new Fleet(target, prefix);
  },
  open: ({ count }: { count: number }) => fleet().open(count),
  registerAll: ({ atOnce }: { atOnce: number }) => fleet().registerAll(atOnce),
  grow: ({ count, registers, slice }: { count: number; registers?: boolean; slice?: number }) =>
    fleet().grow(count, { registers, slice }),
  close: () => {
    stopBeating();
    return fleet().close();
  },
  burst: ({ frames }: { frames: number }) => burst(fleet(), frames),
  beatOneByOne: ({ passes, perSec }: { passes: number; perSec: number }) =>
    beatOneByOne(fleet(), passes, perSec),
  beatSlowly: ({ intervalMs }: { intervalMs: number }) => beatSlowly(fleet(), intervalMs),
  stopBeating: () => stopBeating(),
  comeBack: ({ count, until }: { count: number; until: number }) => comeBack(fleet(), count, until),
  measureConfigPush: (args: ConfigPush) => measureConfigPush(fleet(), args),
  measureSettingsPush: (args: SettingsPush) => measureSettingsPush(fleet(), args),
  acknowledge: () => acknowledge(fleet()),
  measureMessages: (args: MessageLoad) => measureMessages(fleet(), args),
  measureReports: (args: ReportLoad) => measureReports(fleet(), args),
  measureRequests: (args: RequestLoad) => measureRequests(fleet().target, args),
};
export type GeneratorActions = typeof actions;

answer(actions);
