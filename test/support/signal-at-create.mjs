// Loaded before the service (`--import`): it is told to stop just as it begins to make its application. No moment that
// can be seen from outside is as early; without the signal, the service would not end, and its test would fail.
import { NestFactory } from '@nestjs/core';

const create = NestFactory.create.bind(NestFactory);

NestFactory.create = (...args) => {
  process.kill(process.pid, 'SIGTERM');
  return create(...args);
};
