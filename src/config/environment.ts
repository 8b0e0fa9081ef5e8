import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { type Environment, InvalidSettingsError, readSettings, type Settings } from './settings.js';

/**
 * Reads the settings from the environment and from a `.env` file in the working directory. This is the only place
 * that reads `process.env`. Wrong settings end the process, with one line for each.
 * @param fixed what is so whatever the environment says
 */
export function settingsOrExit(fixed: Environment = {}): Settings {
  if (existsSync('.env')) loadEnvFile('.env');
  try {
    return readSettings({ ...process.env, ...fixed }, process.stdout.isTTY);
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}
