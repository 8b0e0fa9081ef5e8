import { TestEnvironment } from 'jest-environment-node';

/** What jest-circus, which runs the tests of one file, leaves on the global object. */
const OF_CIRCUS = ['JEST_STATE_SYMBOL', 'EVENT_HANDLERS', 'TEST_TIMEOUT_SYMBOL', 'RETRY_TIMES'];

let warm;

/**
 * One global object for all test files of a worker. A module belongs to the global object that it was loaded with, so
 * this is what lets `warm-runtime.js` keep modules. What a file has changed about it is put back before the next.
 */
export default class WarmEnvironment extends TestEnvironment {
  constructor(...options) {
    if (warm !== undefined) {
      warm.putBack();
      return warm;
    }
    super(...options);
    this.exit = this.global.process.exit;
    this.variables = { ...this.global.process.env };
    warm = this;
  }

  putBack() {
    const { process } = this.global;
    this.fakeTimersModern.useRealTimers();
    process.removeAllListeners();
    process.exit = this.exit;
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, this.variables);
    const symbols = Object.getOwnPropertySymbols(this.global).filter(({ description }) =>
      OF_CIRCUS.includes(description),
    );
    // Jest keeps everything that was ever on the global object, for a teardown that never comes here.
    const { leftovers } = this._globalProxy;
    if (symbols.length < 2 || leftovers === undefined) {
      throw new Error('Jest has changed: test/support/warm-environment.js finds nothing to clear away.');
    }
    for (const symbol of symbols) delete this.global[symbol];
    leftovers.length = 0;
  }

  async teardown() {}
}
