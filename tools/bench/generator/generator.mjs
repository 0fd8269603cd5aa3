/** The process that loads a server: keeps the connections, and does what a scenario asks it. */
import { answer } from '../lib/answer.mjs';
import { beatOneByOne, burst, beatSlowly, stopBeating } from './heartbeats.mjs';
import { Fleet } from './fleet.mjs';
import { comeBack } from './returning.mjs';
import { measureConfigPush, measureSettingsPush } from './pushes.mjs';
import { measureMessages } from './messages.mjs';
import { measureReports } from './reports.mjs';
import { measureRequests } from './requests.mjs';

let fleet;

answer({
  target: ({ target, prefix }) => {
    fleet = new Fleet(target, prefix);
  },
  open: ({ count }) => fleet.open(count),
  registerAll: ({ atOnce }) => fleet.registerAll(atOnce),
  grow: ({ count, registers, slice }) => fleet.grow(count, { registers, slice }),
  close: () => {
    stopBeating();
    return fleet.close();
  },
  burst: ({ frames }) => burst(fleet, frames),
  beatOneByOne: ({ passes, perSec }) => beatOneByOne(fleet, passes, perSec),
  beatSlowly: ({ intervalMs }) => beatSlowly(fleet, intervalMs),
  stopBeating: () => stopBeating(),
  comeBack: ({ count, until }) => comeBack(fleet, count, until),
  measureConfigPush: (args) => measureConfigPush(fleet, args),
  measureSettingsPush: (args) => measureSettingsPush(fleet, args),
  measureMessages: (args) => measureMessages(fleet, args),
  measureReports: (args) => measureReports(fleet, args),
  measureRequests: (args) => measureRequests(fleet.target, args),
});
