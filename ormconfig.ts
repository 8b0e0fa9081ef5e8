/** The data source for TypeORM's command line: `npm run typeorm -- migration:show`. */
import { settingsOrExit } from './src/config/environment.js';
import { createDataSource } from './src/database/data-source.js';
import { schema } from './src/schema.js';

// The service's own logger keeps to itself what a person at the command line wants to see.
export default createDataSource(settingsOrExit().database, schema).setOptions({
  logger: 'simple-console',
  logging: ['error', 'schema', 'migration'],
});
