// Loaded before the service (`--import`): it is told to stop just as it begins to make its application.
import { NestFactory } from '@nestjs/core';

const create = NestFactory.create.bind(NestFactory);

NestFactory.create = (...args) => {
  process.kill(process.pid, 'SIGTERM');
  return create(...args);
};
