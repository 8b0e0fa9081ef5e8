import { startApp } from './app.js';
import { readSettings } from './settings.js';

await startApp(readSettings());
