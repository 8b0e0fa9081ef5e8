import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { InvalidSettingsError, readSettings, type Settings } from './settings.js';

/**
 * The settings of this process: its environment, completed by a `.env` file in the working directory.
 * The only place where `process.env` is read. Wrong settings end the process, one line for each.
 */
export function settingsOrExit(): Settings {
  if (existsSync('.env')) loadEnvFile('.env');
  try {
    return readSettings(process.env, process.stdout.isTTY);
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}
