import { TestController, type TestControllerOptions } from './test-controller.js';

/** The options, or a function that returns them when the controller starts, for values from an earlier hook. */
type Options = TestControllerOptions | (() => TestControllerOptions);

function starter(options: Options): { controller: TestController; start: () => Promise<void> } {
  const controller = new TestController();
  return { controller, start: () => controller.open(typeof options === 'function' ? options() : options) };
}

/**
 * Starts one controller for all tests of a `describe` and removes it after them. Jest runs hooks in the order in which
 * they are written: the controller runs during each `beforeAll` below this call, and each `afterAll` above it.
 */
export function useController(options: Options = {}): TestController {
  const { controller, start } = starter(options);
  beforeAll(start);
  afterAll(() => controller.dispose());
  return controller;
}

/** Starts a new controller for each test of a `describe` and removes it after the test. */
export function useControllerPerTest(options: Options = {}): TestController {
  const { controller, start } = starter(options);
  beforeEach(start);
  afterEach(() => controller.dispose());
  return controller;
}
