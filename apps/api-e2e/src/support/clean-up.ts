import { ControllerProcess, removeDataDirs } from '@moolai/testing';
import { disposeLeftovers } from './test-controller.js';

afterAll(async () => {
  ControllerProcess.killLeftovers();
  await disposeLeftovers();
  removeDataDirs();
});
