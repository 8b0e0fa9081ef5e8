import { EnvFileError, readEnvFile } from './env-file.js';
import { type Environment, InvalidSettingsError, readSettings, type Settings } from './settings.js';

/**
 * Reads the settings from the environment and from a `.env` file in the working directory. This is the only place
 * that reads `process.env`. Wrong settings end the process, with one line for each.
 * @param fixed what is so whatever the environment says
 */
export function settingsOrExit(fixed: Environment = {}): Settings {
  try {
    // The SDK of OpenTelemetry reads its variables itself. An empty variable counts as not set.
    for (const [name, value] of Object.entries(readEnvFile('.env'))) {
      if (process.env[name] === undefined || process.env[name] === '') process.env[name] = value;
    }
    return readSettings({ ...process.env, ...fixed }, process.stdout.isTTY);
  } catch (error) {
    if (error instanceof EnvFileError) exitWith([error.message]);
    if (!(error instanceof InvalidSettingsError)) throw error;
    return exitWith(error.lines);
  }
}

function exitWith(lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
}
